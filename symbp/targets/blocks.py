"""The statements that functions are made of beside the mathematics, in the same small tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from symbp.targets.tree import Expression, Name, Statement

__all__ = ["Code", "Def", "For", "If", "Raise", "Return", "Shared", "Verbatim", "names_in"]


@dataclass(frozen=True)
class Shared:
    """`a = b = value`; one a line where that is too long, of a value that is a constant."""

    targets: tuple[Expression, ...]
    value: Expression


@dataclass(frozen=True)
class Return:
    """`return value`."""

    value: Expression


@dataclass(frozen=True)
class Raise:
    """`raise error from cause`."""

    error: Expression
    cause: str = ""


@dataclass(frozen=True)
class If:
    """`if test:`, perhaps with a remark beside it, and the `elif` that follows."""

    test: Expression
    body: tuple[Code, ...]
    otherwise: If | None = None
    remark: str = ""


@dataclass(frozen=True)
class For:
    """`for target in values:`."""

    target: Expression
    values: Expression
    body: tuple[Code, ...]


@dataclass(frozen=True)
class Def:
    """A function.

    Args:
        name, arguments: as they are written, with defaults and with `*`.
        doc: its docstring, one sentence.
        body: its statements.
        decorator: the name of one.
    """

    name: str
    arguments: tuple[str, ...]
    doc: str
    body: tuple[Code, ...]
    decorator: str = ""


@dataclass(frozen=True)
class Verbatim:
    """Lines that a template holds, as they are: they name nothing but builtins and NumPy."""

    text: str


Code = Statement | Shared | Return | Raise | If | For | Def | Verbatim


def names_in(part: object) -> Iterator[Name]:
    """All names in a tree, or in several."""
    if isinstance(part, Name):
        yield part
    elif isinstance(part, list | tuple):
        for item in part:
            yield from names_in(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from names_in(getattr(part, field.name))

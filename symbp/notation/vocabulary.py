"""Functions that are defined by a formula, and what to write for those that are not there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from symbp.notation.functions import CONSTANTS, FUNCTIONS, REDUCTIONS
from symbp.notation.names import nearest

__all__ = ["MACROS", "Macro", "instead_of"]

FILE = "vocabulary.toml"
CLOSE = 0.75


@dataclass(frozen=True)
class Macro:
    """A function that stands for a formula.

    Args:
        arguments: the names of its arguments in the formula.
        formula: in the notation.
        over: it runs over named indices, like `softmax(x[n, c], c)`: in the formula `x[i]` is
            the argument as written and `x[k]` the argument at indices of the formula's own.
    """

    arguments: tuple[str, ...]
    formula: str
    over: bool = False


def _read() -> tuple[Mapping[str, Macro], Mapping[str, str]]:
    data = tomllib.loads(files("symbp.notation").joinpath(FILE).read_text(encoding="utf-8"))
    macros = {
        name: Macro(
            tuple(table["arguments"]), " ".join(table["formula"].split()), table.get("over", False)
        )
        for name, table in data["functions"].items()
    }
    return MappingProxyType(macros), MappingProxyType(data["instead"])


MACROS, _INSTEAD = _read()


def instead_of(name: str) -> str:
    """What to say of a function that the notation lacks.

    >>> instead_of("cumsum")
    'there is no function `cumsum`: write sum(where(j <= i, x[n, j], 0), j) for y[n, i]'
    >>> instead_of("sofplus")
    'there is no function `sofplus`; did you mean `softplus`?'
    """
    known = {*FUNCTIONS, *REDUCTIONS, *MACROS, "size", "where"} - {*CONSTANTS, *"+-*/", "**"}
    fault = f"there is no function `{name}`"
    if name in _INSTEAD:
        return f"{fault}: {_INSTEAD[name]}"
    if name.lower() in {*known, *_INSTEAD}:
        return f"{fault}; did you mean `{name.lower()}`?"
    return fault + nearest(name, known, CLOSE)

"""What a program is made of where NumPy runs it: its calls for contractions and indexing."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program.operations import Operation, View

__all__ = [
    "AddInto",
    "AddRows",
    "Contraction",
    "Copy",
    "Einsum",
    "Indexing",
    "Matmul",
    "Merge",
    "PutAll",
    "PutAlong",
    "PutAt",
    "PutFlat",
    "PutLiteral",
    "Placing",
    "Take",
    "TakeAll",
    "TakeAlong",
    "TakeAt",
    "TakeLiteral",
    "Tensordot",
    "Vecdot",
]

Pattern = tuple[int | None, ...]
"""For every axis a position along it, or None for all."""


@dataclass(frozen=True)
class Merge(View):
    """The leading axes, and of `count` of those after them, as one axis."""

    count: int


@dataclass(frozen=True)
class Copy(Operation):
    """An array of its own; `serial` tells several of one value apart."""

    serial: int


class Contraction(Operation):
    """A sum of products of two arrays."""


@dataclass(frozen=True)
class Matmul(Contraction):
    """`a @ b`."""


@dataclass(frozen=True)
class Vecdot(Contraction):
    """Over the last axis of both, or over all."""

    whole: bool


@dataclass(frozen=True)
class Tensordot(Contraction):
    """Over positions of either operand, counted from the end."""

    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True)
class Einsum(Contraction):
    """As its subscripts say."""

    subscripts: str


class Indexing(Operation):
    """Entries of operand 0 at the places that the other operands give."""


@dataclass(frozen=True)
class TakeLiteral(Indexing):
    """At literal positions along some axes."""

    pattern: Pattern


@dataclass(frozen=True)
class Take(Indexing):
    """At operand 1 along the first axis."""


@dataclass(frozen=True)
class TakeAt(Indexing):
    """At operand 1 along the chosen one of the axes."""

    chosen: tuple[bool, ...]


@dataclass(frozen=True)
class TakeAlong(Indexing):
    """One entry along an axis, counted from the end, for every position along the others."""

    axis: int


@dataclass(frozen=True)
class TakeAll(Indexing):
    """At one operand for every axis, but for leading ones."""

    leading: bool


class Placing(Operation):
    """Operand 0 put into zeros of the shape that operand 1 gives, at the other operands' places."""


@dataclass(frozen=True)
class PutLiteral(Placing):
    """At literal positions along some axes."""

    pattern: Pattern


@dataclass(frozen=True)
class AddInto(Placing):
    """Added to operand 1 itself, which is written to, at literal positions."""

    pattern: Pattern


@dataclass(frozen=True)
class PutAt(Placing):
    """At operand 2 along the chosen one of the axes."""

    chosen: tuple[bool, ...]


@dataclass(frozen=True)
class PutAlong(Placing):
    """One entry along an axis, counted from the end, for every position along the others."""

    axis: int


@dataclass(frozen=True)
class PutFlat(Placing):
    """At one position among all leading axes, for every position along the `rest` others."""

    rest: int


@dataclass(frozen=True)
class AddRows(Placing):
    """Added at positions along one axis that may repeat; `stretched`: the values broadcast."""

    axis: int
    stretched: bool


@dataclass(frozen=True)
class PutAll(Placing):
    """At one operand for every axis.

    Args:
        repeated: whether places may repeat, and values are added.
        stretched: whether the values broadcast.
        joined: whether the leading axes are seen as one.
        leading: whether they stay as they are, before the places.
    """

    repeated: bool
    stretched: bool
    joined: bool
    leading: bool

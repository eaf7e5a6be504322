"""NumPy's calls for contractions, gathers and scatters, as operations of a program."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program.operations import Operation

__all__ = [
    "AddInto",
    "AddRows",
    "Contraction",
    "Einsum",
    "Gather",
    "Matmul",
    "PutAll",
    "PutAlong",
    "PutAt",
    "PutFlat",
    "PutLiteral",
    "Scatter",
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


class Gather(Operation):
    """Entries of operand 0 at the places that the other operands give."""


@dataclass(frozen=True)
class TakeLiteral(Gather):
    """At literal positions along some axes."""

    pattern: Pattern


@dataclass(frozen=True)
class Take(Gather):
    """At operand 1 along the first axis."""


@dataclass(frozen=True)
class TakeAt(Gather):
    """At operand 1 along the chosen one of the axes."""

    chosen: tuple[bool, ...]


@dataclass(frozen=True)
class TakeAlong(Gather):
    """One entry along an axis, counted from the end, for every position along the others."""

    axis: int


@dataclass(frozen=True)
class TakeAll(Gather):
    """At one operand for every axis, but for leading ones."""

    leading: bool


class Scatter(Operation):
    """Operand 0 put into zeros of the shape that operand 1 gives, at the other operands' places."""


@dataclass(frozen=True)
class PutLiteral(Scatter):
    """At literal positions along some axes."""

    pattern: Pattern


@dataclass(frozen=True)
class AddInto(Scatter):
    """Added to operand 1 itself, which is written to, at literal positions."""

    pattern: Pattern


@dataclass(frozen=True)
class PutAt(Scatter):
    """At operand 2 along the chosen one of the axes."""

    chosen: tuple[bool, ...]


@dataclass(frozen=True)
class PutAlong(Scatter):
    """One entry along an axis, counted from the end, for every position along the others."""

    axis: int


@dataclass(frozen=True)
class PutFlat(Scatter):
    """At one position among all leading axes, for every position along the `rest` others."""

    rest: int


@dataclass(frozen=True)
class AddRows(Scatter):
    """Added at positions along one axis that may repeat; `stretched`: the values broadcast."""

    axis: int
    stretched: bool


@dataclass(frozen=True)
class PutAll(Scatter):
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

"""The array program: a closed vocabulary of operations in SSA form.

An operation's operands are earlier operations, by number. Its identity is positional (which
operation on which operands along which positions), so that two expressions that differ in the
names of their indices only are the same operation, computed once.

Arrays broadcast against each other as NumPy's do: positions are counted from the last axis, and
`...`, if a value has it, is its first axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symbp.program.scalars import Tree

__all__ = [
    "LEADING",
    "VARIADIC",
    "Along",
    "Argument",
    "Axis",
    "Cast",
    "Choose",
    "CommonShape",
    "Contract",
    "DType",
    "Expand",
    "Fill",
    "Fixed",
    "Found",
    "Gather",
    "Label",
    "Length",
    "Map",
    "Operation",
    "Positions",
    "Reduce",
    "Scalar",
    "Scatter",
    "Shape",
    "ShapeOf",
    "Slot",
    "Stretch",
    "Transpose",
    "View",
]

VARIADIC = "..."
LEADING = "(...)"
"""The space of all leading lengths together, as a tuple."""
Axis = str
Label = int
"""An index of a contraction, gather or scatter, whatever it is called."""


class DType(Enum):
    """What an operation's value holds; `NUMBER` is a number of no dtype, which adapts to arrays."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    NUMBER = "number"


@dataclass(frozen=True)
class Operation:
    """One operation.

    Args:
        operands: numbers of earlier operations.
        axes: the spaces of the value's axes, `...` first if it has leading axes; "1" where an
            axis of length 1 stands for one that is broadcast.
        dtype: what the value holds.
    """

    operands: tuple[int, ...]
    axes: tuple[Axis, ...]
    dtype: DType

    @property
    def rank(self) -> int:
        """The number of axes that `...` does not cover."""
        return len(self.axes) - (VARIADIC in self.axes)


@dataclass(frozen=True)
class Argument(Operation):
    """An input, a constant, a parameter or an upstream, by name."""

    name: str


@dataclass(frozen=True)
class Scalar(Operation):
    """A tensor-free expression or condition; its operands are the lengths in it.

    Args:
        value: the expression.
        title: what a number that no short literal writes may be called, or "".
    """

    value: Tree
    title: str


@dataclass(frozen=True)
class Length(Operation):
    """How long an axis of the space is; of `...` the product, of `LEADING` the tuple."""

    space: Axis


@dataclass(frozen=True)
class ShapeOf(Operation):
    """The shape of the operand."""


@dataclass(frozen=True)
class CommonShape(Operation):
    """The shape that the operands, which are shapes, make, broadcast against each other."""


@dataclass(frozen=True)
class Shape(Operation):
    """The shape that the operands, which are lengths, make."""


@dataclass(frozen=True)
class Positions(Operation):
    """0, 1, ..., operand 0 less one; for `...` in the shape of operand 1."""


@dataclass(frozen=True)
class Map(Operation):
    """A scalar function of every entry, the operands broadcast against each other."""

    function: str


@dataclass(frozen=True)
class Choose(Operation):
    """Operand 1 where operand 0 holds, else operand 2."""


@dataclass(frozen=True)
class Cast(Operation):
    """A boolean or integer as floating point."""


class View(Operation):
    """The operand's own entries, in its memory."""


@dataclass(frozen=True)
class Transpose(View):
    """The axes in another order: their positions in the operand, `...` not counted."""

    order: tuple[int, ...]


@dataclass(frozen=True)
class Expand(View):
    """With axes of length 1 put in: for every axis of the result whether the operand has it."""

    pattern: tuple[bool, ...]


@dataclass(frozen=True)
class Stretch(View):
    """Operand 0 broadcast to the shape that operand 1 gives."""


@dataclass(frozen=True)
class Reduce(Operation):
    """A reduction over positions counted from the end, or over all; `...` may be one of them."""

    word: str
    positions: tuple[int, ...] | None


@dataclass(frozen=True)
class Fill(Operation):
    """Operand 0 broadcast to the shape that operand 1 gives, as an array of its own."""


@dataclass(frozen=True)
class Contract(Operation):
    """The sum over all labels but the result's of the products of two arrays' entries.

    Args:
        left, right: the labels of the operands' axes. What one operand alone has is in the result.
        result: those of the result's axes.
    """

    left: tuple[Label, ...]
    right: tuple[Label, ...]
    result: tuple[Label, ...]


@dataclass(frozen=True)
class Along:
    """A slot that follows a label."""

    label: Label


@dataclass(frozen=True)
class Fixed:
    """A slot at one position."""

    position: int


@dataclass(frozen=True)
class Found:
    """A slot at the positions that an array of integers holds: its number among them."""

    index: int


Slot = Along | Fixed | Found


@dataclass(frozen=True)
class Gather(Operation):
    """The entries of operand 0 at slots; the other operands are integers.

    Args:
        slots: one for every axis of operand 0; of leading axes all positions together.
        indices: the labels of the integers' axes.
        result: those of the result's axes.
    """

    slots: tuple[Slot, ...]
    indices: tuple[tuple[Label, ...], ...]
    result: tuple[Label, ...]


@dataclass(frozen=True)
class Scatter(Operation):
    """Zeros, of the shape that operand 1 gives, with operand 0 put in at slots.

    Args:
        slots: one for every axis of the result; of leading axes all positions together.
        value: the labels of operand 0's axes; along the other loops it is the same.
        indices: those of the other operands, which are integers.
        loops: all labels, in an order.
        adds: whether places may repeat, and what is put there is added up.
        onto: whether operand 1 is, instead, an array that is added to.
    """

    slots: tuple[Slot, ...]
    value: tuple[Label, ...]
    indices: tuple[tuple[Label, ...], ...]
    loops: tuple[Label, ...]
    adds: bool
    onto: bool

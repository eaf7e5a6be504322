"""The array program: a closed vocabulary of operations in SSA form.

An operation's operands are earlier operations, by number. Its identity is positional (which
operation on which operands along which positions), so that two expressions that differ in the
names of their indices only are the same operation, computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

__all__ = [
    "LEADING",
    "VARIADIC",
    "Axis",
    "DType",
    "Identity",
    "Kind",
    "Operation",
    "Program",
    "Result",
]

VARIADIC = "..."
LEADING = "(...)"
Axis = str


class DType(Enum):
    """What an operation's value holds; `NUMBER` is a Python number, which adapts to arrays."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    NUMBER = "number"


class Kind(Enum):
    """The vocabulary. What each one's attributes mean stands beside it."""

    ARGUMENT = "argument"  # (name,): an input, constant, parameter or upstream
    NUMBER = "number"  # (text,): a Python expression, `{0}` standing for operand 0
    CONSTANT = "constant"  # (name, text): a number with a name of its own in the module
    SIZE = "size"  # (space,): a length; for `...` the leading lengths' product, LEADING: they
    SHAPE = "shape"  # (): the shape of the operand
    ARANGE = "arange"  # (): 0, 1, ..., operand 0 less one; of shape operand 1 for `...`
    UFUNC = "ufunc"  # (name,): elementwise, operands broadcast against each other
    WHERE = "where"  # (): where(operand 0, operand 1, operand 2)
    CAST = "cast"  # (): a boolean or integer as floating point
    TRANSPOSE = "transpose"  # (permutation,): positions of the axes, `...` not counted
    EXPAND = "expand"  # (pattern,): for every axis of the result whether the operand has it
    REDUCE = "reduce"  # (word, axes): over positions counted from the end, `...` may be one
    MATMUL = "matmul"  # (): as NumPy's
    VECDOT = "vecdot"  # (): over the last axis of both
    TENSORDOT = "tensordot"  # (axes of operand 0, axes of operand 1), counted from the end
    EINSUM = "einsum"  # (subscripts,)
    MERGE = "merge"  # (count,): the leading axes, count of them after `...`, as one axis
    GATHER = "gather"  # (slots,): operand 0 at the given slots, see `Slot`
    SCATTER = "scatter"  # (slots, accumulates): operand 0 put into zeros of a tensor's shape
    FULL = "full"  # (pattern,): operand 0 broadcast to the shape that operand 1 gives
    COPY = "copy"  # (): an array of its own


@dataclass(frozen=True)
class Operation:
    """One operation.

    Args:
        kind: what it does.
        operands: numbers of earlier operations.
        attributes: what else determines it, see `Kind`.
        axes: the spaces of the value's axes, `...` first if it has leading axes.
        dtype: what the value holds.
    """

    kind: Kind
    operands: tuple[int, ...]
    attributes: tuple[Any, ...]
    axes: tuple[Axis, ...]
    dtype: DType

    @property
    def rank(self) -> int:
        """The number of axes that `...` does not cover."""
        return len(self.axes) - (VARIADIC in self.axes)


@dataclass(frozen=True)
class Result:
    """A named value: an equation's left side.

    Args:
        name: the tensor's name.
        operation: the number of the operation that computes it.
        equation: the equation as text.
    """

    name: str
    operation: int
    equation: str


@dataclass(frozen=True)
class Identity:
    """An assumption to check: two operations whose values must agree.

    Args:
        left, right: the operations.
        source: the assumption as the user wrote it.
        tensors: the names of the tensors that it reads.
    """

    left: int
    right: int
    source: str
    tensors: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A layer's forward and backward pass.

    Args:
        operations: all, each after its operands.
        forward: the named values of the forward pass, in order.
        backward: those of the backward pass, in order.
        outputs: the names handed back by forward.
        gradients: the names handed back or stored by backward.
        saved: the operations whose values forward keeps for backward, in order.
        assumptions: what forward checks of the data.
    """

    operations: tuple[Operation, ...]
    forward: tuple[Result, ...]
    backward: tuple[Result, ...]
    outputs: tuple[str, ...]
    gradients: tuple[str, ...]
    saved: tuple[int, ...]
    assumptions: tuple[Identity, ...] = ()

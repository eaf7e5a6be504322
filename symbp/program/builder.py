"""Builds array programs: interns operations and keeps what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from sympy import Basic, Integer

from symbp.errors import InternalError
from symbp.notation.expression import Index
from symbp.program.operations import (
    LEADING,
    VARIADIC,
    Axis,
    Cast,
    Choose,
    DType,
    Expand,
    Label,
    Length,
    Map,
    Operation,
    Positions,
    Scalar,
    Transpose,
)
from symbp.program.scalars import LengthOf, lengths_in, scalar_tree, title

__all__ = ["Builder", "Ref", "labelled", "spaces_of", "union"]


@dataclass(frozen=True)
class Ref:
    """A value in an expression: an operation, and the index that each of its axes stands for."""

    operation: int
    axes: tuple[Index, ...]


class Builder:
    """Interns operations: the same operation on the same operands is one operation."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._numbers: dict[Operation, int] = {}

    def __getitem__(self, number: int) -> Operation:
        return self.operations[number]

    def add(self, operation: Operation) -> int:
        """The number of this operation, new or known."""
        if operation not in self._numbers:
            self._numbers[operation] = len(self.operations)
            self.operations.append(operation)
        return self._numbers[operation]

    def scalar(self, value: Basic | int) -> Ref:
        """A tensor-free expression or condition."""
        value = Integer(value) if isinstance(value, int) else value
        tree = scalar_tree(value)
        lengths = tuple(map(self.length, lengths_in(tree)))
        if isinstance(tree, LengthOf):
            return Ref(lengths[0], ())
        return Ref(self.add(Scalar(lengths, (), DType.NUMBER, tree, title(value))), ())

    def length(self, space: Axis) -> int:
        """The length of a space."""
        return self.add(Length((), (), DType.NUMBER, space))

    def position(self, index: Index) -> Ref:
        """An index as the array 0, 1, ..., length - 1."""
        spaces = [VARIADIC, LEADING] if index.variadic else [index.space]
        lengths = tuple(map(self.length, spaces))
        return Ref(self.add(Positions(lengths, tuple(spaces[:1]), DType.INT)), (index,))

    def is_number(self, ref: Ref) -> bool:
        """Whether a value is a Python number rather than an array."""
        return self[ref.operation].dtype is DType.NUMBER

    def as_float(self, ref: Ref) -> Ref:
        """A value in the layer's floating dtype; a Python number takes that by itself."""
        operation = self[ref.operation]
        if operation.dtype in (DType.FLOAT, DType.NUMBER):
            return ref
        return Ref(self.add(Cast((ref.operation,), operation.axes, DType.FLOAT)), ref.axes)

    def elementwise(
        self, name: str, operands: Sequence[Ref], order: Sequence[Index], dtype: DType = DType.FLOAT
    ) -> Ref:
        """A function of operands aligned to the order of indices."""
        axes = union(operands, order)
        aligned = tuple(self.align(ref, axes) for ref in operands)
        return Ref(self.add(Map(aligned, spaces_of(axes), dtype, name)), axes)

    def choose(
        self, condition: Ref, yes: Ref, no: Ref, order: Sequence[Index], dtype: DType = DType.FLOAT
    ) -> Ref:
        """One of two values by a condition."""
        operands = [condition, yes, no]
        axes = union(operands, order)
        aligned = tuple(self.align(ref, axes) for ref in operands)
        return Ref(self.add(Choose(aligned, spaces_of(axes), dtype)), axes)

    def known(self, name: str, operands: Sequence[Ref], order: Sequence[Index]) -> Ref | None:
        """The value of an elementwise operation if the program has it already."""
        axes = union(operands, order)
        aligned = []
        for ref in operands:
            number = self._peek_align(ref, axes)
            if number is None:
                return None
            aligned.append(number)
        known = self._numbers.get(Map(tuple(aligned), spaces_of(axes), DType.FLOAT, name))
        return None if known is None else Ref(known, axes)

    def _peek_align(self, ref: Ref, axes: tuple[Index, ...]) -> int | None:
        before = len(self.operations)
        number = self.align(ref, axes)
        if len(self.operations) == before:
            return number
        for operation in self.operations[before:]:
            del self._numbers[operation]
        del self.operations[before:]
        return None

    def align(self, ref: Ref, axes: Sequence[Index]) -> int:
        """The operation whose value broadcasts along the axes: transposed and expanded."""
        if self.is_number(ref) or not ref.axes:
            return ref.operation
        ordered = self.permute(ref, [axis for axis in axes if axis in ref.axes])
        pattern = tuple(axis in ref.axes for axis in axes)
        first = pattern.index(True)
        if all(pattern[first:]):
            return ordered.operation
        shown = list(zip(axes, pattern, strict=True))[first:]
        spaces = tuple(axis.space if has else "1" for axis, has in shown)
        dtype, shape = self[ref.operation].dtype, tuple(has for _, has in shown)
        return self.add(Expand((ordered.operation,), spaces, dtype, shape))

    def permute(self, ref: Ref, axes: Sequence[Index]) -> Ref:
        """The value with its axes in another order."""
        axes = tuple(axes)
        if axes == ref.axes:
            return ref
        if set(axes) != set(ref.axes):
            raise InternalError(f"cannot permute {ref.axes} to {axes}")
        plain = [axis for axis in ref.axes if not axis.variadic]
        if any(axis.variadic for axis in axes[1:]):
            raise InternalError(f"the leading axes must stay first: {axes}")
        order = tuple(plain.index(axis) for axis in axes if not axis.variadic)
        source = self[ref.operation]
        if isinstance(source, Transpose):
            order = tuple(source.order[position] for position in order)
            ref = Ref(source.operands[0], axes)
            if order == tuple(range(len(order))):
                return ref
        moved = Transpose((ref.operation,), spaces_of(axes), source.dtype, order)
        return Ref(self.add(moved), axes)


def labelled(*groups: Iterable[Index]) -> dict[Index, Label]:
    """A label for every index, in the order in which they come up."""
    return {axis: n for n, axis in enumerate(dict.fromkeys(chain.from_iterable(groups)))}


def union(operands: Sequence[Ref], order: Sequence[Index]) -> tuple[Index, ...]:
    """The axes of the operands, in the given order, `...` first."""
    present = {axis for ref in operands for axis in ref.axes}
    axes = [axis for axis in dict.fromkeys(order) if axis in present]
    if len(axes) != len(present):
        missing = sorted(axis.name for axis in present - set(axes))
        raise InternalError(f"indices {missing} are missing in the order {order}")
    return tuple(sorted(axes, key=lambda axis: not axis.variadic))


def spaces_of(axes: Sequence[Index]) -> tuple[Axis, ...]:
    """The spaces of indices, as an operation's axes."""
    return tuple(VARIADIC if axis.variadic else axis.space for axis in axes)

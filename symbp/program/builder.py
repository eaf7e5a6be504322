"""Builds array programs: interns operations and keeps what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from symbp.errors import InternalError
from symbp.notation.expression import Index
from symbp.program.operations import LEADING, VARIADIC, Axis, DType, Kind, Operation

__all__ = ["Builder", "Ref", "union"]


@dataclass(frozen=True)
class Ref:
    """A value in an expression: an operation, and the index that each of its axes stands for."""

    operation: int
    axes: tuple[Index, ...]


class Builder:
    """Interns operations: the same operation on the same operands is one operation.

    Args:
        reserved: names that no constant may have.
    """

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self._reserved = frozenset(reserved)
        self._constants: dict[str, str] = {}
        self.operations: list[Operation] = []
        self._numbers: dict[Operation, int] = {}

    def __getitem__(self, number: int) -> Operation:
        return self.operations[number]

    def add(
        self,
        kind: Kind,
        operands: Sequence[int] = (),
        attributes: Sequence[object] = (),
        axes: Sequence[Axis] = (),
        dtype: DType = DType.FLOAT,
    ) -> int:
        """The number of this operation, new or known."""
        operation = Operation(kind, tuple(operands), tuple(attributes), tuple(axes), dtype)
        if operation not in self._numbers:
            self._numbers[operation] = len(self.operations)
            self.operations.append(operation)
        return self._numbers[operation]

    def number(self, text: str, operands: Sequence[int] = ()) -> Ref:
        """A Python number."""
        return Ref(self.add(Kind.NUMBER, operands, (text,), (), DType.NUMBER), ())

    def constant(self, name: str, text: str) -> Ref:
        """A number that gets a name of its own in the module, numbered where that is taken."""
        chosen, count = name, 1
        while chosen in self._reserved or self._constants.setdefault(chosen, text) != text:
            count += 1
            chosen = f"{name}_{count}"
        return Ref(self.add(Kind.CONSTANT, (), (chosen, text), (), DType.NUMBER), ())

    def position(self, index: Index) -> Ref:
        """An index as the array 0, 1, ..., length - 1."""
        spaces = [VARIADIC, LEADING] if index.variadic else [index.space]
        lengths = [self.add(Kind.SIZE, (), (space,), (), DType.NUMBER) for space in spaces]
        number = self.add(Kind.ARANGE, lengths, (), spaces[:1], DType.INT)
        return Ref(number, (index,))

    def is_number(self, ref: Ref) -> bool:
        """Whether a value is a Python number rather than an array."""
        return self[ref.operation].dtype is DType.NUMBER

    def as_float(self, ref: Ref) -> Ref:
        """A value in the layer's floating dtype; a Python number takes that by itself."""
        operation = self[ref.operation]
        if operation.dtype in (DType.FLOAT, DType.NUMBER):
            return ref
        number = self.add(Kind.CAST, [ref.operation], (), operation.axes, DType.FLOAT)
        return Ref(number, ref.axes)

    def elementwise(
        self, name: str, operands: Sequence[Ref], order: Sequence[Index], dtype: DType = DType.FLOAT
    ) -> Ref:
        """A ufunc on operands aligned to the order of indices."""
        axes = union(operands, order)
        aligned = [self.align(ref, axes) for ref in operands]
        kind, attributes = (Kind.WHERE, ()) if name == "where" else (Kind.UFUNC, (name,))
        return Ref(self.add(kind, aligned, attributes, _spaces(axes), dtype), axes)

    def known(self, name: str, operands: Sequence[Ref], order: Sequence[Index]) -> Ref | None:
        """The value of an elementwise operation if the program has it already."""
        axes = union(operands, order)
        aligned = []
        for ref in operands:
            number = self._peek_align(ref, axes)
            if number is None:
                return None
            aligned.append(number)
        operation = Operation(Kind.UFUNC, tuple(aligned), (name,), _spaces(axes), DType.FLOAT)
        known = self._numbers.get(operation)
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
        spaces = [axis.space if has else "1" for axis, has in shown]
        dtype = self[ref.operation].dtype
        return self.add(
            Kind.EXPAND, [ordered.operation], (tuple(has for _, has in shown),), spaces, dtype
        )

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
        if source.kind is Kind.TRANSPOSE:
            inner = source.attributes[0]
            order = tuple(inner[position] for position in order)
            ref = Ref(source.operands[0], axes)
            if order == tuple(range(len(order))):
                return ref
        number = self.add(Kind.TRANSPOSE, [ref.operation], (order,), _spaces(axes), source.dtype)
        return Ref(number, axes)


def union(operands: Sequence[Ref], order: Sequence[Index]) -> tuple[Index, ...]:
    """The axes of the operands, in the given order, `...` first."""
    present = {axis for ref in operands for axis in ref.axes}
    axes = [axis for axis in dict.fromkeys(order) if axis in present]
    if len(axes) != len(present):
        missing = sorted(axis.name for axis in present - set(axes))
        raise InternalError(f"indices {missing} are missing in the order {order}")
    return tuple(sorted(axes, key=lambda axis: not axis.variadic))


def _spaces(axes: Sequence[Index]) -> tuple[Axis, ...]:
    return tuple(VARIADIC if axis.variadic else axis.space for axis in axes)

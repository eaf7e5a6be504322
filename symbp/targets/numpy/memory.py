"""Which values of a program share memory, as NumPy's views and basic indexing make them."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.program.operations import Argument, Operation, View
from symbp.targets.numpy.calls import AddInto, Indexing, TakeLiteral

__all__ = ["owner"]


def owner(operations: Sequence[Operation], number: int) -> int:
    """The operation in whose memory a value lies: itself, or what it is a view of."""
    while True:
        operation = operations[number]
        if isinstance(operation, View) or _is_slice(operations, operation):
            number = operation.operands[0]
        elif isinstance(operation, AddInto):
            number = operation.operands[1]
        else:
            return number


def _is_slice(operations: Sequence[Operation], operation: Operation) -> bool:
    """Whether a gather is basic indexing: at literal positions, or at those of NumPy's scalars.

    An argument without axes is an array, at which NumPy copies.
    """
    if not isinstance(operation, Indexing):
        return False
    places = [operations[operand] for operand in operation.operands[1:]]
    return isinstance(operation, TakeLiteral) or all(
        not place.axes and not isinstance(place, Argument) for place in places
    )

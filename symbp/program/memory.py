"""Which values of a program share memory, as NumPy's views and basic indexing make them."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.program.operations import Kind, Operation

__all__ = ["owner"]

VIEWS = (Kind.TRANSPOSE, Kind.EXPAND, Kind.MERGE)


def owner(operations: Sequence[Operation], number: int) -> int:
    """The operation in whose memory a value lies: itself, or what it is a view of."""
    while True:
        operation = operations[number]
        if operation.kind in VIEWS or _is_slice(operations, operation):
            number = operation.operands[0]
        elif operation.kind is Kind.SCATTER and operation.attributes[0] == "into":
            number = operation.operands[1]
        else:
            return number


def _is_slice(operations: Sequence[Operation], operation: Operation) -> bool:
    """Whether a gather is basic indexing: at literal positions, or at those of NumPy's scalars.

    An argument without axes is an array, at which NumPy copies.
    """
    if operation.kind is not Kind.GATHER:
        return False
    places = [operations[operand] for operand in operation.operands[1:]]
    return operation.attributes[0] == "literal" or all(
        not place.axes and place.kind is not Kind.ARGUMENT for place in places
    )

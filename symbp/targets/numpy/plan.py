"""Plans one pass: which operations become statements, and which take over an operand's buffer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from symbp.program import Program, closure
from symbp.program.operations import (
    Argument,
    Cast,
    Choose,
    DType,
    Expand,
    Length,
    Map,
    Operation,
    Scalar,
    Shape,
    ShapeOf,
    Transpose,
)
from symbp.targets.numpy.calls import (
    AddInto,
    Copy,
    Einsum,
    Matmul,
    Merge,
    Placing,
    Tensordot,
)
from symbp.targets.numpy.expressions import SCIPY

__all__ = ["Plan", "plan_pass"]

VIEWS = (Expand, Transpose)
ALWAYS_INLINE = (Argument, Scalar, Length, Shape, ShapeOf, *VIEWS)
FRESH = (Map, Choose, Matmul, Tensordot, Einsum, Cast, Copy)


@dataclass(frozen=True)
class Plan:
    """What to print for one pass.

    Args:
        operations: the numbers of the pass's operations, in order.
        statements: those that become statements; the others are printed where they are used.
        reuses: for a statement that writes into an operand's buffer, that operand.
        given: values that exist before the pass.
        results: the named values of the pass, by operation.
    """

    operations: tuple[int, ...]
    statements: frozenset[int]
    reuses: Mapping[int, int]
    given: frozenset[int]
    results: Mapping[int, str]


def plan_pass(
    program: Program,
    wanted: Sequence[int],
    given: Collection[int],
    results: Mapping[int, str],
    kept: Collection[int],
    quoted: Collection[int],
    in_place: bool,
    forced: Collection[int] = (),
) -> Plan:
    """Plans a pass.

    Args:
        program: the array program.
        wanted: operations whose values the pass must have at its end.
        given: operations whose values exist before it.
        results: names of the named values.
        kept: values that must survive the pass: results handed back, saved values.
        quoted: values that equations beside the lines name; nothing else takes their variable.
        in_place: whether values may be overwritten at all; not where operands broadcast.
        forced: operations that must become statements because their text is long.
    """
    operations = program.operations
    numbers = closure(operations, wanted, given)
    uses = _uses(operations, numbers, wanted)
    statements = {
        number
        for number in numbers
        if number in results
        or (number in kept and not isinstance(operations[number], Argument))
        or (
            not isinstance(operations[number], ALWAYS_INLINE)
            and (
                number in kept
                or number in forced
                or len(uses[number]) > 1
                or isinstance(operations[number], Placing)
            )
        )
    }
    statements |= _repeated_in_text(operations, numbers)
    largest = max((_size(operations[n]) for n in numbers), default=(0, False))
    reuses = {
        number: operations[number].operands[1]
        for number in numbers
        if isinstance(operations[number], AddInto)
    }
    hosts = _hosts(operations, numbers, statements)
    for number in numbers if in_place else ():
        last = {
            operand: max(user if user == number else hosts[user] for user in uses[operand])
            for operand in operations[number].operands
            if operand in uses
        }
        operand = _reusable(operations, number, last, kept, quoted, given, largest)
        if operand is not None:
            reuses[number] = operand
            statements |= {number, operand}
    return Plan(numbers, frozenset(statements), reuses, frozenset(given), results)


def _uses(
    operations: Sequence[Operation], numbers: Sequence[int], wanted: Sequence[int]
) -> dict[int, list[int]]:
    """The users of every value; views count as their operand's users' own."""
    uses: dict[int, list[int]] = {number: [-1] if number in wanted else [] for number in numbers}
    for number in reversed(numbers):
        operation = operations[number]
        users = uses[number] if isinstance(operation, VIEWS) else [number]
        for operand in operation.operands:
            if operand in uses:
                uses[operand] += users
    return uses


def _hosts(
    operations: Sequence[Operation], numbers: Sequence[int], statements: Collection[int]
) -> dict[int, int]:
    """For every operation the statement that it is printed in; the pass's end is -1's."""
    hosts = {-1: len(operations)}
    for number in reversed(numbers):
        hosts.setdefault(number, number)
        for operand in operations[number].operands:
            if operand not in statements:
                hosts[operand] = max(hosts.get(operand, -1), hosts[number])
    return {number: number if number in statements else host for number, host in hosts.items()}


def _repeated_in_text(operations: Sequence[Operation], numbers: Sequence[int]) -> set[int]:
    """Values whose text stands more than once in a user's: `x.reshape(-1, x.shape[-1])`."""
    found = set()
    for number in numbers:
        operation = operations[number]
        if isinstance(operation, Merge):
            source = operation.operands[0]
            if not isinstance(operations[source], ALWAYS_INLINE):
                found.add(source)
    return found & set(numbers)


def _size(operation: Operation) -> tuple[int, bool]:
    return len(operation.axes), "..." in operation.axes


def _reusable(
    operations: Sequence[Operation],
    number: int,
    last: Mapping[int, int],
    kept: Collection[int],
    quoted: Collection[int],
    given: Collection[int],
    largest: tuple[int, bool],
) -> int | None:
    """The operand whose buffer an operation may take over."""
    operation = operations[number]
    if not isinstance(operation, Map) or operation.dtype is not DType.FLOAT:
        return None
    if operation.function in SCIPY or not operation.axes:
        return None
    if _size(operation) != largest:
        return None
    for operand in operation.operands:
        value = operations[operand]
        if (
            isinstance(value, FRESH)
            and value.dtype is DType.FLOAT
            and value.axes == operation.axes
            and operand not in kept
            and operand not in quoted
            and operand not in given
            and last.get(operand) == number
        ):
            return operand
    return None

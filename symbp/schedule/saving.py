"""Chooses what forward saves for backward: no more than backward needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from symbp.program.operations import (
    LEADING,
    VARIADIC,
    Argument,
    Cast,
    DType,
    Length,
    Map,
    Operation,
    Positions,
    Scalar,
    Shape,
    ShapeOf,
    View,
)
from symbp.program.program import Program, Result

__all__ = ["choose_saved"]

CHEAP = frozenset(
    {
        *("add", "subtract", "multiply", "negative", "abs", "sign", "maximum", "minimum"),
        *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        *("logical_and", "logical_or", "logical_not"),
    }
)
FREE = (Scalar, Shape, Positions)


def choose_saved(program: Program) -> tuple[int, ...]:
    """The forward operations whose values backward starts from.

    A cheap elementwise value without a name is computed again where its operands are at hand
    anyway. Of a tensor that only lends its shape the shape is saved, of an axis that no array of
    backward has the length.
    """
    operations = program.operations
    named = {result.operation for result in program.forward}
    lasting = _lasting(program)
    waiting, shapes, sizes = _touched(operations, program.boundary, program.backward)
    waiting -= lasting
    saved: set[int] = set()
    while waiting:
        number = max(waiting)
        waiting.discard(number)
        operation = operations[number]
        passed_on = isinstance(operation, View | Cast) or _is_cheap(
            operation, operations, waiting | saved | lasting
        )
        if isinstance(operation, Length):
            sizes.add(number)
        elif isinstance(operation, FREE) or (passed_on and number not in named):
            waiting |= set(operation.operands) - lasting
        else:
            saved.add(number)
    saved = _by_arguments(operations, saved, named)
    present = saved | lasting
    saved |= {number for number in shapes if operations[number].operands[0] not in present}
    spaces = {axis for number in present for axis in operations[number].axes}
    spaces |= {LEADING} if VARIADIC in spaces else set()
    lengths = {n: operations[n] for n in sizes}
    saved |= {n for n, o in lengths.items() if isinstance(o, Length) and o.space not in spaces}
    return tuple(sorted(saved))


def _lasting(program: Program) -> set[int]:
    """The arguments that backward sees anyway: parameters and upstreams."""
    return {
        number
        for number, operation in enumerate(program.operations)
        if isinstance(operation, Argument)
        and (number >= program.boundary or operation.name in program.parameters)
    }


def _by_arguments(
    operations: Sequence[Operation], saved: set[int], named: Collection[int]
) -> set[int]:
    """Saves an argument instead of several values that are one cheap step from it."""
    by_source: dict[int, set[int]] = {}
    for number in saved - set(named):
        operation = operations[number]
        if isinstance(operation, Map) and operation.function in CHEAP:
            arrays = {o for o in operation.operands if operations[o].dtype is not DType.NUMBER}
            if len(arrays) == 1 and isinstance(operations[min(arrays)], Argument):
                by_source.setdefault(min(arrays), set()).add(number)
    for source, numbers in by_source.items():
        if len(numbers) > 1:
            saved = saved - numbers | {source}
    return saved


def _touched(
    operations: Sequence[Operation], boundary: int, backward: Iterable[Result]
) -> tuple[set[int], set[int], set[int]]:
    """The forward operations that backward's own use directly, and the shapes and lengths."""
    touched: set[int] = set()
    shapes: set[int] = set()
    sizes: set[int] = set()
    seen: set[int] = set()
    waiting = [result.operation for result in backward]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        operation = operations[number]
        if isinstance(operation, ShapeOf) and operation.operands[0] < boundary:
            shapes.add(number)
        elif isinstance(operation, Length):
            sizes.add(number)
        elif number < boundary:
            touched.add(number)
        else:
            waiting.extend(operation.operands)
    return touched, shapes, sizes


def _is_cheap(operation: Operation, operations: Sequence[Operation], at_hand: set[int]) -> bool:
    if not isinstance(operation, Map) or operation.function not in CHEAP:
        return False
    arrays = [o for o in operation.operands if operations[o].dtype is not DType.NUMBER]
    return all(_source(operations, operand) in at_hand for operand in arrays)


def _source(operations: Sequence[Operation], number: int) -> int:
    while isinstance(operations[number], View | Cast):
        number = operations[number].operands[0]
    return number

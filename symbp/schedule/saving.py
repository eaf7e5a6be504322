"""Chooses what forward saves: no more than backward, and what else may follow, needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from symbp.program.closure import closure
from symbp.program.operations import (
    LEADING,
    VARIADIC,
    Argument,
    Axis,
    Cast,
    Choose,
    CommonShape,
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
from symbp.program.program import Program
from symbp.schedule.cut import minimum_cut

__all__ = ["CHEAP", "choose_saved"]

CHEAP = frozenset(
    {
        *("add", "subtract", "multiply", "negative", "abs", "sign", "maximum", "minimum"),
        *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        *("logical_and", "logical_or", "logical_not"),
    }
)
FREE = (Scalar, Shape, Positions)
ANEW = (Map, Choose, Cast)
"""What may be computed again."""
LENGTH = 100.0
HANDED_OUT, MASK, COPIED = 0.01, 0.25, 1.1
"""Keeping what is handed out costs next to nothing, a mask a byte, an argument a copy of it."""


def choose_saved(program: Program, hoists: bool = False) -> tuple[int, ...]:
    """The forward operations whose values backward, and what else may follow, start from.

    A cheap elementwise value without a name is computed again where its operands are at hand
    anyway. Of a tensor that only lends its shape the shape is saved, of an axis that no array of
    backward has the length.

    Args:
        program: what is computed.
        hoists: whether forward may compute what belongs to backward, and backward again what
            forward has computed: then the values are the least there are.
    """
    lasting = _lasting(program)
    saved = _least(program, lasting) if hoists else _at_hand(program, lasting)
    operations = program.operations
    shapes, sizes = _measured(program, saved | lasting)
    present = saved | lasting
    saved |= {number for number in shapes if operations[number].operands[0] not in present}
    spaces = _lent_to_every_phase(program, present)
    lengths = {n: operations[n] for n in sizes}
    saved |= {n for n, o in lengths.items() if isinstance(o, Length) and o.space not in spaces}
    return tuple(sorted(saved))


def _at_hand(program: Program, lasting: set[int]) -> set[int]:
    """The forward operations that later ones use, or what they are one cheap step from."""
    operations = program.operations
    named = {result.operation for result in program.forward}
    forward = range(program.boundary)
    waiting = {n for n in _reached(program, forward) if n in forward} - lasting
    saved: set[int] = set()
    while waiting:
        number = max(waiting)
        waiting.discard(number)
        operation = operations[number]
        passed_on = isinstance(operation, View | Cast) or _is_cheap(
            operation, operations, waiting | saved | lasting
        )
        if isinstance(operation, Length | ShapeOf):
            continue
        if isinstance(operation, FREE) or (passed_on and number not in named):
            waiting |= set(operation.operands) - lasting
        else:
            saved.add(number)
    return _by_arguments(operations, saved, named)


def _least(program: Program, lasting: set[int]) -> set[int]:
    """The values without which forward's work would be done again, as few and small as they can be.

    What is handed out anyway is kept for nothing. A product, a sum or a gather is computed once.
    """
    operations = program.operations
    needed = closure(operations, _asked(program), {n for n in lasting if n < program.boundary})
    asked = {*_asked(program)}
    late = _late(program, needed) | asked
    early = [n for n in needed if n not in late and not _is_free(operations[n])]
    handed_out = {r.operation for r in program.forward if r.name in program.outputs}
    capacities = {n: _size(operations[n], n in handed_out) for n in early}
    users: dict[int, set[int]] = {}
    for number in needed:
        for operand in operations[number].operands:
            users.setdefault(operand, set()).add(number)
    return set(
        minimum_cut(
            capacities,
            frozenset(n for n in early if _is_first(operations, n, lasting)),
            frozenset(n for n in early if users.get(n, set()) & late),
            {n: frozenset(users.get(n, set()) & {*early}) for n in early},
        )
    )


def _is_first(operations: Sequence[Operation], number: int, lasting: Collection[int]) -> bool:
    """Whether nothing is computed again from before a value: not what parameters alone make."""
    operation = operations[number]
    if not isinstance(operation, (*ANEW, View)):
        return True
    return all(o in lasting or _is_free(operations[o]) for o in operation.operands)


def _late(program: Program, numbers: Iterable[int]) -> set[int]:
    """The operations that need an argument that forward has not."""
    late: set[int] = set()
    for number in numbers:
        operation = program.operations[number]
        is_own = isinstance(operation, Argument) and number >= program.boundary
        if is_own or late & {*operation.operands}:
            late.add(number)
    return late


def _is_free(operation: Operation) -> bool:
    return operation.dtype is DType.NUMBER or isinstance(
        operation, (*FREE, Length, ShapeOf, CommonShape)
    )


def _size(operation: Operation, handed_out: bool) -> float:
    """How dear it is to keep a value, in entries of a tensor with axes of typical length."""
    if isinstance(operation, View):
        return float("inf")
    entries = LENGTH ** len(operation.axes)
    if handed_out:
        return entries * HANDED_OUT
    if isinstance(operation, Argument):
        return entries * COPIED
    return entries * (MASK if operation.dtype is DType.BOOL else 1.0)


def _lent_to_every_phase(program: Program, present: Collection[int]) -> set[Axis]:
    """The axes that every phase has an array of: what is saved, a parameter, its own argument."""
    given = {name for phase in program.phases.values() for name in phase.arguments}
    arrays = [program.operations[number] for number in present]
    lent = []
    for phase in program.phases.values():
        others = given - set(phase.arguments)
        own = (a for a in arrays if not (isinstance(a, Argument) and a.name in others))
        axes = {axis for array in own for axis in array.axes}
        lent.append(axes | ({LEADING} if VARIADIC in axes else set()))
    return set.intersection(*lent)


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


def _measured(program: Program, present: Collection[int]) -> tuple[set[int], set[int]]:
    """The shapes and lengths that are asked for after forward, from what is present on."""
    operations = program.operations
    shapes: set[int] = set()
    sizes: set[int] = set()
    for number in _reached(program, present):
        operation = operations[number]
        if isinstance(operation, ShapeOf) and operation.operands[0] < program.boundary:
            shapes.add(number)
        elif isinstance(operation, Length):
            sizes.add(number)
    return shapes, sizes


def _reached(program: Program, present: Collection[int]) -> set[int]:
    """The operations that what follows forward needs, up to and with those that are present.

    A shape needs no value.
    """
    seen: set[int] = set()
    waiting = _asked(program)
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        operation = program.operations[number]
        is_shape = isinstance(operation, ShapeOf) and operation.operands[0] < program.boundary
        if number not in present and not is_shape:
            waiting.extend(operation.operands)
    return seen


def _asked(program: Program) -> list[int]:
    """The operations that compute the named values of what follows forward."""
    return [result.operation for phase in program.phases.values() for result in phase.results]


def _is_cheap(operation: Operation, operations: Sequence[Operation], at_hand: set[int]) -> bool:
    if not isinstance(operation, Map) or operation.function not in CHEAP:
        return False
    arrays = [o for o in operation.operands if operations[o].dtype is not DType.NUMBER]
    return all(_source(operations, operand) in at_hand for operand in arrays)


def _source(operations: Sequence[Operation], number: int) -> int:
    while isinstance(operations[number], View | Cast):
        number = operations[number].operands[0]
    return number

"""Entries that a later nest computes again, where that is cheaper than to write and read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from symbp.program.operations import Cast, Choose, DType, Map, Operation
from symbp.schedule.fusion import Level, Nest, Step, is_step, like
from symbp.schedule.loops import source
from symbp.schedule.saving import CHEAP

__all__ = ["recomputed"]


def recomputed(
    operations: Sequence[Operation], steps: Sequence[Step], wanted: Collection[int]
) -> tuple[Step, ...]:
    """The steps, with cheap entries computed by every nest that reads them.

    So of what is centred by a mean over rows: `x - mu` is computed where its square is added up,
    and again where it is scaled, from the x that is read in its place.

    Args:
        operations: of the program.
        steps: of a pass.
        wanted: what must exist when it is over.
    """
    found = list(steps)
    for place, step in enumerate(steps):
        for number in step.outputs if isinstance(step, Nest) else ():
            if number not in wanted:
                _move(operations, found, place, number)
    return tuple(step for step in found if not isinstance(step, Nest) or step.outputs)


def _move(operations: Sequence[Operation], steps: list[Step], place: int, number: int) -> None:
    """Has the readers of an output compute it, where all of them can."""
    maker = steps[place]
    assert isinstance(maker, Nest)
    readers = {
        later: step
        for later, step in enumerate(steps)
        if later != place and _reads(operations, step, number)
    }
    changed: dict[int, Step] = {}
    for later, step in readers.items():
        again = _with(operations, maker, step, number) if isinstance(step, Nest) else None
        if again is None:
            return
        changed[later] = again
    changed[place] = replace(maker, outputs=tuple(n for n in maker.outputs if n != number))
    if all(not n.outputs or like(n) for n in changed.values() if isinstance(n, Nest)):
        for at, step in changed.items():
            steps[at] = step


def _reads(operations: Sequence[Operation], step: Step, number: int) -> bool:
    """Whether a step reads a value, or a view or the shape of it."""
    waiting = list(step.inputs if isinstance(step, Nest) else operations[step].operands)
    while waiting:
        operand = waiting.pop()
        if operand == number:
            return True
        if not is_step(operations[operand]):
            waiting += operations[operand].operands
    return False


def _with(operations: Sequence[Operation], maker: Nest, reader: Nest, number: int) -> Nest | None:
    """The reader with an entry of the maker's computed in it, if that reads no more arrays."""
    if {maker.levels[number], reader.levels.get(number)} != {Level.ENTRY}:
        return None
    if maker.rows and len(maker.rows) != len(reader.rows):
        return None
    added: set[int] = set()
    read: dict[int, Level] = {}
    waiting = [number]
    while waiting:
        value = waiting.pop()
        if not _is_cheap(operations[value]):
            return None
        added.add(value)
        for operand in operations[value].operands:
            base = source(operations, operand)
            if base in maker.operations and base not in maker.outputs:
                if maker.levels[base] is not Level.ENTRY:
                    return None
                waiting.append(base)
            elif reader.levels.get(base, maker.levels[base]) is not maker.levels[base]:
                return None
            else:
                read[base] = maker.levels[base]
    new = [n for n in read if n not in reader.levels and n not in added]
    if sum(read[n] is Level.ENTRY for n in new) > 1:
        return None
    inputs = (*(n for n in reader.inputs if n not in added), *new)
    return replace(
        reader,
        operations=tuple(sorted({*reader.operations, *added})),
        levels={**reader.levels, **read, **dict.fromkeys(added, Level.ENTRY)},
        inputs=inputs,
    )


def _is_cheap(operation: Operation) -> bool:
    if isinstance(operation, Map):
        return operation.function in CHEAP and operation.dtype is not DType.INT
    return isinstance(operation, Cast | Choose)

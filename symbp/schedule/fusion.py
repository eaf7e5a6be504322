"""Fusion: which operations of a pass one loop nest computes.

A nest has rows and, in each, columns: groups of axes, of which either may be none. What it computes
is an entry for every row and column, a number for every row (a sum along the columns, and what is
made of it), or, when it is over, what was added up over the rows or over everything. What no nest
can hold is a step of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from symbp.program.operations import (
    Argument,
    Axis,
    Cast,
    Choose,
    DType,
    Expand,
    Length,
    Map,
    Operation,
    Reduce,
    Scalar,
    Shape,
    ShapeOf,
    Stretch,
    View,
)
from symbp.schedule.loops import Loop, Loops, source

__all__ = ["Level", "Nest", "Step", "is_step", "like", "steps"]

NO_STEPS = (Argument, Scalar, Length, Shape, ShapeOf, View)
"""What is at hand, or stands where it is used."""
ROWWISE = ("sum", "max", "min")


class Level(Enum):
    """How often a nest has a value."""

    NUMBER = "once"
    ROW = "for every row"
    COLUMN = "for every column"
    ENTRY = "for every row and column"


@dataclass(frozen=True)
class Nest:
    """Operations that one loop nest computes.

    Args:
        rows, columns: the axes that it runs along.
        operations: what it computes, in order.
        levels: how often, for these and for what it reads.
        inputs: what it reads.
        outputs: what exists when it is over.
    """

    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    operations: tuple[int, ...]
    levels: Mapping[int, Level]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


Step = int | Nest


def like(nest: Nest) -> tuple[int, ...]:
    """An array of a nest with all rows and columns, or one with the rows and one with the columns.

    There may be neither: no array is as large as the nest.
    """
    arrays = (*nest.outputs, *nest.inputs)
    for levels in ((Level.ENTRY,), (Level.ROW, Level.COLUMN)):
        found = [next((n for n in arrays if nest.levels[n] is one), None) for one in levels]
        if None not in found:
            return tuple(number for number in found if number is not None)
    return ()


def steps(
    operations: Sequence[Operation],
    numbers: Sequence[int],
    wanted: Collection[int],
    functions: Collection[str],
) -> tuple[Step, ...]:
    """The operations of a pass in the order of their computation, those of a nest together.

    Args:
        operations: of the program.
        numbers: those of the pass, in order.
        wanted: what must exist when it is over.
        functions: the names of those that a nest can hold.
    """
    return tuple(_Fusion(operations, numbers, wanted, functions).steps())


@dataclass
class _Draft:
    """What one nest could compute next."""

    rows: tuple[Loop, ...]
    columns: tuple[Loop, ...]
    levels: dict[int, Level] = field(default_factory=dict)
    read: dict[int, Level] = field(default_factory=dict)

    def level(self, loops: Sequence[Loop]) -> Level | None:
        """Of a value that runs along some loops, if it may take part."""
        if not loops:
            return Level.NUMBER
        if tuple(loops) == (*self.rows, *self.columns):
            return Level.ENTRY
        if tuple(loops) == self.rows:
            return Level.ROW
        return Level.COLUMN if tuple(loops) == self.columns else None


class _Fusion:
    def __init__(
        self,
        operations: Sequence[Operation],
        numbers: Sequence[int],
        wanted: Collection[int],
        functions: Collection[str],
    ) -> None:
        self._operations, self._functions, self._wanted = operations, functions, {*wanted}
        self._pending = [n for n in numbers if self._is_step(n)]
        self._fusible = {n for n in self._pending if self._may_fuse(n)}
        self._loops = Loops(operations, self._fusible)
        self._users: dict[int, list[int]] = {}
        for number in numbers:
            for operand in operations[number].operands:
                self._users.setdefault(source(operations, operand), []).append(number)

    def steps(self) -> Iterator[Step]:
        """All steps, in order."""
        while self._pending:
            ready = next((n for n in self._pending if self._is_ready(n)), None)
            draft = None if ready is not None else self._largest()
            nest = self._nest(draft) if draft is not None else None
            if draft is not None and nest is not None and like(nest):
                yield nest
                self._pending = [n for n in self._pending if n not in draft.levels]
                continue
            chosen = self._pending[0] if ready is None else ready
            self._pending.remove(chosen)
            yield chosen

    def _is_step(self, number: int) -> bool:
        operation = self._operations[number]
        if number in self._wanted:
            return not isinstance(operation, Argument)
        return is_step(operation)

    def _may_fuse(self, number: int) -> bool:
        operation = self._operations[number]
        if not self._functions:
            return False
        if not operation.axes and not isinstance(operation, Reduce):
            return False
        if isinstance(operation, Reduce):
            return operation.word in ROWWISE and operation.dtype is DType.FLOAT
        if isinstance(operation, Map):
            return operation.function in self._functions and operation.dtype is not DType.INT
        return isinstance(operation, Cast | Choose) and operation.dtype is not DType.INT

    def _is_ready(self, number: int) -> bool:
        """Whether an operation that no nest holds can be computed now."""
        if number in self._fusible:
            return False
        return not self._behind(number) & {*self._pending}

    def _behind(self, number: int) -> set[int]:
        """The steps that an operation waits for, views in between put aside."""
        found: set[int] = set()
        waiting = list(self._operations[number].operands)
        while waiting:
            operand = waiting.pop()
            if not is_step(self._operations[operand]):
                waiting += self._operations[operand].operands
            else:
                found.add(operand)
        return found

    def _largest(self) -> _Draft | None:
        """The nest that computes most now, if any does more than a call could."""
        spans = dict.fromkeys(self._loops.span(n) for n in self._pending if n in self._fusible)
        drafts = [
            self._draft(span, split)
            for span in spans
            if len({*span}) == len(span) > 0
            for split in range(len(span))
        ]
        best = max(drafts, key=lambda draft: len(draft.levels), default=None)
        if best is None or not best.levels:
            return None
        is_call = len(best.levels) == 1 and not self._adds_up(best)
        return None if is_call else best

    def _adds_up(self, draft: _Draft) -> bool:
        return any(isinstance(self._operations[number], Reduce) for number in draft.levels)

    def _draft(self, span: tuple[Loop, ...], split: int) -> _Draft:
        draft = _Draft(span[:split], span[split:])
        over: set[int] = set()
        for number in self._pending:
            if number not in self._fusible:
                continue
            level = draft.level(self._loops.of(number))
            read = self._read(number, draft, over)
            if level is None or read is None or not self._fits(number, level, draft, read):
                continue
            draft.levels[number] = level
            draft.read |= {n: found for n, found in read.items() if n not in draft.levels}
            if level in (Level.COLUMN, Level.NUMBER):
                over.add(number)
        is_whole = any(self._loops.span(number) == span for number in draft.levels)
        return draft if is_whole else _Draft((), ())

    def _read(self, number: int, draft: _Draft, over: Collection[int]) -> dict[int, Level] | None:
        """What an operation reads, and how often, if the nest has all of it."""
        found: dict[int, Level] = {}
        for place, operand in enumerate(self._operations[number].operands):
            base = source(self._operations, operand)
            level = draft.level(self._loops.seen(number, place))
            waits = base in self._pending or self._behind(base) & {*self._pending}
            known = base in draft.levels and base not in over
            if level is None or (waits and not known):
                return None
            if found.get(base, level) != level or draft.read.get(base, level) != level:
                return None
            found[base] = level
        return found

    def _fits(self, number: int, level: Level, draft: _Draft, read: Mapping[int, Level]) -> bool:
        operation = self._operations[number]
        if not isinstance(operation, Reduce):
            wide = Level.ROW if draft.rows else Level.ENTRY
            return level in (Level.ENTRY, wide) and level is not Level.NUMBER
        (operand,) = read.values()
        if operand is Level.ENTRY and level is Level.ROW:
            return True
        if operation.word != "sum":
            return False
        is_over = level is Level.NUMBER or (level is Level.COLUMN and bool(draft.rows))
        return is_over and operand in (Level.ENTRY, Level.ROW)

    def _nest(self, draft: _Draft) -> Nest:
        inside = draft.levels
        outputs = tuple(
            n
            for n in inside
            if n in self._wanted
            or any(self._leaves(user, inside) for user in self._users.get(n, ()))
        )
        return Nest(
            self._axes(draft, draft.rows),
            self._axes(draft, draft.columns),
            tuple(inside),
            {**draft.read, **inside},
            tuple(n for n in draft.read if n not in inside),
            outputs,
        )

    def _leaves(self, user: int, inside: Collection[int]) -> bool:
        """Whether a use is outside of a nest; of a view, whether one of its uses is."""
        if user in inside:
            return False
        if isinstance(self._operations[user], Expand):
            return any(self._leaves(u, inside) for u in self._users.get(user, ())) or (
                user in self._wanted
            )
        return True

    def _axes(self, draft: _Draft, loops: Sequence[Loop]) -> tuple[Axis, ...]:
        names = {loop: axis for number in draft.levels for loop, axis in self._loops.named(number)}
        return tuple(names[loop] for loop in loops)


def is_step(operation: Operation) -> bool:
    """Whether an operation is computed by itself, and not at hand or written where it is used."""
    return isinstance(operation, Stretch) or not isinstance(operation, NO_STEPS)

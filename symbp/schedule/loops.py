"""Which axes of a program's values run together, so that one loop can go along them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from symbp.program.operations import Axis, Expand, Operation, Reduce

__all__ = ["Loop", "Loops", "source"]

Loop = int
"""An axis that a nest may run along, whatever it is called in each of its values."""


def source(operations: Sequence[Operation], number: int) -> int:
    """What a value is, but for axes of length 1."""
    while isinstance(operations[number], Expand):
        number = operations[number].operands[0]
    return number


class Loops:
    """Which axes of operations run together.

    Args:
        operations: of the program.
        fusible: those that a nest may hold.
    """

    def __init__(self, operations: Sequence[Operation], fusible: Collection[int]) -> None:
        self._operations, self._fusible = operations, fusible
        self._same: dict[Loop, Loop] = {}
        self._numbers: dict[tuple[str, int, int], Loop] = {}
        for number in sorted(fusible):
            for place, operand in enumerate(operations[number].operands):
                base = source(operations, operand)
                if base in fusible:
                    own = [self._own(base, axis) for axis in self._wide(base)]
                    self._join(own, self._seen(number, place))
        self._share_what_is_read()

    def of(self, number: int) -> tuple[Loop, ...]:
        """The loops along which an operation's result runs."""
        return tuple(self._find(self._own(number, axis)) for axis in self._wide(number))

    def span(self, number: int) -> tuple[Loop, ...]:
        """The loops along which it must be computed."""
        if isinstance(self._operations[number], Reduce):
            return self.seen(number, 0)
        return self.of(number)

    def seen(self, number: int, place: int) -> tuple[Loop, ...]:
        """The loops along which an operation reads an operand."""
        return tuple(map(self._find, self._seen(number, place)))

    def named(self, number: int) -> Iterator[tuple[Loop, Axis]]:
        """The loops of an operation with its axes."""
        operation = self._operations[number]
        for loop, axis in zip(self.of(number), self._wide(number), strict=True):
            yield loop, operation.axes[axis]
        if isinstance(operation, Reduce):
            base = source(self._operations, operation.operands[0])
            wide = [self._operations[base].axes[axis] for axis in self._wide(base)]
            yield from zip(self.seen(number, 0), wide, strict=True)

    def _wide(self, number: int) -> list[int]:
        """The axes of a value that are not broadcast."""
        return [p for p, axis in enumerate(self._operations[number].axes) if axis != "1"]

    def _own(self, number: int, axis: int) -> Loop:
        return self._numbers.setdefault(("own", number, axis), len(self._numbers))

    def _seen(self, number: int, place: int) -> list[Loop]:
        operation = self._operations[number]
        operand = operation.operands[place]
        rank = len(self._operations[operand].axes)
        loops: list[Loop | None] = [
            self._beside(operation, number, rank, axis) for axis in range(rank)
        ]
        while isinstance(view := self._operations[operand], Expand):
            loops = [loop for loop, has in zip(loops, view.pattern, strict=True) if has]
            operand = view.operands[0]
        wide = self._wide(operand)
        return [loop for axis in wide if (loop := loops[axis]) is not None]

    def _beside(self, operation: Operation, number: int, rank: int, axis: int) -> Loop | None:
        """The loop that runs along an operand's axis."""
        if not isinstance(operation, Reduce):
            place = axis + len(operation.axes) - rank
            return self._own(number, place) if operation.axes[place] != "1" else None
        gone = range(rank) if operation.positions is None else operation.positions
        reduced = {position % rank for position in gone}
        if axis in reduced:
            return self._numbers.setdefault(("reduced", number, axis), len(self._numbers))
        return self._own(number, axis - sum(place < axis for place in reduced))

    def _join(self, some: Sequence[Loop], others: Sequence[Loop]) -> None:
        for one, other in zip(some, others, strict=True):
            first, second = sorted((self._find(one), self._find(other)))
            if first != second:
                self._same[second] = first

    def _find(self, loop: Loop) -> Loop:
        while loop in self._same:
            loop = self._same[loop]
        return loop

    def _share_what_is_read(self) -> None:
        """Joins the loops of operations that read one value, where none then has one loop twice."""
        first: dict[int, list[Loop]] = {}
        for number in sorted(self._fusible):
            for place, operand in enumerate(self._operations[number].operands):
                base = source(self._operations, operand)
                if base in self._fusible:
                    continue
                seen = self._seen(number, place)
                if base not in first:
                    first[base] = seen
                    continue
                before = dict(self._same)
                self._join(first[base], seen)
                if any(len({*span}) < len(span) for span in map(self.span, self._fusible)):
                    self._same = before

"""The loops along a row: what needs no sum of that row, what needs it, and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symbp.program import operations as op
from symbp.program.operations import DType, Operation
from symbp.schedule import Level, Nest, source
from symbp.targets.numba.scalars import is_dear

__all__ = ["Sweep", "Sweeps"]


@dataclass
class Sweep:
    """One loop along the columns, or the one loop there is.

    Args:
        sums: row sums and the like, that are complete after it.
        stores: entries that are written to arrays.
        adds: sums over rows or over everything, to which it adds.
    """

    sums: list[int] = field(default_factory=list)
    stores: list[int] = field(default_factory=list)
    adds: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.sums or self.stores or self.adds)


class Sweeps:
    """Which loop computes what.

    Args:
        operations: of the program.
        nest: what is computed.

    Attributes:
        stages: for every value the number of loops along its row before it is known.
        accumulators: what is added up over rows or over everything.
        all: the loops, in order.
        hosts: dear entries that a later loop needs, with the output whose row holds them until
            the last loop writes that, or None where they need a row of their own.
    """

    def __init__(self, operations: Sequence[Operation], nest: Nest) -> None:
        self._operations, self._nest = operations, nest
        over = (Level.NUMBER, Level.COLUMN) if nest.rows else (Level.NUMBER,)
        self.accumulators = [n for n in nest.operations if nest.levels[n] in over]
        self.stages = self._staged()
        self.all = self._sorted()
        self.hosts: dict[int, int | None] = {}
        if nest.rows:
            self._find_hosts()

    def sums(self, number: int) -> bool:
        """Whether an operation adds up entries, and not numbers of rows."""
        operation = self._operations[number]
        if not isinstance(operation, op.Reduce):
            return False
        return self._nest.levels[self.operand(number)] is Level.ENTRY

    def operand(self, number: int) -> int:
        """What a reduction is of."""
        return self.base(self._operations[number].operands[0])

    def base(self, operand: int) -> int:
        """What an operand is, but for axes of length 1."""
        return source(self._operations, operand)

    def is_computed(self, number: int) -> bool:
        """Whether a value is an entry that the nest computes."""
        return number in self._nest.operations and self._nest.levels[number] is Level.ENTRY

    def is_at_hand(self, number: int, stage: int) -> bool:
        """Whether an earlier loop has written an entry down."""
        if self.stages[number] >= stage:
            return False
        return number in self._nest.outputs or number in self.hosts

    def needed(self, stage: int) -> list[int]:
        """The entries of a loop, in order; behind those that are at hand none."""
        sweep, found = self.all[stage], set[int]()
        waiting = [*sweep.stores, *map(self.operand, (*sweep.sums, *sweep.adds))]
        while waiting:
            number = waiting.pop()
            if number in found or not self.is_computed(number):
                continue
            found.add(number)
            if not self.is_at_hand(number, stage):
                operands = self._operations[number].operands
                waiting += map(self.base, operands)
        return sorted(found)

    def uses(self, stage: int, needed: Sequence[int]) -> Mapping[int, int]:
        """How often a loop reads each of the entries that it computes."""
        sweep, uses = self.all[stage], dict.fromkeys(needed, 0)
        readers = [operand for n in needed for operand in self._operations[n].operands]
        readers += [self._operations[n].operands[0] for n in (*sweep.sums, *sweep.adds)]
        for operand in readers:
            base = self.base(operand)
            if base in uses:
                uses[base] += 1
        return uses

    def _staged(self) -> dict[int, int]:
        nest, found = self._nest, dict.fromkeys(self._nest.inputs, 0)
        for number in nest.operations:
            operands = self._operations[number].operands
            before = max(found[self.base(operand)] for operand in operands)
            is_sum = nest.rows and nest.levels[number] is Level.ROW and self.sums(number)
            found[number] = before + bool(is_sum)
        return found

    def _sorted(self) -> list[Sweep]:
        nest = self._nest
        sweeps = [Sweep() for _ in range(max(map(self.stages.__getitem__, nest.operations)) + 1)]
        for number in nest.operations:
            stage, level = self.stages[number], nest.levels[number]
            if level is Level.ENTRY and number in nest.outputs:
                sweeps[stage].stores.append(number)
            elif number in self.accumulators and self.sums(number):
                sweeps[stage].adds.append(number)
            elif level is Level.ROW and self.sums(number):
                sweeps[stage - 1].sums.append(number)
        return sweeps

    def _find_hosts(self) -> None:
        free = [n for n in self.all[-1].stores if self._operations[n].dtype is DType.FLOAT]
        seen: set[int] = set()
        for stage in range(len(self.all)):
            needed = self.needed(stage)
            for number in needed:
                if number in seen and number not in (*self._nest.outputs, *self.hosts):
                    self.hosts[number] = free.pop() if free else None
            seen |= {n for n in needed if is_dear(self._operations[n])}

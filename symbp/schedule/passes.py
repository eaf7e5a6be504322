"""One pass: which operations become statements, and which take over an operand's buffer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symbp.program import Program, Result, closure
from symbp.program.operations import (
    VARIADIC,
    Argument,
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
from symbp.schedule.fusion import Nest, Step, steps
from symbp.schedule.habits import Habits
from symbp.schedule.recomputing import recomputed

__all__ = ["Pass", "planned"]

SHORT = (Argument, Scalar, Length, Shape, ShapeOf)
"""What is as short as a name, or a number."""
VIEWS = (Expand, Transpose)


@dataclass(frozen=True)
class Pass:
    """What becomes of the operations of one pass.

    Args:
        operations: their numbers, in order.
        given: values that exist before the pass.
        wanted: those that it must have at its end.
        results: its named values, by operation.
        statements: those that become statements; the others are printed where they are used.
        reuses: for a statement that writes into an operand's buffer, that operand.
        steps: statements, and nests of operations, in the order in which they run.
    """

    operations: tuple[int, ...]
    given: frozenset[int]
    wanted: tuple[int, ...]
    results: Mapping[int, Result]
    statements: frozenset[int] = frozenset()
    reuses: Mapping[int, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def names(self) -> dict[int, str]:
        """The names that the user, or the layer's docstring, gives to values."""
        return {n: result.name for n, result in self.results.items() if result.has_name}


def planned(
    program: Program,
    wanted: Sequence[int],
    given: Collection[int],
    results: Mapping[int, Result],
    kept: Collection[int],
    habits: Habits,
    in_place: bool,
) -> Pass:
    """Plans a pass.

    Args:
        program: the array program.
        wanted: operations whose values the pass must have at its end.
        given: operations whose values exist before it.
        results: its named values, by operation.
        kept: values that must survive the pass: what is returned, and what is saved.
        habits: the target's.
        in_place: whether values may be overwritten at all; not where operands broadcast.
    """
    if habits.in_nests:
        return _fused(program, wanted, given, results, habits)
    return _Planner(program, wanted, given, results, kept, habits, in_place).planned()


def _fused(
    program: Program,
    wanted: Sequence[int],
    given: Collection[int],
    results: Mapping[int, Result],
    habits: Habits,
) -> Pass:
    """A pass of loop nests, with a statement for every operation that none of them holds."""
    operations = program.operations
    numbers = closure(operations, wanted, given)
    fixed = program.fixed_shapes or _is_of_one_array(program)
    order = steps(operations, numbers, wanted, habits.in_nests if fixed else ())
    order = recomputed(operations, order, wanted)
    nests = [step for step in order if isinstance(step, Nest)]
    statements = {step for step in order if not isinstance(step, Nest)}
    statements |= {number for nest in nests for number in nest.outputs}
    onto = {n: operations[n].operands[1] for n in numbers if isinstance(operations[n], habits.onto)}
    return Pass(
        numbers, frozenset(given), tuple(wanted), results, frozenset(statements), onto, order
    )


def _is_of_one_array(program: Program) -> bool:
    """Whether nothing can broadcast, as the forward pass is given one array."""
    arguments = [o for o in program.operations[: program.boundary] if isinstance(o, Argument)]
    return len(arguments) == 1


class _Planner:
    """The planning of one pass."""

    def __init__(
        self,
        program: Program,
        wanted: Sequence[int],
        given: Collection[int],
        results: Mapping[int, Result],
        kept: Collection[int],
        habits: Habits,
        in_place: bool,
    ) -> None:
        self._program, self._operations, self._habits = program, program.operations, habits
        self._kept, self._in_place = frozenset(kept), in_place
        numbers = closure(self._operations, wanted, given)
        self._bare = Pass(numbers, frozenset(given), tuple(wanted), results)
        self._uses = self._users()
        self._largest = max((_size(self._operations[n]) for n in numbers), default=(0, False))

    def planned(self) -> Pass:
        """The pass, with a name for a part of every statement that would be too long."""
        forced: set[int] = set()
        while True:
            plan = self._plan(forced)
            part = self._part_of_a_long_one(plan, forced)
            if part is None:
                return plan
            forced.add(part)

    def _plan(self, forced: Collection[int]) -> Pass:
        statements = {n for n in self._bare.operations if self._is_statement(n, forced)}
        statements |= self._repeated()
        reuses = {
            number: self._operations[number].operands[1]
            for number in self._bare.operations
            if isinstance(self._operations[number], self._habits.onto)
        }
        hosts = self._hosts(statements)
        for number in self._bare.operations if self._in_place else ():
            last = {
                operand: max(u if u == number else hosts[u] for u in self._uses[operand])
                for operand in self._operations[number].operands
                if operand in self._uses
            }
            operand = self._reusable(number, last)
            if operand is not None:
                reuses[number] = operand
                statements |= {number, operand}
        order = tuple(number for number in self._bare.operations if number in statements)
        return replace(self._bare, statements=frozenset(statements), reuses=reuses, steps=order)

    def _is_statement(self, number: int, forced: Collection[int]) -> bool:
        """Whether a value is named, kept, used more than once, or needs a line of its own."""
        operation, result = self._operations[number], self._bare.results.get(number)
        if result is not None and result.has_name:
            return True
        if number in self._kept and not isinstance(operation, Argument):
            return True
        if isinstance(operation, (*SHORT, *VIEWS)):
            return False
        is_used_again = len(self._uses[number]) > 1
        return number in forced or is_used_again or isinstance(operation, self._habits.statements)

    def _users(self) -> dict[int, list[int]]:
        """The users of every value; views count as their operand's users' own."""
        numbers, wanted = self._bare.operations, self._bare.wanted
        uses: dict[int, list[int]] = {n: [-1] if n in wanted else [] for n in numbers}
        for number in reversed(numbers):
            operation = self._operations[number]
            users = uses[number] if isinstance(operation, VIEWS) else [number]
            for operand in operation.operands:
                if operand in uses:
                    uses[operand] += users
        return uses

    def _hosts(self, statements: Collection[int]) -> dict[int, int]:
        """For every operation the statement that it is printed in; the pass's end is -1's."""
        hosts = {-1: len(self._operations)}
        for number in reversed(self._bare.operations):
            hosts.setdefault(number, number)
            for operand in self._operations[number].operands:
                if operand not in statements:
                    hosts[operand] = max(hosts.get(operand, -1), hosts[number])
        return {n: n if n in statements else host for n, host in hosts.items()}

    def _repeated(self) -> set[int]:
        """Values whose text stands more than once in a user's: `x.reshape(-1, x.shape[-1])`."""
        sources = {
            self._operations[n].operands[0]
            for n in self._bare.operations
            if isinstance(self._operations[n], self._habits.repeating)
        }
        inline = (*SHORT, *VIEWS)
        found = {n for n in sources if not isinstance(self._operations[n], inline)}
        return found & {*self._bare.operations}

    def _reusable(self, number: int, last: Mapping[int, int]) -> int | None:
        """The operand whose buffer an operation may take over."""
        operation = self._operations[number]
        if not isinstance(operation, Map) or operation.dtype is not DType.FLOAT:
            return None
        if operation.function in self._habits.not_in_place or not operation.axes:
            return None
        if _size(operation) != self._largest:
            return None
        for operand in operation.operands:
            value = self._operations[operand]
            lasting = operand in self._kept or operand in self._bare.given
            if (
                isinstance(value, self._habits.fresh)
                and value.dtype is DType.FLOAT
                and value.axes == operation.axes
                and not lasting
                and operand not in self._bare.results
                and last.get(operand) == number
            ):
                return operand
        return None

    def _part_of_a_long_one(self, plan: Pass, forced: Collection[int]) -> int | None:
        """An array within the first statement that is too long, to be given a name of its own."""
        known = plan.statements | plan.given
        for number in plan.operations:
            if number not in plan.statements or self._weight(number, known) <= self._habits.most:
                continue
            parts = [
                part
                for part in self._inlined(number, known)
                if part not in forced
                and not isinstance(self._operations[part], (*SHORT, *VIEWS))
                and self._operations[part].dtype is not DType.NUMBER
            ]
            if parts:
                most = self._habits.most
                return max(parts, key=lambda part: (self._weight(part, known) <= most, part))
        return None

    def _weight(self, number: int, known: Collection[int]) -> int:
        """How long a statement's text is, in operations."""
        whole = [number, *self._inlined(number, known)]
        return sum(
            self._habits.weights.get(type(self._operations[n]), 1)
            for n in whole
            if not isinstance(self._operations[n], SHORT)
        )

    def _inlined(self, number: int, known: Collection[int]) -> list[int]:
        """The operations that stand within a statement's text."""
        found: list[int] = []
        waiting = list(self._operations[number].operands)
        while waiting:
            operand = waiting.pop()
            if operand not in known:
                found.append(operand)
                waiting.extend(self._operations[operand].operands)
        return found


def _size(operation: Operation) -> tuple[int, bool]:
    return len(operation.axes), VARIADIC in operation.axes

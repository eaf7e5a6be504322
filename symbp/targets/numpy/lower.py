"""Lowers a program to NumPy's calls, and gives what is returned memory of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symbp.program import Program, Result, closure
from symbp.program.builder import Builder
from symbp.program.operations import Argument, Contract, Gather, Map, Operation, Reduce, Scatter
from symbp.targets.numpy.calls import Copy
from symbp.targets.numpy.contractions import contracted, reduced
from symbp.targets.numpy.decaying import Decaying
from symbp.targets.numpy.gathers import gathered
from symbp.targets.numpy.memory import owner
from symbp.targets.numpy.scatters import scattered

__all__ = ["Rule", "numpy_program"]


Rule = Callable[[Builder, Operation, tuple[int, ...]], int | None]
"""Adds an operation on operands to a program in another form; None where it has none."""


def of_numpy(program: Program) -> Rule:
    """The rule of NumPy's own target: exponentials are shared between the sides of 0."""
    decaying = Decaying(program.operations, chooses=False)

    def rule(builder: Builder, operation: Operation, operands: tuple[int, ...]) -> int | None:
        is_exponential = isinstance(operation, Map) and operation.function == "exp"
        return decaying.shared(builder, operation, *operands) if is_exponential else None

    return rule


def numpy_program(program: Program, rule: Rule | None = None) -> Program:
    """The program in NumPy's calls; only what its results need.

    Args:
        program: what a layer computes.
        rule: has the first word on every operation; that of NumPy's own target unless given.

    Raises:
        LoweringError: a gather or scatter has no form in NumPy.
    """
    lowering = _Lowering(program, of_numpy(program) if rule is None else rule)
    lowering.arguments(0, program.boundary)
    forward = tuple(map(lowering.result, program.forward))
    before = {
        name: tuple(map(lowering.known, part.before)) for name, part in program.phases.items()
    }
    boundary = len(lowering.builder.operations)
    lowering.arguments(program.boundary, len(program.operations))
    phases = {
        name: replace(
            phase,
            before=before[name],
            results=tuple(map(lowering.result, phase.results)),
        )
        for name, phase in program.phases.items()
    }
    assumptions = tuple(
        replace(item, left=lowering.number(item.left), right=lowering.number(item.right))
        for item in program.assumptions
    )
    values = tuple(map(lowering.value, program.values))
    return replace(
        program,
        operations=tuple(lowering.builder.operations),
        boundary=boundary,
        forward=forward,
        phases=phases,
        assumptions=assumptions,
        values=values,
    )


class _Lowering:
    """One lowering: the new operations, and for each old one the new."""

    def __init__(self, program: Program, rule: Rule) -> None:
        self.program, self.rule = program, rule
        self.builder = Builder()
        self._numbers: dict[int, int] = {}
        self._returned: set[int] = set()
        self._valued: set[int] = set()

    def arguments(self, first: int, last: int) -> None:
        """All arguments among some operations, in order."""
        for number in range(first, last):
            if isinstance(self.program.operations[number], Argument):
                self.number(number)

    def result(self, result: Result) -> Result:
        """A named value; where it is returned it shares memory with nothing else."""
        number = self.number(result.operation)
        if result.name in self.program.returned:
            number = self._own(number, self._returned)
        return replace(result, operation=number)

    def known(self, result: Result) -> Result:
        """A named value that is not returned."""
        return replace(result, operation=self.number(result.operation))

    def value(self, result: Result) -> Result:
        """A value that is returned with all others: they share no memory with each other."""
        number = self._own(self.number(result.operation), self._valued)
        return replace(result, operation=number)

    def number(self, wanted: int) -> int:
        """The new operation for an old one."""
        for number in closure(self.program.operations, [wanted], self._numbers):
            self._numbers[number] = self._lowered(self.program.operations[number])
        return self._numbers[wanted]

    def _lowered(self, operation: Operation) -> int:
        operands = tuple(self._numbers[operand] for operand in operation.operands)
        ruled = self.rule(self.builder, operation, operands)
        if ruled is not None:
            return ruled
        match operation:
            case Contract():
                return contracted(self.builder, operation, operands)
            case Reduce():
                return reduced(self.builder, operation, *operands)
            case Gather():
                return gathered(self.builder, operation, operands)
            case Scatter():
                return scattered(self.builder, operation, operands)
        return self.builder.add(replace(operation, operands=operands))

    def _own(self, number: int, returned: set[int]) -> int:
        """A result in the memory of an argument or of another that is returned is copied."""
        builder = self.builder
        memory = owner(builder.operations, number)
        if isinstance(builder[memory], Argument) or memory in returned:
            source = builder[number]
            copy = Copy((number,), source.axes, source.dtype, len(returned))
            number = memory = builder.add(copy)
        returned.add(memory)
        return number

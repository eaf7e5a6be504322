"""Lowers a program to NumPy's calls, and gives what is returned memory of its own."""

from __future__ import annotations

from dataclasses import replace

from symbp.program import Program, Result, closure
from symbp.program.builder import Builder
from symbp.program.operations import Argument, Contract, Gather, Operation, Reduce, Scatter
from symbp.targets.numpy.calls import Copy
from symbp.targets.numpy.contractions import contracted, reduced
from symbp.targets.numpy.gathers import gathered
from symbp.targets.numpy.memory import owner
from symbp.targets.numpy.scatters import scattered

__all__ = ["numpy_program"]


def numpy_program(program: Program) -> Program:
    """The program in NumPy's calls; only what its results need.

    Raises:
        LoweringError: a gather or scatter has no form in NumPy.
    """
    lowering = _Lowering(program)
    lowering.arguments(0, program.boundary)
    forward = tuple(map(lowering.result, program.forward))
    boundary = len(lowering.builder.operations)
    lowering.arguments(program.boundary, len(program.operations))
    backward = tuple(map(lowering.result, program.backward))
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
        backward=backward,
        assumptions=assumptions,
        values=values,
    )


class _Lowering:
    """One lowering: the new operations, and for each old one the new."""

    def __init__(self, program: Program) -> None:
        self.program = program
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
        if result.name in (*self.program.outputs, *self.program.gradients):
            number = self._own(number, self._returned)
        return replace(result, operation=number)

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

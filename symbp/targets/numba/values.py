"""What values are called in a kernel, and how they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from symbp.program import operations as op
from symbp.program.operations import DType, Operation
from symbp.schedule import Level, Nest, source
from symbp.targets.numpy.naming import base_name, unused
from symbp.targets.tree import Call, Expression, Name, Subscript

__all__ = ["REAL", "Values", "real"]

REAL = "real"
WORDS = ("np", REAL, "prange", "math", "range", "min", "abs", "float", "CHUNKS")


class Values:
    """The names in one kernel.

    Args:
        operations: of the program.
        nest: what it computes.
        arrays: the names of what it is given and of what it fills.
        literals: what is written in the kernel itself, of what it reads.
        titles: the names that the user gave to values.

    Attributes:
        loops: the indices that run, of rows before columns.
        lengths: how far.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        nest: Nest,
        arrays: Mapping[int, str],
        literals: Mapping[int, Expression],
        titles: Mapping[int, str],
    ) -> None:
        self._operations, self._nest = operations, nest
        self.arrays, self._literals, self._titles = arrays, literals, titles
        self._used = {*WORDS, *arrays.values()}
        self.loops = [self.new(name) for name in ("ij" if nest.rows else "i")]
        self.lengths = [self.new(n) for n in (("rows", "columns") if nest.rows else ("size",))]
        self._measured = {n: name for n in nest.inputs if (name := self._own_length(n))}
        self._locals: dict[int, str] = {}

    @property
    def measured(self) -> Collection[int]:
        """The lengths among what is read that a kernel finds out by itself."""
        return self._measured

    def new(self, base: str) -> str:
        """A name that nothing has yet."""
        name = unused(base, self._used)
        self._used.add(name)
        return name

    def local(self, number: int) -> Name:
        """The name of a value for one entry or one row."""
        if number not in self._locals:
            base = self.base(number)
            if number in self.arrays:
                is_entry = self._nest.levels[number] is Level.ENTRY
                base = (
                    f"{self.arrays[number]}_{''.join(self.loops if is_entry else self.loops[:1])}"
                )
            self._locals[number] = self.new(base)
        return Name(self._locals[number])

    def base(self, number: int) -> str:
        """What a value is called before names are told apart."""
        return self._titles.get(number) or base_name(self._operations[number])

    def read(self, operand: int) -> Expression:
        """A value where it is used, if the loop that uses it has not computed it."""
        number = source(self._operations, operand)
        if number in self._literals:
            return self._literals[number]
        if number in self._measured:
            return real(Name(self._measured[number]))
        level = self._nest.levels[number]
        if number in self._nest.operations and level is not Level.ENTRY:
            return self.local(number)
        return self.placed(number)

    def placed(self, number: int) -> Expression:
        """Where a value lies: in an array, unless it is a number."""
        array = Name(self.arrays[number])
        match self._nest.levels[number]:
            case Level.ENTRY:
                return Subscript(array, tuple(map(Name, self.loops)))
            case Level.ROW:
                return Subscript(array, (Name(self.loops[0]),))
            case Level.COLUMN:
                return Subscript(array, (Name(self.loops[-1]),))
        return array

    def passed_numbers(self) -> list[Name]:
        """What is passed as a number of Python's, and is not a condition."""
        return [Name(self.arrays[n]) for n in self._nest.inputs if self._is_passed_number(n)]

    def _is_passed_number(self, number: int) -> bool:
        is_known = number in self._literals or number in self._measured
        if self._nest.levels[number] is not Level.NUMBER or is_known:
            return False
        if self._operations[number].dtype in (DType.BOOL, DType.INT):
            return False
        readers = (self._operations[n] for n in self._nest.operations)
        return not any(self._is_condition(number, reader) for reader in readers)

    def _is_condition(self, number: int, reader: Operation) -> bool:
        """Whether an operation reads a number as what holds or not."""
        bases = [source(self._operations, operand) for operand in reader.operands]
        if isinstance(reader, op.Choose):
            return bases[0] == number
        is_logical = isinstance(reader, op.Map) and reader.function.startswith("logical")
        return is_logical and number in bases

    def _own_length(self, number: int) -> str:
        operation = self._operations[number]
        groups = (self._nest.rows, self._nest.columns) if self._nest.rows else (self._nest.columns,)
        for axes, name in zip(groups, self.lengths, strict=True):
            if isinstance(operation, op.Length) and axes == (operation.space,):
                return name
        return ""


def real(value: Expression) -> Call:
    """A number of the layer's dtype."""
    return Call(Name(REAL), (value,))

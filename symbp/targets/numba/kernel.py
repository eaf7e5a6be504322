"""A loop nest as a function: what a person would write for Numba to compile.

Rows are shared out among threads. What is added up over rows is added up in chunks first, whose
number does not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from symbp.program import operations as op
from symbp.program.operations import DType, Operation
from symbp.schedule import Level, Nest, like
from symbp.targets.blocks import Code, Def, For, names_in
from symbp.targets.numba.scalars import KERNELS, SUMS, applied, starts, weight
from symbp.targets.numba.sweeps import Sweeps
from symbp.targets.numba.values import REAL, Values, real
from symbp.targets.tree import (
    Assign,
    Attribute,
    Augment,
    Binary,
    Expression,
    Literal,
    Name,
    Subscript,
    Tuple,
    call,
)

__all__ = ["Kernel"]

MOST = 4
"""How many operations may stand in one line."""


class Kernel:
    """The function of one nest.

    Args:
        operations: of the program.
        nest: what it computes.
        names: of what it is given and of what it fills.
        literals: what is written in the function itself, of what it reads.
        equations: of named values, by operation.
        titles: the names that the user gave to values.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        nest: Nest,
        names: Mapping[int, str],
        literals: Mapping[int, Expression],
        equations: Mapping[int, str],
        titles: Mapping[int, str],
    ) -> None:
        self._operations, self._nest = operations, nest
        self._equations, self._titles = equations, titles
        self._values = Values(operations, nest, names, literals, titles)
        self._sweeps = Sweeps(operations, nest)
        self._rows = {
            number: self._values.new(f"{self._values.base(number)}_row")
            for number, host in self._sweeps.hosts.items()
            if host is None
        }
        self._totals: dict[int, Expression] = {}

    @property
    def accumulators(self) -> Sequence[int]:
        """What is added up over rows or over everything: its arrays begin with zeros."""
        return self._sweeps.accumulators

    @property
    def measured(self) -> Collection[int]:
        """The lengths among what it reads that it finds out by itself."""
        return self._values.measured

    def function(self, name: str, arguments: Sequence[int]) -> Def:
        """The function.

        Args:
            name: what it is called.
            arguments: what it is given, arrays that it fills among them.
        """
        names, lengths = self._values.arrays, ", ".join(self._values.lengths)
        arrays = [Name(names[number]) for number in like(self._nest)]
        sizes: Expression = Tuple(tuple(Attribute(a, "size") for a in arrays), bare=True)
        if len(arrays) == 1:
            sizes = Attribute(arrays[0], "shape" if self._nest.rows else "size")
        body: list[Code] = [
            Assign(Name(lengths), sizes),
            *(Assign(number, real(number)) for number in self._values.passed_numbers()),
            *(self._in_chunks() if self.accumulators else self._in_rows()),
        ]
        if any(used == Name(REAL) for used in names_in(body)):
            body.insert(0, Assign(Name(REAL), self._type(arguments)))
        made = [self._titles[n] for n in self._nest.outputs if n in self._titles]
        doc = f"One pass: {', '.join(made)}." if made else ""
        return Def(name, tuple(names[n] for n in arguments), doc, tuple(body))

    def _type(self, arguments: Sequence[int]) -> Expression:
        """The layer's dtype, as what makes numbers of it."""
        for number in arguments:
            is_array = self._nest.levels[number] is not Level.NUMBER
            if is_array and self._operations[number].dtype is DType.FLOAT:
                name = Name(self._values.arrays[number])
                return Attribute(Attribute(name, "dtype"), "type")
        return Name("np.float64")

    def _in_rows(self) -> list[Code]:
        length = Name(self._values.lengths[0])
        return [_loop(self._values.loops[0], "prange", (length,), self._row())]

    def _in_chunks(self) -> list[Code]:
        values, levels = self._values, self._nest.levels
        rows, chunk, chunks = Name(values.lengths[0]), values.new("chunk"), values.new("chunks")
        parts = {n: Name(values.new(f"{values.arrays[n]}_of")) for n in self.accumulators}
        made: list[Code] = [Assign(Name(chunks), call("min", rows, Name("CHUNKS")))]
        inside: list[Code] = []
        after: list[Code] = []
        for number, part in parts.items():
            if levels[number] is Level.COLUMN:
                shape = Tuple((Name(chunks), Name(values.lengths[1])))
                made.append(Assign(part, call("np.zeros", shape, Name(REAL))))
                at = (Name(chunk), Name(values.loops[1]))
                self._totals[number] = Subscript(part, at)
                continue
            made.append(Assign(part, call("np.zeros", Name(chunks), Name("np.float64"))))
            total = Name(values.new(f"{values.arrays[number]}_here"))
            self._totals[number] = total
            inside.append(Assign(total, Literal("0.0")))
            after.append(Assign(Subscript(part, (Name(chunk),)), total))
        first = Binary(Binary(Name(chunk), "*", rows), "//", Name(chunks))
        next_ = Binary(Name(chunk), "+", Literal("1"))
        last = Binary(Binary(next_, "*", rows), "//", Name(chunks))
        inside.append(_loop(values.loops[0], "range", (first, last), self._row()))
        made.append(_loop(chunk, "prange", (Name(chunks),), [*inside, *after]))
        made.append(_loop(chunk, "range", (Name(chunks),), self._gathered(parts, Name(chunk))))
        return made

    def _gathered(self, parts: Mapping[int, Name], chunk: Name) -> list[Code]:
        """The sums of one chunk, added to those of all."""
        totals: list[Code] = []
        columns: list[Code] = []
        j = Name(self._values.loops[-1])
        for number, part in parts.items():
            whole = Name(self._values.arrays[number])
            if self._nest.levels[number] is Level.COLUMN:
                columns.append(Augment(Subscript(whole, (j,)), "+", Subscript(part, (chunk, j))))
            else:
                first = Subscript(whole, (Literal("0"),))
                totals.append(Augment(first, "+", Subscript(part, (chunk,))))
        if columns:
            totals.append(_loop(j.text, "range", (Name(self._values.lengths[1]),), columns))
        return totals

    def _row(self) -> list[Code]:
        """What happens in one row, or, where there are none, with one entry."""
        if not self._nest.rows:
            return self._entry(0)
        columns = (Name(self._values.lengths[1]),)
        made = self._of_row(0)
        for name in self._rows.values():
            made.append(Assign(Name(name), call("np.empty", *columns, Name(REAL))))
        for stage, sweep in enumerate(self._sweeps.all):
            for number in sweep.sums:
                start = real(starts(self._word(number)))
                made.append(Assign(self._values.local(number), start))
            if not sweep.is_empty:
                made.append(_loop(self._values.loops[1], "range", columns, self._entry(stage)))
            made += self._of_row(stage + 1)
        return made

    def _of_row(self, stage: int) -> list[Code]:
        """The statements for values of a row that are known after so many loops."""
        nest, made = self._nest, list[Code]()
        for number in nest.operations:
            operation, is_sum = self._operations[number], self._sweeps.sums(number)
            if self._sweeps.stages[number] != stage or nest.levels[number] is Level.ENTRY:
                continue
            if number in self.accumulators:
                if not is_sum:
                    made.append(self._added(number, self._values.read(operation.operands[0])))
                continue
            target = self._values.local(number)
            if not is_sum:
                parts = [self._values.read(operand) for operand in operation.operands]
                made.append(Assign(target, applied(operation, parts, real), self._text(number)))
            if number in nest.outputs:
                made.append(Assign(self._values.placed(number), target))
        return made

    def _entry(self, stage: int) -> list[Code]:
        """The statements of one loop along the columns, for one entry."""
        sweep, sweeps = self._sweeps.all[stage], self._sweeps
        everything = sweeps.needed(stage)
        needed = [n for n in everything if not sweeps.is_at_hand(n, stage)]
        uses, known, made = sweeps.uses(stage, needed), dict[int, Expression](), list[Code]()
        for number in everything:
            if number in sweeps.hosts and number not in needed:
                known[number] = self._values.local(number)
                made.append(Assign(self._values.local(number), self._held(number)))
        for number in needed:
            operation, is_stored = self._operations[number], number in sweep.stores
            parts = [self._read(operand, known) for operand in operation.operands]
            value, equation = applied(operation, parts, real), self._text(number)
            if is_stored and not uses[number]:
                made.append(Assign(self._values.placed(number), value, equation))
                continue
            has_line = is_stored or number in self._titles or number in sweeps.hosts
            if uses[number] == 1 and not has_line and weight(value) <= MOST:
                known[number] = value
                continue
            known[number] = target = self._values.local(number)
            made.append(Assign(target, value, equation))
            if is_stored:
                made.append(Assign(self._values.placed(number), target))
            if number in sweeps.hosts:
                made.append(Assign(self._held(number), target))
        for number in sweep.sums:
            target, term = self._values.local(number), self._term(number, known)
            made.append(Assign(target, call(SUMS[self._word(number)], target, term, home=KERNELS)))
        made += [self._added(number, self._term(number, known)) for number in sweep.adds]
        return made

    def _added(self, number: int, term: Expression) -> Assign:
        """A term of a sum over rows, or over everything, that is added."""
        total = self._totals[number]
        if self._nest.levels[number] is Level.COLUMN:
            return Assign(total, Binary(total, "+", term), self._text(number))
        added = call(SUMS["sum"], total, call("float", term), home=KERNELS)
        return Assign(total, added, self._text(number))

    def _term(self, number: int, known: Mapping[int, Expression]) -> Expression:
        return self._read(self._operations[number].operands[0], known)

    def _read(self, operand: int, known: Mapping[int, Expression]) -> Expression:
        """A value where it is used; what the loop has computed as it is known there."""
        base = self._sweeps.base(operand)
        return known[base] if base in known else self._values.read(operand)

    def _held(self, number: int) -> Expression:
        """Where a dear entry waits for a later loop."""
        host = self._sweeps.hosts[number]
        if host is not None:
            return self._values.placed(host)
        return Subscript(Name(self._rows[number]), (Name(self._values.loops[-1]),))

    def _word(self, number: int) -> str:
        operation = self._operations[number]
        assert isinstance(operation, op.Reduce)
        return operation.word

    def _text(self, number: int) -> str:
        return self._equations.get(number, "")


def _loop(index: str, kind: str, limits: Sequence[Expression], body: Sequence[Code]) -> For:
    return For(Name(index), call(kind, *limits), tuple(body))

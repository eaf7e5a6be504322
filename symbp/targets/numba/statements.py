"""One pass as statements: calls of kernels, and of NumPy for what no kernel holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from symbp.program import operations as op
from symbp.program.operations import Axis, DType, Operation
from symbp.program.scalars import Hyper, Number
from symbp.schedule import Level, Nest, Step, like
from symbp.targets.blocks import Def, names_in
from symbp.targets.format import text
from symbp.targets.numba.kernel import Kernel
from symbp.targets.numba.scalars import KERNELS, is_dear
from symbp.targets.numpy.calls import AddRows, Placing
from symbp.targets.numpy.naming import base_name, unused
from symbp.targets.numpy.numbers import number as number_text
from symbp.targets.numpy.statements import PassPrinter
from symbp.targets.reading import parsed
from symbp.targets.tree import (
    Assign,
    Attribute,
    Binary,
    Do,
    Expression,
    Literal,
    Name,
    Slice,
    Star,
    Statement,
    Subscript,
    Tuple,
    call,
    method,
)

__all__ = ["NestPrinter"]

ADD_ROWS = Def(
    "_add_rows",
    ("target", "places", "values"),
    "Add rows of values to those of a target at some places, one after the other.",
    parsed(
        """
        width = values.size // max(places.size, 1)
        for i in range(places.size):
            first = places[i] * width
            row = target[first : first + width]
            value = values[i * width : i * width + width]
            for j in range(width):
                row[j] += value[j]
        """
    ),
)


class NestPrinter(PassPrinter):
    """Prints the statements of one pass with its nests as functions of their own."""

    def step(self, step: Step) -> Iterator[Statement]:
        """The statements of one step."""
        if isinstance(step, Nest):
            yield from self._nest(step)
        else:
            yield from super().step(step)

    def _nest(self, nest: Nest) -> Iterator[Statement]:
        name = f"_{self._method}"
        name += f"_{len(self.functions) + 1}" if self._nests > 1 else ""
        literals = {n: e for n in nest.inputs if (e := self._literal(n)) is not None}
        read = [n for n in nest.inputs if n not in literals]
        names = self._array_names(nest, read)
        kernel = Kernel(
            self._program.operations, nest, names, literals, self._equations, self._plan.names
        )
        given = [n for n in (*read, *nest.outputs) if n not in kernel.measured]
        lenders = self._read_arrays(nest)
        if not self._program.together:
            lenders = {**self._lenders, **lenders}
        for number in nest.outputs:
            made = self._made(number, nest, number in kernel.accumulators, lenders)
            yield Assign(Name(self._names[number]), made, origin=self.origin(number))
        origin = self.origin(nest.outputs[0])
        grid = Name(unused("grid", {*self._names.values(), *self._arguments.values()}))
        arrays = [self._passed(n, nest, grid) for n in given]
        if any(grid in names_in(array) for array in arrays):
            shape = Tuple(
                (self._count(nest.rows, lenders), self._count(nest.columns, lenders)), bare=True
            )
            yield Assign(grid, shape, origin=origin)
        entries = [Attribute(self.expression(number), "size") for number in like(nest)]
        dear = sum(is_dear(self._program.operations[number]) for number in nest.operations)
        work = _product([*([Literal(str(1 + dear))] if dear > 1 else []), *entries])
        yield Do(call("_run", Name(name), work, *arrays, home=KERNELS), origin=origin)
        self.functions.append(kernel.function(name, given))
        for number in nest.outputs:
            if nest.levels[number] is Level.NUMBER:
                target = Name(self._names[number])
                yield Assign(target, Subscript(target, (Literal("0"),)), origin=origin)

    def _placed(self, operation: Placing, name: Name, equation: str) -> Iterator[Statement]:
        """Values put into an array of zeros; rows that may repeat are added by a loop."""
        if not isinstance(operation, AddRows) or operation.axis:
            yield from super()._placed(operation, name, equation)
            return
        value, shape, places = map(self.expression, operation.operands)
        if operation.stretched:
            rest = Subscript(Attribute(name, "shape"), (Slice(Literal("1"), None),))
            full = Binary(Attribute(places, "shape"), "+", rest)
            value = call("np.broadcast_to", value, full)
        yield Assign(name, call("np.zeros", shape, dtype=self._dtype))
        flat = (method(array, "ravel") for array in (name, places, value))
        call_ = call("_run", Name(ADD_ROWS.name), Literal("0"), *flat, home=KERNELS)
        yield Do(call_, equation)
        self.functions.append(ADD_ROWS)

    @property
    def _nests(self) -> int:
        return sum(isinstance(step, Nest) for step in self._plan.steps)

    def _literal(self, number: int) -> Expression | None:
        """What is read as a kernel itself writes it, if that is a number."""
        operation = self._program.operations[number]
        if number in self._constants:
            return call("real", Name(self._constants[number]))
        if isinstance(operation, op.Scalar) and isinstance(operation.value, Number):
            return call("real", number_text(operation.value, {}))
        return None

    def _array_names(self, nest: Nest, given: Sequence[int]) -> dict[int, str]:
        """What a kernel calls what it is given and what it makes."""
        found = {n: self._names[n] for n in nest.outputs}
        for number in given:
            operation = self._program.operations[number]
            base = self._names.get(number)
            if base is None and isinstance(operation, op.Argument):
                base = operation.name
            if base is None:
                base = _title(operation)
            found[number] = unused(base.rpartition(".")[2], {*found.values()})
        return found

    def _read_arrays(self, nest: Nest) -> dict[str, Sequence[Axis]]:
        """The arrays that a nest reads, by expression, with their axes."""
        arrays = [n for n in nest.inputs if nest.levels[n] is not Level.NUMBER]
        axes = self._program.operations
        return {text(self.expression(number)): axes[number].axes for number in arrays}

    def _made(
        self, number: int, nest: Nest, adds: bool, lenders: Mapping[str, Sequence[Axis]]
    ) -> Expression:
        """An array for what a kernel computes."""
        operation = self._program.operations[number]
        dtype = Name("bool") if operation.dtype is DType.BOOL else self._dtype
        if nest.levels[number] is Level.NUMBER:
            return call("np.zeros", Literal("1"), dtype)
        return call(
            "np.zeros" if adds else "np.empty", self._lengths(operation.axes, lenders), dtype
        )

    def _lengths(self, axes: Sequence[Axis], lenders: Mapping[str, Sequence[Axis]]) -> Expression:
        """A shape: that of an array that has it, or its lengths."""
        for name, own in lenders.items():
            if tuple(own) == tuple(axes):
                return Attribute(Name(name), "shape")
        lengths: list[Expression] = []
        for axis in axes:
            leads = axis == op.VARIADIC
            length = self._lent(op.LEADING if leads else axis, lenders)
            lengths.append(Star(length) if leads else length)
        return Tuple(tuple(lengths))

    def _count(self, axes: Sequence[Axis], lenders: Mapping[str, Sequence[Axis]]) -> Expression:
        return _product([self._lent(axis, lenders) for axis in axes])

    def _passed(self, number: int, nest: Nest, grid: Name) -> Expression:
        """A value as a kernel takes it: in one row, or in rows and columns, or as a number.

        It is contiguous: kernels are compiled for such arrays.
        """
        value, level = self.expression(number), nest.levels[number]
        own, axes = number in nest.outputs, self._program.operations[number].axes
        if level is Level.NUMBER:
            return value
        if own and len(axes) == 1 and axes != (op.VARIADIC,):
            return value
        if level is Level.ENTRY and nest.rows:
            if len(axes) == 2 and op.VARIADIC not in axes:
                return value if own else call("np.ascontiguousarray", value)
            return method(value if own else method(value, "ravel"), "reshape", grid)
        return method(value, "ravel")


def _title(operation: Operation) -> str:
    """What a kernel calls what it is given that has no name."""
    if isinstance(operation, op.Scalar):
        return operation.value.name if isinstance(operation.value, Hyper) else "number"
    return base_name(operation)


def _product(factors: Sequence[Expression]) -> Expression:
    return reduce(lambda a, b: Binary(a, "*", b), factors)

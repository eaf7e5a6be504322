"""One pass of a program as statements of NumPy, each with the equation that it computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symbp.errors import InternalError
from symbp.program import Program
from symbp.program import operations as op
from symbp.program.operations import LEADING, VARIADIC, Axis
from symbp.schedule import Nest, Pass, Step
from symbp.targets.blocks import Def
from symbp.targets.numpy import calls
from symbp.targets.numpy.expressions import (
    OPERATORS,
    at_slots,
    expression,
    literal_slots,
    merged,
    whole,
)
from symbp.targets.tree import (
    Assign,
    Attribute,
    Augment,
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
)

__all__ = ["PassPrinter"]


class PassPrinter:
    """Prints the statements of one pass.

    Args:
        program: the array program.
        plan: what becomes a statement.
        names: a name for every statement and every value given to the pass.
        arguments: how the pass writes an argument: `x`, `self.W`, `dy`.
        lenders: arrays that lengths are read from, by name, with their axes.
        dtype: an expression for the layer's floating dtype.
        equations: the equation of every named value.
        constants: the names of numbers that the module names.
        origins: what is defined by the equation that an operation is first a part of.
        method: in which the statements stand.

    Attributes:
        functions: what the statements call beside NumPy, once they are printed.
    """

    def __init__(
        self,
        program: Program,
        plan: Pass,
        names: Mapping[int, str],
        arguments: Mapping[str, str],
        lenders: Mapping[str, Sequence[Axis]],
        dtype: Expression,
        equations: Mapping[int, str],
        constants: Mapping[int, str],
        origins: Mapping[int, str],
        method: str,
    ) -> None:
        self.functions: list[Def] = []
        self._program = program
        self._plan = plan
        self._names = names
        self._arguments = arguments
        self._lenders = lenders
        self._dtype = dtype
        self._equations = equations
        self._constants = constants
        self._origins = origins
        self._method = method

    def statements(self) -> Iterator[Statement]:
        """The statements, in order."""
        for step in self._plan.steps:
            yield from self.step(step)

    def step(self, step: Step) -> Iterator[Statement]:
        """The statements of one step."""
        assert not isinstance(step, Nest)
        for statement in self._statements(step):
            yield replace(statement, origin=self.origin(step))

    def origin(self, number: int) -> str:
        """What is defined by the equation that an operation is first a part of."""
        return self._origins.get(number, "")

    def expression(self, number: int) -> Expression:
        """An operation where it is used: its name, or its expression."""
        if number in self._names:
            return Name(self._names[number])
        return self._computed(number)

    def _computed(self, number: int) -> Expression:
        operation = self._program.operations[number]
        if number in self._constants:
            return Name(self._constants[number])
        if isinstance(operation, op.Argument):
            return Name(self._arguments[operation.name])
        operands = [self.expression(operand) for operand in operation.operands]
        sources = [self._program.operations[operand] for operand in operation.operands]
        return expression(operation, operands, sources, self._dtype, self._length)

    def _length(self, space: Axis) -> Expression:
        """An expression for a length, read from an array that has the axis."""
        return self._lent(space, self._lenders)

    def _lent(self, space: Axis, lenders: Mapping[str, Sequence[Axis]]) -> Expression:
        best = None
        if space == LEADING:
            return _leading_lengths(lenders)
        for name, axes in lenders.items():
            shape = Name(f"{name}.shape")
            if space in axes:
                if space != VARIADIC:
                    place = axes.index(space)
                    from_end = place - len(axes) if VARIADIC in axes else place
                    return Subscript(shape, (whole(from_end),))
                if len(axes) == 1:
                    return Name(f"{name}.size")
                leading = Subscript(shape, (Slice(None, whole(1 - len(axes))),))
                best = best or call("math.prod", leading, home="math")
        if best is None:
            raise InternalError(f"no array lends the length of {space}")
        return best

    def _statements(self, number: int) -> list[Statement]:
        operation = self._program.operations[number]
        name = Name(self._names[number])
        equation = self._equations.get(number, "")
        if isinstance(operation, calls.Placing):
            return list(self._placed(operation, name, equation))
        reused = self._plan.reuses.get(number)
        if reused is not None:
            assert isinstance(operation, op.Map)
            return [self._in_place(operation, reused, name, equation)]
        return [Assign(name, self._computed(number), equation)]

    def _in_place(self, operation: op.Map, reused: int, name: Name, equation: str) -> Statement:
        word = operation.function
        first, last = operation.operands[0], operation.operands[-1]
        values = [self.expression(operand) for operand in operation.operands]
        sign = OPERATORS.get(word)
        if sign and first == reused != last:
            return Augment(name, sign, values[1], equation)
        if sign and word in ("add", "multiply") and last == reused != first:
            return Augment(name, sign, values[0], equation)
        return Do(call(f"np.{word}", *values, out=name), equation)

    def _placed(self, operation: calls.Placing, name: Name, equation: str) -> Iterator[Statement]:
        """The statements that put values into an array of zeros."""
        value, shape, *places = [self.expression(operand) for operand in operation.operands]
        if isinstance(operation, calls.AddInto):
            slots = literal_slots(operation.pattern, operation.axes)
            yield Augment(Subscript(name, slots), "+", value, equation)
            return
        yield Assign(name, call("np.zeros", shape, dtype=self._dtype))
        yield _put(operation, name, value, places, equation)


def _put(
    operation: calls.Placing,
    name: Name,
    value: Expression,
    places: list[Expression],
    equation: str,
) -> Statement:
    """The statement that puts values into an array of zeros."""
    match operation:
        case calls.PutLiteral(pattern=pattern):
            return Assign(Subscript(name, literal_slots(pattern, operation.axes)), value, equation)
        case calls.PutAt(chosen=chosen):
            slots = at_slots(chosen, operation.axes, places[0])
            return Assign(Subscript(name, slots), value, equation)
        case calls.PutAlong(axis=axis):
            return Do(call("np.put_along_axis", name, places[0], value, axis=whole(axis)), equation)
        case calls.PutFlat(rest=0):
            return Assign(Subscript(Attribute(name, "flat"), (places[0],)), value, equation)
        case calls.PutFlat(rest=rest):
            target = merged(name, rest)
            return Do(call("np.put_along_axis", target, places[0], value, axis=whole(0)), equation)
        case calls.AddRows(axis=axis, stretched=stretched):
            front = call("np.moveaxis", name, whole(axis), whole(0)) if axis else name
            rows = Subscript(Attribute(front, "shape"), (Slice(whole(1), None),))
            full = Binary(Attribute(places[0], "shape"), "+", rows)
            spread = _stretched(value, full) if stretched else value
            return Do(call("np.add.at", front, places[0], spread), equation)
        case calls.PutAll():
            return _put_all(operation, name, value, places, equation)
    raise InternalError(f"no statement for {operation}")


def _put_all(
    operation: calls.PutAll,
    name: Name,
    value: Expression,
    places: list[Expression],
    equation: str,
) -> Statement:
    target = merged(name, len(operation.axes) - 1) if operation.joined else name
    index = (*[Literal("...")] * operation.leading, *places)
    if not operation.repeated:
        return Assign(Subscript(target, index), value, equation)
    if operation.stretched:
        full: Expression = call("np.broadcast_shapes", *(call("np.shape", p) for p in places))
        if operation.leading:
            leading = _leading_shape(Name(f"{name.text}.shape"), len(places))
            full = Tuple((Star(leading), Star(full)))
        value = _stretched(value, full)
    return Do(call("np.add.at", target, Tuple(index), value), equation)


def _leading_lengths(lenders: Mapping[str, Sequence[Axis]]) -> Expression:
    """An expression for the tuple of the leading lengths."""
    for name, axes in lenders.items():
        if VARIADIC in axes:
            return _leading_shape(Name(f"{name}.shape"), len(axes) - 1)
    raise InternalError("no array lends the leading lengths")


def _leading_shape(shape: Expression, rest: int) -> Expression:
    """The lengths of the leading axes, before the last `rest`."""
    return Subscript(shape, (Slice(None, whole(-rest)),)) if rest else shape


def _stretched(value: Expression, shape: Expression) -> Expression:
    """Values for `np.add.at`, which reads past the end of values that it has to broadcast itself
    (NumPy 2.4, one index array and values of fewer axes).
    """
    return call("np.broadcast_to", value, shape)

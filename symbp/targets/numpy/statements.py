"""Prints one pass of a program as statements of NumPy, each with the equation beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.errors import InternalError
from symbp.program import Program
from symbp.program import operations as op
from symbp.program.operations import LEADING, VARIADIC
from symbp.targets.code import Line
from symbp.targets.numpy import calls
from symbp.targets.numpy.expressions import (
    OPERATORS,
    at_slots,
    expression,
    literal_slots,
    masked,
)
from symbp.targets.numpy.plan import Plan
from symbp.targets.numpy.text import ATOM, Text

__all__ = ["PassPrinter"]


class PassPrinter:
    """Prints the statements of one pass.

    Args:
        program: the array program.
        plan: what becomes a statement.
        names: a name for every statement and every value given to the pass.
        arguments: how the pass writes an argument: `x`, `self.W`, `dy`.
        lenders: arrays that lengths are read from, by text, with their axes.
        dtype: an expression for the layer's floating dtype.
        equations: the equation of every named value.
        constants: the names of numbers that the module names.
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        names: Mapping[int, str],
        arguments: Mapping[str, str],
        lenders: Mapping[str, Sequence[str]],
        dtype: str,
        equations: Mapping[int, str],
        constants: Mapping[int, str],
    ) -> None:
        self._program = program
        self._plan = plan
        self._names = names
        self._arguments = arguments
        self._lenders = lenders
        self._dtype = dtype
        self._equations = equations
        self._constants = constants

    def lines(self) -> dict[int, list[Line]]:
        """The statements, by operation, in order."""
        return {
            number: self._statement(number)
            for number in self._plan.operations
            if number in self._plan.statements
        }

    def inlined(self, number: int) -> list[int]:
        """The operations that stand within a statement's text."""
        found: list[int] = []
        waiting = list(self._program.operations[number].operands)
        while waiting:
            operand = waiting.pop()
            if operand not in self._names:
                found.append(operand)
                waiting.extend(self._program.operations[operand].operands)
        return found

    def text(self, number: int) -> Text:
        """An operation where it is used: its name, or its expression."""
        if number in self._names:
            return Text(self._names[number])
        return self._expression(number)

    def _expression(self, number: int) -> Text:
        operation = self._program.operations[number]
        if number in self._constants:
            return Text(self._constants[number])
        if isinstance(operation, op.Argument):
            return Text(self._arguments[operation.name])
        operands = [self.text(operand) for operand in operation.operands]
        sources = [self._program.operations[operand] for operand in operation.operands]
        call = masked(operands, sources) if isinstance(operation, op.Choose) else None
        return call or expression(operation, operands, sources, self._dtype, self._length)

    def _length(self, space: str) -> str:
        """An expression for a length, read from an array that has the axis."""
        best = None
        if space == LEADING:
            return self._leading_lengths()
        for text, axes in self._lenders.items():
            if space in axes:
                if space != VARIADIC:
                    place = axes.index(space)
                    return f"{text}.shape[{place - len(axes) if VARIADIC in axes else place}]"
                if len(axes) == 1:
                    return f"{text}.size"
                best = best or f"math.prod({text}.shape[:-{len(axes) - 1}])"
        if best is None:
            raise InternalError(f"no array lends the length of {space}")
        return best

    def _leading_lengths(self) -> str:
        """An expression for the tuple of the leading lengths."""
        for text, axes in self._lenders.items():
            if VARIADIC in axes:
                return f"{text}.shape" if len(axes) == 1 else f"{text}.shape[: -{len(axes) - 1}]"
        raise InternalError("no array lends the leading lengths")

    def _statement(self, number: int) -> list[Line]:
        operation = self._program.operations[number]
        name = self._names[number]
        equation = self._equations.get(number, "")
        if isinstance(operation, calls.Placing):
            return self._scatter(operation, name, equation)
        reused = self._plan.reuses.get(number)
        if reused is not None:
            assert isinstance(operation, op.Map)
            return [Line(self._in_place(operation, reused, name), equation)]
        return [Line(f"{name} = {self._expression(number).code}", equation)]

    def _in_place(self, operation: op.Map, reused: int, name: str) -> str:
        word = operation.function
        texts = [self.text(operand) for operand in operation.operands]
        sign = OPERATORS.get(word, ("", 0))[0]
        if sign and operation.operands[0] == reused != operation.operands[-1]:
            return f"{name} {sign}= {texts[1].code}"
        if word in ("add", "multiply") and operation.operands[1] == reused != operation.operands[0]:
            return f"{name} {sign}= {texts[0].code}"
        return f"np.{word}({', '.join(text.code for text in texts)}, out={name})"

    def _scatter(self, operation: calls.Placing, name: str, equation: str) -> list[Line]:
        value, shape, *places = [self.text(operand) for operand in operation.operands]
        if isinstance(operation, calls.AddInto):
            slots = literal_slots(operation.pattern, operation.axes)
            return [Line(f"{name}[{slots}] += {value.code}", equation)]
        zeros = Line(f"{name} = np.zeros({shape.code}, dtype={self._dtype})")
        return [zeros, Line(_put(operation, name, value, places), equation)]


def _put(operation: calls.Placing, name: str, value: Text, places: list[Text]) -> str:
    """The statement that puts values into an array of zeros."""
    match operation:
        case calls.PutLiteral(pattern=pattern):
            return f"{name}[{literal_slots(pattern, operation.axes)}] = {value.code}"
        case calls.PutAt(chosen=chosen):
            return f"{name}[{at_slots(chosen, operation.axes, places[0].code)}] = {value.code}"
        case calls.PutAlong(axis=axis):
            return f"np.put_along_axis({name}, {places[0].code}, {value.code}, axis={axis})"
        case calls.PutFlat(rest=0):
            return f"{name}.flat[{places[0].code}] = {value.code}"
        case calls.PutFlat(rest=rest):
            target = _joined(name, rest)
            return f"np.put_along_axis({target}, {places[0].code}, {value.code}, axis=0)"
        case calls.AddRows(axis=axis, stretched=stretched):
            front = f"np.moveaxis({name}, {axis}, 0)" if axis else name
            full = f"{places[0].at(ATOM)}.shape + {front}.shape[1:]"
            return f"np.add.at({front}, {places[0].code}, {_stretched(value, full, stretched)})"
        case calls.PutAll():
            return _put_all(operation, name, value, places)
    raise InternalError(f"no statement for {operation}")


def _put_all(operation: calls.PutAll, name: str, value: Text, places: list[Text]) -> str:
    target = _joined(name, len(operation.axes) - 1) if operation.joined else name
    index = ", ".join(["..."] * operation.leading + [place.code for place in places])
    if not operation.repeated:
        return f"{target}[{index}] = {value.code}"
    comma = "," if operation.leading + len(places) == 1 else ""
    full = f"np.broadcast_shapes({', '.join(f'np.shape({p.code})' for p in places)})"
    full = f"(*{name}.shape[:-{len(places)}], *{full})" if operation.leading else full
    return f"np.add.at({target}, ({index}{comma}), {_stretched(value, full, operation.stretched)})"


def _joined(name: str, rest: int) -> str:
    """An array seen with its leading axes as one, the last `rest` as they are."""
    shape = f"{name}.shape[-1]" if rest == 1 else f"*{name}.shape[-{rest}:]"
    return f"{name}.reshape(-1, {shape})" if rest else f"{name}.reshape(-1)"


def _stretched(value: Text, shape: str, stretched: bool) -> str:
    """Values for `np.add.at`, which reads past the end of values that it has to broadcast itself
    (NumPy 2.4, one index array and values of fewer axes).
    """
    return f"np.broadcast_to({value.code}, {shape})" if stretched else value.code

"""One operation as an expression of NumPy over its operands' expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbp.errors import InternalError
from symbp.program import operations as op
from symbp.program.operations import LEADING, VARIADIC, Axis, DType, Operation
from symbp.program.scalars import Number
from symbp.targets.numpy import calls
from symbp.targets.numpy.numbers import number
from symbp.targets.tree import (
    HELPERS,
    Attribute,
    Binary,
    Choice,
    Expression,
    Literal,
    Slice,
    Star,
    Subscript,
    Tuple,
    Unary,
    call,
    method,
)

__all__ = ["OPERATORS", "SCIPY", "at_slots", "expression", "literal_slots", "merged", "whole"]

OPERATORS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
    "logical_and": "&",
    "logical_or": "|",
}
SIGNS = {"negative": "-", "logical_not": "~"}
SCIPY = {
    "digamma": "digamma",
    "erf": "erf",
    "erfc": "erfc",
    "erfcx": "erfcx",
    "lgamma": "gammaln",
    "log_ndtr": "log_ndtr",
}
"""The functions of `scipy.special`, by what they are called here."""
ALL, REST, NEW = Literal(":"), Literal("..."), Literal("None")


def expression(
    operation: Operation,
    operands: Sequence[Expression],
    sources: Sequence[Operation],
    dtype: Expression,
    size: Callable[[str], Expression],
) -> Expression:
    """An operation as an expression.

    Args:
        operation: what to print.
        operands: its operands' expressions.
        sources: its operands.
        dtype: an expression for the layer's floating dtype.
        size: gives an expression for the length of a space.

    Raises:
        InternalError: it is none.
    """
    match operation:
        case op.Length(space=space):
            return size(space)
        case op.Scalar(value=value):
            lengths = zip(sources, operands, strict=True)
            return number(value, {s.space: e for s, e in lengths if isinstance(s, op.Length)})
        case op.Shape():
            return _shape(operands, sources)
        case op.CommonShape():
            return call("np.broadcast_shapes", *operands)
        case op.ShapeOf():
            return Attribute(operands[0], "shape")
        case op.Positions():
            counted = call("np.arange", operands[0])
            return method(counted, "reshape", operands[1]) if len(operands) > 1 else counted
        case op.Map(function=name):
            return _map(name, operands)
        case op.Choose():
            return _choose(operands, sources)
        case op.Cast():
            return method(operands[0], "astype", dtype)
        case op.Transpose(order=order):
            return _transpose(order, VARIADIC in operation.axes, operands[0])
        case op.Expand(pattern=pattern):
            return Subscript(operands[0], _expanded(pattern, sources[0].axes))
        case op.Stretch():
            has_shape = Binary(Attribute(operands[0], "shape"), "==", operands[1])
            return Choice(operands[0], has_shape, call("np.broadcast_to", *operands))
        case calls.Merge():
            return merged(operands[0], len(operation.axes) - 1)
        case op.Reduce():
            return _reduced(operation, operands[0], sources[0].axes)
        case op.Fill():
            return _full(operands, sources[0], dtype)
        case calls.Copy():
            return method(operands[0], "copy")
        case calls.Contraction():
            return _contraction(operation, *operands)
        case calls.Indexing():
            return _indexed(operation, operands, sources[0].axes)
    raise InternalError(f"no expression for {operation}")


def whole(value: int) -> Literal:
    """A whole number."""
    return Literal(str(value))


def literal_slots(pattern: calls.Pattern, axes: Sequence[Axis]) -> tuple[Expression, ...]:
    """An index that takes one position along some axes and all along the others."""
    return tuple(
        whole(slot) if slot is not None else REST if axis == VARIADIC else ALL
        for slot, axis in zip(pattern, axes, strict=True)
    )


def at_slots(
    chosen: Sequence[bool], axes: Sequence[Axis], place: Expression
) -> tuple[Expression, ...]:
    """An index that takes a computed position along one axis and all along the others."""
    return tuple(
        place if here else REST if axis == VARIADIC else ALL
        for here, axis in zip(chosen, axes, strict=True)
    )


def _shape(lengths: Sequence[Expression], sources: Sequence[Operation]) -> Expression:
    leads = [isinstance(source, op.Length) and source.space == LEADING for source in sources]
    return Tuple(tuple(Star(n) if lead else n for lead, n in zip(leads, lengths, strict=True)))


def _map(name: str, operands: Sequence[Expression]) -> Expression:
    if name in OPERATORS:
        return Binary(operands[0], OPERATORS[name], operands[1])
    if name in SIGNS:
        return Unary(SIGNS[name], operands[0])
    if name in SCIPY:
        return call(SCIPY[name], *operands, home="scipy.special")
    return call(f"np.{name}", *operands)


def _choose(operands: Sequence[Expression], sources: Sequence[Operation]) -> Expression:
    """A choice; of a floating array or 0 by the module's `_masked`."""
    _, value, other = sources
    zero = isinstance(other, op.Scalar) and other.value == Number(0)
    if zero and value.dtype is DType.FLOAT and value.axes:
        return call("_masked", *operands[:2], home=HELPERS)
    return call("np.where", *operands)


def _transpose(order: tuple[int, ...], leads: bool, operand: Expression) -> Expression:
    rank = len(order)
    if not leads:
        if order == tuple(reversed(range(rank))):
            return Attribute(operand, "T")
        return method(operand, "transpose", *map(whole, order))
    moved = [place for place in range(rank) if order[place] != place]
    if len(moved) == 2:
        return method(operand, "swapaxes", *(whole(place - rank) for place in moved))
    source = _wholes(tuple(place - rank for place in order))
    return call("np.moveaxis", operand, source, _wholes(tuple(range(-rank, 0))))


def _wholes(values: tuple[int, ...]) -> Tuple:
    return Tuple(tuple(map(whole, values)))


def _expanded(pattern: Sequence[bool], axes: Sequence[Axis]) -> tuple[Expression, ...]:
    rest = iter(axes)
    slots: list[Expression] = []
    for has in pattern:
        slots.append(NEW if not has else REST if next(rest) == VARIADIC else ALL)
    if NEW in slots and slots.index(NEW) == len(slots) - 1 and (len(slots) > 2 or REST in slots):
        return REST, NEW
    while len(slots) > 1 and slots[-1] == ALL and REST not in slots:
        slots.pop()
    return tuple(slots)


def _reduced(operation: op.Reduce, operand: Expression, axes: Sequence[Axis]) -> Expression:
    word, positions = operation.word, operation.positions
    if positions is None:
        return method(operand, word)
    if VARIADIC not in axes:
        positions = tuple(place + len(axes) for place in positions)
    elif -len(axes) in positions:
        rest = Binary(Attribute(operand, "ndim"), "-", whole(len(axes) - len(positions)))
        return method(operand, word, axis=call("tuple", call("range", rest)))
    axis = whole(positions[0]) if len(positions) == 1 else _wholes(positions)
    return method(operand, word, axis=axis)


def merged(operand: Expression, rest: int) -> Expression:
    """The leading axes as one, the last `rest` as they are."""
    shape = Attribute(operand, "shape")
    if rest == 0:
        return method(operand, "reshape", whole(-1))
    if rest == 1:
        return method(operand, "reshape", whole(-1), Subscript(shape, (whole(-1),)))
    last = Subscript(shape, (Slice(whole(-rest), None),))
    return method(operand, "reshape", whole(-1), Star(last))


def _contraction(operation: calls.Contraction, a: Expression, b: Expression) -> Expression:
    match operation:
        case calls.Matmul():
            return Binary(a, "@", b)
        case calls.Vecdot(whole=everything):
            return call("np.vdot" if everything else "np.vecdot", a, b)
        case calls.Tensordot(left=left, right=right):
            return call("np.tensordot", a, b, axes=Tuple((_wholes(left), _wholes(right))))
        case calls.Einsum(subscripts=subscripts):
            return call("np.einsum", Literal(f'"{subscripts}"'), a, b)
    raise InternalError(f"no expression for {operation}")


def _indexed(
    operation: calls.Indexing, operands: Sequence[Expression], axes: Sequence[Axis]
) -> Expression:
    tensor, *places = operands
    match operation:
        case calls.TakeLiteral(pattern=pattern):
            return Subscript(tensor, literal_slots(pattern, axes))
        case calls.Take():
            return Subscript(tensor, (places[0],))
        case calls.TakeAlong(axis=axis):
            taken = call("np.take_along_axis", tensor, places[0], axis=whole(axis))
            return method(taken, "squeeze", whole(axis))
        case calls.TakeAt(chosen=chosen):
            return Subscript(tensor, at_slots(chosen, axes, places[0]))
        case calls.TakeAll(leading=leading):
            return Subscript(tensor, (*[REST] * leading, *places))
    raise InternalError(f"no expression for {operation}")


def _full(operands: Sequence[Expression], source: Operation, dtype: Expression) -> Expression:
    value, shape = operands
    if isinstance(source, op.Scalar) and source.value == Number(0):
        return call("np.zeros", shape, dtype=dtype)
    if source.dtype is DType.NUMBER:
        return call("np.full", shape, value, dtype=dtype)
    if not source.axes:
        return call("np.full", shape, value)
    return method(call("np.broadcast_to", value, shape), "copy")

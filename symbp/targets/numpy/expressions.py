"""Prints one operation as a NumPy expression over its operands' texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbp.errors import InternalError
from symbp.program import operations as op
from symbp.program.operations import LEADING, VARIADIC, DType, Operation
from symbp.program.scalars import Number
from symbp.targets.numpy import calls
from symbp.targets.numpy.numbers import number
from symbp.targets.numpy.text import ATOM, COMPARE, PRODUCT, SUM, UNARY, Text

__all__ = [
    "OPERATORS",
    "SCIPY",
    "at_slots",
    "expression",
    "literal_slots",
    "masked",
]

OPERATORS = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
    "greater": (">", COMPARE),
    "greater_equal": (">=", COMPARE),
    "less": ("<", COMPARE),
    "less_equal": ("<=", COMPARE),
    "equal": ("==", COMPARE),
    "not_equal": ("!=", COMPARE),
    "logical_and": ("&", SUM),
    "logical_or": ("|", SUM),
}
SCIPY = ("erf", "erfc", "erfcx", "log_ndtr", "gammaln", "digamma")


def expression(
    operation: Operation,
    operands: Sequence[Text],
    sources: Sequence[Operation],
    dtype: str,
    size: Callable[[str], str],
) -> Text:
    """An operation as an expression.

    Args:
        operation: what to print.
        operands: its operands' texts.
        sources: its operands.
        dtype: an expression for the layer's floating dtype.
        size: gives an expression for the length of a space.

    Raises:
        InternalError: it is none.
    """
    base = operands[0].at(ATOM) if operands else ""
    codes = [operand.code for operand in operands]
    match operation:
        case op.Length(space=space):
            return Text(size(space))
        case op.Scalar(value=value):
            lengths = zip(sources, codes, strict=True)
            return number(value, {s.space: c for s, c in lengths if isinstance(s, op.Length)})
        case op.Shape():
            return Text(_shape(codes, sources))
        case op.ShapeOf():
            return Text(f"{base}.shape")
        case op.Positions():
            shape = f".reshape({codes[1]})" if len(codes) > 1 else ""
            return Text(f"np.arange({codes[0]}){shape}")
        case op.Map(function=name):
            return _map(name, operands)
        case op.Choose():
            return Text(f"np.where({', '.join(codes)})")
        case op.Cast():
            return Text(f"{base}.astype({dtype})")
        case op.Transpose(order=order):
            return Text(_transpose(order, VARIADIC in operation.axes, base, codes[0]))
        case op.Expand(pattern=pattern):
            return Text(f"{base}[{_expanded(pattern, sources[0])}]")
        case calls.Merge():
            return Text(_merged(base, len(operation.axes) - 1))
        case op.Reduce():
            return Text(_reduced(operation, base, sources[0].axes))
        case op.Fill():
            return Text(_full(codes, sources[0], dtype))
        case calls.Copy():
            return Text(f"{base}.copy()")
        case calls.Contraction():
            return _contraction(operation, operands)
        case calls.Indexing():
            return Text(_gather(operation, base, codes, sources[0].axes))
    raise InternalError(f"no expression for {operation}")


def _shape(lengths: Sequence[str], sources: Sequence[Operation]) -> str:
    leads = [isinstance(source, op.Length) and source.space == LEADING for source in sources]
    parts = ["*" * lead + length for lead, length in zip(leads, lengths, strict=True)]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _map(name: str, operands: Sequence[Text]) -> Text:
    if name in OPERATORS:
        sign, level = OPERATORS[name]
        tight = name in ("logical_and", "logical_or")
        left = operands[0].at(ATOM if tight else level + (level == COMPARE))
        right = operands[1].at(ATOM if tight else level + 1)
        return Text(f"{left} {sign} {right}", level)
    if name == "negative":
        return Text(f"-{operands[0].at(UNARY)}", UNARY)
    if name == "logical_not":
        return Text(f"~{operands[0].at(ATOM)}", UNARY)
    call = name if name in SCIPY else f"np.{name}"
    return Text(f"{call}({', '.join(operand.code for operand in operands)})")


def masked(operands: Sequence[Text], sources: Sequence[Operation]) -> Text | None:
    """`where(mask, value, 0)` of a floating array as a call of the module's `_masked`."""
    _, value, other = sources
    zero = isinstance(other, op.Scalar) and other.value == Number(0)
    if not zero or value.dtype is not DType.FLOAT or not value.axes:
        return None
    return Text(f"_masked({operands[0].code}, {operands[1].code})")


def _transpose(order: tuple[int, ...], leads: bool, base: str, code: str) -> str:
    rank = len(order)
    if not leads:
        if order == tuple(reversed(range(rank))):
            return f"{base}.T"
        return f"{base}.transpose({', '.join(map(str, order))})"
    moved = [place for place in range(rank) if order[place] != place]
    if len(moved) == 2:
        first, second = (place - rank for place in moved)
        return f"{base}.swapaxes({first}, {second})"
    source = tuple(place - rank for place in order)
    target = tuple(place - rank for place in range(rank))
    return f"np.moveaxis({code}, {source}, {target})"


def _expanded(pattern: Sequence[bool], source: Operation) -> str:
    axes = iter(source.axes)
    parts = []
    for has in pattern:
        axis = next(axes) if has else None
        parts.append("None" if axis is None else "..." if axis == VARIADIC else ":")
    if "None" in parts and parts.index("None") == len(parts) - 1:
        parts = ["...", "None"] if len(parts) > 2 or "..." in parts else parts
    while len(parts) > 1 and parts[-1] == ":" and "..." not in parts:
        parts.pop()
    return ", ".join(parts)


def _reduced(operation: op.Reduce, base: str, axes: Sequence[str]) -> str:
    word, positions = operation.word, operation.positions
    if positions is None:
        return f"{base}.{word}()"
    if VARIADIC not in axes:
        positions = tuple(place + len(axes) for place in positions)
    axis = positions[0] if len(positions) == 1 else positions
    return f"{base}.{word}(axis={axis})"


def _merged(base: str, rest: int) -> str:
    if rest == 0:
        return f"{base}.reshape(-1)"
    if rest == 1:
        return f"{base}.reshape(-1, {base}.shape[-1])"
    return f"{base}.reshape(-1, *{base}.shape[-{rest}:])"


def _contraction(operation: calls.Contraction, operands: Sequence[Text]) -> Text:
    a, b = (operand.code for operand in operands)
    match operation:
        case calls.Matmul():
            left, right = operands[0].at(PRODUCT), operands[1].at(PRODUCT + 1)
            return Text(f"{left} @ {right}", PRODUCT)
        case calls.Vecdot(whole=whole):
            return Text(f"np.{'vdot' if whole else 'vecdot'}({a}, {b})")
        case calls.Tensordot(left=left_axes, right=right_axes):
            axes = f"({_tuple(left_axes)}, {_tuple(right_axes)})"
            return Text(f"np.tensordot({a}, {b}, axes={axes})")
        case calls.Einsum(subscripts=subscripts):
            return Text(f'np.einsum("{subscripts}", {a}, {b})')
    raise InternalError(f"no expression for {operation}")


def _tuple(places: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, places))}{',' if len(places) == 1 else ''})"


def _gather(operation: calls.Indexing, base: str, codes: Sequence[str], axes: Sequence[str]) -> str:
    match operation:
        case calls.TakeLiteral(pattern=pattern):
            return f"{base}[{literal_slots(pattern, axes)}]"
        case calls.Take():
            return f"{base}[{codes[1]}]"
        case calls.TakeAlong(axis=axis):
            taken = f"np.take_along_axis({codes[0]}, {codes[1]}, axis={axis})"
            return f"{taken}.squeeze({axis})"
        case calls.TakeAt(chosen=chosen):
            return f"{base}[{at_slots(chosen, axes, codes[1])}]"
        case calls.TakeAll(leading=leading):
            return f"{base}[{', '.join([*['...'] * leading, *codes[1:]])}]"
    raise InternalError(f"no expression for {operation}")


def literal_slots(pattern: Sequence[int | None], axes: Sequence[str]) -> str:
    """An index that takes one position along some axes and all along the others."""
    parts = [
        str(slot) if slot is not None else "..." if axis == VARIADIC else ":"
        for slot, axis in zip(pattern, axes, strict=True)
    ]
    return ", ".join(parts)


def at_slots(chosen: Sequence[bool], axes: Sequence[str], place: str) -> str:
    """An index that takes a computed position along one axis and all along the others."""
    parts = [
        place if here else "..." if axis == VARIADIC else ":"
        for here, axis in zip(chosen, axes, strict=True)
    ]
    return ", ".join(parts)


def _full(codes: Sequence[str], source: Operation, dtype: str) -> str:
    value, shape = codes
    if source.dtype is DType.NUMBER:
        return f"np.full({shape}, {value}, dtype={dtype})"
    if not source.axes:
        return f"np.full({shape}, {value})"
    return f"np.broadcast_to({value}, {shape}).copy()"

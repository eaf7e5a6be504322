"""Prints one operation as a NumPy expression over its operands' texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symbp.errors import InternalError
from symbp.program import DType, Kind, Operation

__all__ = [
    "ATOM",
    "OPERATORS",
    "SCIPY",
    "Text",
    "at_slots",
    "expression",
    "literal_slots",
    "masked",
]

CHOICE, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(6)
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
VARIADIC = "..."
WORDS = dict.fromkeys(("if", "or", "and", "not"), CHOICE)
WORDS |= {sign: level for sign, level in OPERATORS.values() if sign not in "&|"}
WORDS |= {"**": PRODUCT}
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Text:
    """A Python expression and how tightly it binds."""

    code: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """The expression, in brackets where it binds less tightly than `level`."""
        return self.code if self.level >= level else f"({self.code})"


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
    """
    if operation.kind is Kind.SIZE:
        return Text(size(str(operation.attributes[0])))
    if operation.kind is Kind.ARANGE:
        shape = f".reshape({operands[1].code})" if len(operands) > 1 else ""
        return Text(f"np.arange({operands[0].code}){shape}")
    if operation.kind is Kind.FULL and sources[0].dtype is DType.NUMBER:
        return Text(f"np.full({operands[1].code}, {operands[0].code}, dtype={dtype})")
    if operation.kind is Kind.CAST:
        return Text(f"{operands[0].at(ATOM)}.astype({dtype})")
    printer = PRINTERS.get(operation.kind)
    if printer is None:
        raise InternalError(f"no expression for {operation}")
    return printer(operation, operands, sources)


def _number(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    template = str(operation.attributes[0])
    text = template.format(*(operand.at(ATOM) for operand in operands)) if operands else template
    return Text(text, _level(text))


def _level(text: str) -> int:
    """How tightly the outermost operator of a number's text binds."""
    outside = text
    while (rest := BRACKETS.sub("", outside)) != outside:
        outside = rest
    found = [level for word, level in WORDS.items() if word in outside.split()]
    return min([*found, SUM if text.startswith("-") else ATOM])


def _constant(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    return Text(str(operation.attributes[0]))


def _ufunc(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    name = str(operation.attributes[0])
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


def _where(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    return Text(f"np.where({', '.join(operand.code for operand in operands)})")


def masked(operands: Sequence[Text], sources: Sequence[Operation]) -> Text | None:
    """`where(mask, value, 0)` of a floating array as a call of the module's `_masked`."""
    _, value, other = sources
    zero = other.kind is Kind.NUMBER and other.attributes[0] == "0"
    if not zero or value.dtype is not DType.FLOAT or not value.axes:
        return None
    return Text(f"_masked({operands[0].code}, {operands[1].code})")


def _transpose(
    operation: Operation, operands: Sequence[Text], sources: Sequence[Operation]
) -> Text:
    (order,) = operation.attributes
    base = operands[0].at(ATOM)
    rank = len(order)
    if VARIADIC not in operation.axes:
        if order == tuple(reversed(range(rank))):
            return Text(f"{base}.T")
        return Text(f"{base}.transpose({', '.join(map(str, order))})")
    moved = [place for place in range(rank) if order[place] != place]
    if len(moved) == 2:
        first, second = (place - rank for place in moved)
        return Text(f"{base}.swapaxes({first}, {second})")
    source = tuple(place - rank for place in order)
    target = tuple(place - rank for place in range(rank))
    return Text(f"np.moveaxis({operands[0].code}, {source}, {target})")


def _expand(operation: Operation, operands: Sequence[Text], sources: Sequence[Operation]) -> Text:
    (pattern,) = operation.attributes
    axes = iter(sources[0].axes)
    parts = []
    for has in pattern:
        axis = next(axes) if has else None
        parts.append("None" if axis is None else "..." if axis == VARIADIC else ":")
    if "None" in parts and parts.index("None") == len(parts) - 1:
        parts = ["...", "None"] if len(parts) > 2 or "..." in parts else parts
    while len(parts) > 1 and parts[-1] == ":" and "..." not in parts:
        parts.pop()
    return Text(f"{operands[0].at(ATOM)}[{', '.join(parts)}]")


def _reduce(operation: Operation, operands: Sequence[Text], sources: Sequence[Operation]) -> Text:
    word, positions = operation.attributes
    base = operands[0].at(ATOM)
    if positions is None:
        return Text(f"{base}.{word}()")
    rank = len(sources[0].axes)
    if VARIADIC not in sources[0].axes:
        positions = tuple(place + rank for place in positions)
    axis = positions[0] if len(positions) == 1 else positions
    return Text(f"{base}.{word}(axis={axis})")


def _matmul(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    return Text(f"{operands[0].at(PRODUCT)} @ {operands[1].at(PRODUCT + 1)}", PRODUCT)


def _vecdot(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    function = "np.vdot" if operation.attributes[0] == "all" else "np.vecdot"
    return Text(f"{function}({operands[0].code}, {operands[1].code})")


def _tensordot(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    left, right = operation.attributes
    axes = f"({_tuple(left)}, {_tuple(right)})"
    return Text(f"np.tensordot({operands[0].code}, {operands[1].code}, axes={axes})")


def _tuple(places: Any) -> str:
    return f"({', '.join(map(str, places))}{',' if len(places) == 1 else ''})"


def _einsum(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    (subscripts,) = operation.attributes
    return Text(f'np.einsum("{subscripts}", {operands[0].code}, {operands[1].code})')


def _merge(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    base = operands[0].at(ATOM)
    rest = len(operation.axes) - 1
    if rest == 0:
        return Text(f"{base}.reshape(-1)")
    if rest == 1:
        return Text(f"{base}.reshape(-1, {base}.shape[-1])")
    return Text(f"{base}.reshape(-1, *{base}.shape[-{rest}:])")


def _gather(operation: Operation, operands: Sequence[Text], sources: Sequence[Operation]) -> Text:
    how = operation.attributes[0]
    base = operands[0].at(ATOM)
    if how == "literal":
        return Text(f"{base}[{literal_slots(operation.attributes[1], sources[0].axes)}]")
    if how == "take":
        return Text(f"{base}[{operands[1].code}]")
    if how == "along":
        place = operation.attributes[1]
        taken = f"np.take_along_axis({operands[0].code}, {operands[1].code}, axis={place})"
        return Text(f"{taken}.squeeze({place})")
    if how == "at":
        slots = at_slots(operation.attributes[1], sources[0].axes, operands[1].code)
        return Text(f"{base}[{slots}]")
    leading = ["..."] if operation.attributes[1] else []
    return Text(f"{base}[{', '.join([*leading, *(o.code for o in operands[1:])])}]")


def literal_slots(pattern: Any, axes: Sequence[str]) -> str:
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


def _full(operation: Operation, operands: Sequence[Text], sources: Sequence[Operation]) -> Text:
    if not sources[0].axes:
        return Text(f"np.full({operands[1].code}, {operands[0].code})")
    return Text(f"np.broadcast_to({operands[0].code}, {operands[1].code}).copy()")


def _copy(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    return Text(f"{operands[0].at(ATOM)}.copy()")


def _shape(operation: Operation, operands: Sequence[Text], _: Any) -> Text:
    return Text(f"{operands[0].at(ATOM)}.shape")


PRINTERS: dict[Kind, Callable[[Operation, Sequence[Text], Sequence[Operation]], Text]] = {
    Kind.NUMBER: _number,
    Kind.CONSTANT: _constant,
    Kind.UFUNC: _ufunc,
    Kind.WHERE: _where,
    Kind.TRANSPOSE: _transpose,
    Kind.EXPAND: _expand,
    Kind.REDUCE: _reduce,
    Kind.MATMUL: _matmul,
    Kind.VECDOT: _vecdot,
    Kind.TENSORDOT: _tensordot,
    Kind.EINSUM: _einsum,
    Kind.MERGE: _merge,
    Kind.GATHER: _gather,
    Kind.FULL: _full,
    Kind.COPY: _copy,
    Kind.SHAPE: _shape,
}

"""Breaks long lines of Python where `ruff format` would."""

from __future__ import annotations

import re

from symbp.targets.format import LEVELS, Side, arguments, atom, operands, quoted, side_text, text
from symbp.targets.tree import (
    Attribute,
    Binary,
    Call,
    Chain,
    Choice,
    Display,
    Expression,
    Literal,
    Message,
    Name,
    Subscript,
    Tuple,
    Unary,
)

__all__ = ["assigned", "broken", "one_a_line"]

Item = tuple[str, Expression]
"""Something in brackets, and what stands before it: `out=`."""


def assigned(target: Expression, value: Expression, width: int) -> list[str]:
    """`target = value`, broken inside of the target where that is long."""
    left = text(target)
    if len(left) + len(" = (") > width:
        if isinstance(target, Subscript):
            *lines, last = _lines("", (target, False), "", width)
            return [*lines, *broken(f"{last} = ", value, "", width)]
        if isinstance(target, Tuple):
            names = one_a_line(arguments(target), width)
            return ["(", *names, *broken(") = ", value, "", width)]
    return broken(f"{left} = ", value, "", width)


def broken(head: str, value: Expression, tail: str, width: int) -> list[str]:
    """An expression between `head` and `tail`, on lines of at most `width` columns."""
    one = head + text(value) + tail
    if len(one) <= width:
        return [one]
    if isinstance(value, Tuple) and value.bare:
        return [f"{head}(", *one_a_line(arguments(value), width), f"){tail}"]
    parts = _operands((value, False))
    if len(parts) == 1:
        if _is_better_below(head, value, width):
            return _below(head, value, tail, width)
        return _lines(head, (value, False), tail, width)
    if len(parts) == 2:
        (_, first), (sign, last) = parts
        end = _rightmost(last)
        before = head + text(value).removesuffix(side_text(end))
        if _opens(end) and len(before) < width:
            return _lines(before, end, tail, width)
        if first[1]:
            return _lines(head, first, f" {sign} {side_text(last)}{tail}", width)
    return _below(head, value, tail, width)


def one_a_line(items: list[Item], width: int) -> list[str]:
    """What stands in brackets, one a line."""
    lines = [line for n, v in items for line in _lines(n, (v, False), ",", width - 4)]
    return _indented(lines)


def _below(head: str, value: Expression, tail: str, width: int) -> list[str]:
    lines = _indented(_lines("", (value, False), "", width - 4))
    return [f"{head}(", *lines, f"){tail}"]


def _is_better_below(head: str, value: Expression, width: int) -> bool:
    """Whether an expression that cannot be broken behind `head` goes into a line of its own."""
    if isinstance(value, Call | Subscript):
        return _inner(value) is None and len(head) + len(_opening(value)) > width
    return isinstance(value, Name | Attribute | Literal) and len(text(value)) + 4 <= width


def _opening(node: Expression) -> str:
    """An expression up to its last bracket, if it ends with one."""
    match node:
        case Call(function=function):
            return f"{atom(function)}("
        case Subscript(value=value):
            return f"{atom(value)}["
    return text(node)


def _inner(node: Expression) -> Side | None:
    """What a name, a call or an index follows, if that has brackets to break at."""
    match node:
        case (
            Call(function=Attribute(value=value)) | Attribute(value=value) | Subscript(value=value)
        ):
            side = value, atom(value) != text(value)
            return side if _opens(side) or _inner(value) else None
    return None


def _lines(before: str, side: Side, after: str, width: int) -> list[str]:
    """An operand between `before` and `after`, free to break."""
    node, bracketed = side
    one = before + side_text(side) + after
    if len(one) <= width:
        return [one]
    if bracketed:
        return [f"{before}(", *_indented(_lines("", (node, False), "", width - 4)), f"){after}"]
    inner = _inner(node)
    if inner is not None and len(before) + len(_opening(node)) > width:
        rest = text(node).removeprefix(side_text(inner))
        return _lines(before, inner, rest + after, width)
    match node:
        case Unary(sign="not", operand=Binary() | Chain() as operand):
            return _lines(f"{before}not ", (operand, True), after, width)
        case Call() if arguments(node):
            return [before + _opening(node), *_together(arguments(node), width), f"){after}"]
        case Subscript(slots=slots):
            inside = _together([("", slot) for slot in slots], width)
            return [before + _opening(node), *inside, f"]{after}"]
        case Tuple() | Display():
            brackets = text(node)[0], text(node)[-1]
            items = one_a_line(arguments(node), width)
            return [before + brackets[0], *items, brackets[1] + after]
        case Message(text=sentence):
            return [quoted(piece) for piece in _pieces(sentence, width - len('f""'))]
    parts = _operands(side)
    if len(parts) == 1:
        return [one]
    lines = _lines(before, parts[0][1], "", width)
    for sign, part in parts[1:-1]:
        lines += _lines(f"{sign} ", part, "", width)
    sign, part = parts[-1]
    return [*lines, *_lines(f"{sign} ", part, after, width)]


def _together(items: list[Item], width: int) -> list[str]:
    """What stands in brackets, on one line or one a line."""
    one = ", ".join(name + text(value) for name, value in items)
    if len(one) <= width - 4:
        return _indented([one])
    if len(items) == 1:
        ((name, value),) = items
        return _indented(_lines(name, (value, False), "", width - 4))
    return one_a_line(items, width)


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _rightmost(side: Side) -> Side:
    """The last operand of the last operand, and so on."""
    node, bracketed = side
    while isinstance(node, Binary) and not bracketed:
        _, (node, bracketed) = operands(node)[-1]
    return node, bracketed


def _opens(side: Side) -> bool:
    """Whether an operand has brackets to break at."""
    node, bracketed = side
    return bracketed or (isinstance(node, Call) and bool(arguments(node)))


def _operands(side: Side) -> list[tuple[str, Side]]:
    """The operands of the loosest signs with the sign before each."""
    node, _ = side
    if isinstance(node, Binary) and node.sign != "**":
        return _same(("", (node, False)), node.sign)
    return operands(node) if isinstance(node, Chain | Choice) else [("", side)]


def _same(part: tuple[str, Side], sign: str) -> list[tuple[str, Side]]:
    """The operands of signs that bind as tightly as one."""
    before, (node, bracketed) = part
    if isinstance(node, Binary) and LEVELS[node.sign] == LEVELS[sign] and not bracketed:
        left, right = operands(node)
        return [*_same((before, left[1]), sign), right]
    return [part]


def _pieces(sentence: str, width: int) -> list[str]:
    """A sentence in pieces, broken after a space outside of braces."""
    words = re.findall(r"(?:\{[^{}]*\}|[^ {])+ ?", sentence)
    pieces = [""]
    for word in words:
        if pieces[-1] and len(pieces[-1]) + len(word) > width:
            pieces.append("")
        pieces[-1] += word
    return pieces

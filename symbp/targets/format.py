"""Formats trees of Python as `ruff format` would leave them: brackets, spaces and line breaks."""

from __future__ import annotations

import re

from symbp.targets.tree import (
    Assign,
    Attribute,
    Augment,
    Binary,
    Call,
    Choice,
    Do,
    Expression,
    Literal,
    Name,
    Slice,
    Star,
    Statement,
    Subscript,
    Tuple,
    Unary,
)

__all__ = ["formatted", "one_line", "text"]

CHOICE, JUNCTION, COMPARE, MASK, SUM, PRODUCT, UNARY, POWER, ATOM = range(9)
LEVELS = dict.fromkeys(("and", "or"), JUNCTION)
LEVELS |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARE)
LEVELS |= dict.fromkeys(("&", "|"), MASK) | dict.fromkeys(("+", "-"), SUM)
LEVELS |= dict.fromkeys(("*", "/", "//", "%", "@"), PRODUCT)
LEVELS |= {"**": POWER}
BREAKS = (("+", "-"), ("*", "/", "//", "%", "@"))
"""The signs at which a line may be broken, the loosest first."""


def text(node: Expression) -> str:
    """An expression on one line."""
    match node:
        case Name(text=name) | Literal(text=name):
            return name
        case Unary(sign="not", operand=operand):
            return f"not ({text(operand)})"
        case Unary(sign=sign, operand=operand):
            return sign + _at(operand, _least(node))
        case Binary(left=left, sign="**", right=right):
            base, exponent = _at(left, ATOM), _at(right, POWER)
            simple = all(re.fullmatch(r"[\w.]+", part) for part in (base, exponent))
            return f"{base}**{exponent}" if simple else f"{base} ** {exponent}"
        case Binary(sign=sign):
            return f"{_side_text(_left(node))} {sign} {_side_text(_right(node))}"
        case Choice(yes=yes, test=test, no=no):
            return f"{_at(yes, SUM)} if {_at(test, JUNCTION)} else {_at(no, SUM)}"
        case Call(function=function):
            return f"{_at(function, ATOM)}({', '.join(map(_argument, _arguments(node)))})"
        case Attribute(value=value, name=name):
            is_number = isinstance(value, Literal) and value.text.isdigit()
            return f"({text(value)}).{name}" if is_number else f"{_at(value, ATOM)}.{name}"
        case Subscript(value=value, slots=slots):
            return f"{_at(value, ATOM)}[{', '.join(map(text, slots))}]"
        case Slice(first=first_end, last=last_end):
            ends = ("" if end is None else text(end) for end in (first_end, last_end))
            return ":".join(ends)
        case Star(value=value):
            return f"*{_at(value, ATOM)}"
        case Tuple(items=items):
            return f"({', '.join(map(text, items))}{',' if len(items) == 1 else ''})"


def one_line(statement: Statement) -> str:
    """A statement, however long."""
    return formatted(statement, 10**9)[0]


def formatted(statement: Statement, width: int) -> list[str]:
    """A statement on lines of at most `width` columns, where that is possible."""
    match statement:
        case Assign(target=Subscript() as target, value=value) if len(text(target)) > width - 4:
            return _assigned_at(target, value, width)
        case Assign(target=target, value=value):
            return _broken(f"{text(target)} = ", value, width)
        case Augment(target=target, sign=sign, value=value):
            return _broken(f"{text(target)} {sign}= ", value, width)
        case Do(value=value):
            return _broken("", value, width)


def _assigned_at(target: Subscript, value: Expression, width: int) -> list[str]:
    """`target[slots] = value`, broken inside of the long target."""
    slots = [text(slot) for slot in target.slots]
    one = ", ".join(slots)
    lines = [one] if len(one) <= width - 4 else [f"{slot}," for slot in slots]
    return [f"{_at(target.value, ATOM)}[", *_indented(lines), *_broken("] = ", value, width)]


def _level(node: Expression) -> int:
    """How tightly an expression binds."""
    match node:
        case Choice():
            return CHOICE
        case Unary(sign="not"):
            return JUNCTION
        case Binary(sign=sign):
            return LEVELS[sign]
        case Unary(loose=loose):
            return SUM if loose else UNARY
        case Literal(text=number) if number.startswith("-"):
            return SUM
    return ATOM


def _least(node: Unary) -> int:
    """How tightly an operand must bind to stand behind a sign without brackets."""
    if node.loose and not (isinstance(node.operand, Binary) and node.operand.sign == "**"):
        return PRODUCT
    return ATOM if node.loose or node.sign == "~" else UNARY


def _sides(sign: str) -> tuple[int, int]:
    """How tightly the operands must bind to stand beside a sign without brackets."""
    level = LEVELS[sign]
    if sign in ("&", "|") or level == JUNCTION:
        return ATOM, ATOM
    return level + (level == COMPARE), level + 1


def _at(node: Expression, level: int) -> str:
    return text(node) if _level(node) >= level else f"({text(node)})"


def _arguments(node: Call) -> list[tuple[str, Expression]]:
    return [
        *(("", argument) for argument in node.arguments),
        *((f"{name}=", value) for name, value in node.named),
    ]


def _argument(argument: tuple[str, Expression]) -> str:
    return argument[0] + text(argument[1])


# Line breaks

Side = tuple[Expression, bool]
"""An operand, and whether brackets stand around it."""


def _side_text(side: Side) -> str:
    node, bracketed = side
    return f"({text(node)})" if bracketed else text(node)


def _broken(head: str, value: Expression, width: int) -> list[str]:
    if len(head) + len(text(value)) <= width:
        return [head + text(value)]
    operands = _operands((value, False))
    if len(operands) == 1:
        return _lines(head, (value, False), "", width)
    if len(operands) == 2:
        (_, first), (sign, last) = operands
        end = _rightmost(last)
        if _opens(end):
            before = text(value).removesuffix(_side_text(end))
            if len(head) + len(before) < width:
                return _lines(head + before, end, "", width)
        elif first[1]:
            return _lines(head, first, f" {sign} {_side_text(last)}", width)
    return [f"{head}(", *_indented(_lines("", (value, False), "", width - 4)), ")"]


def _lines(before: str, side: Side, after: str, width: int) -> list[str]:
    """An operand between `before` and `after`, free to break."""
    node, bracketed = side
    one = before + _side_text(side) + after
    if len(one) <= width:
        return [one]
    if bracketed:
        return [f"{before}(", *_indented(_lines("", (node, False), "", width - 4)), f"){after}"]
    if isinstance(node, Call) and (node.arguments or node.named):
        opening = f"{before}{_at(node.function, ATOM)}("
        return [opening, *_indented(_argument_lines(node, width - 4)), f"){after}"]
    operands = _operands(side)
    if len(operands) == 1:
        return [one]
    lines = _lines(before, operands[0][1], "", width)
    for sign, operand in operands[1:-1]:
        lines += _lines(f"{sign} ", operand, "", width)
    sign, operand = operands[-1]
    return [*lines, *_lines(f"{sign} ", operand, after, width)]


def _argument_lines(node: Call, width: int) -> list[str]:
    """The arguments of a call, on one line or one a line."""
    arguments = _arguments(node)
    one = ", ".join(map(_argument, arguments))
    if len(one) <= width:
        return [one]
    if len(arguments) == 1:
        name, value = arguments[0]
        return _lines(name, (value, False), "", width)
    return [line for n, v in arguments for line in _lines(n, (v, False), ",", width)]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _rightmost(side: Side) -> Side:
    """The last operand of the last operand, and so on."""
    node, bracketed = side
    while isinstance(node, Binary) and not bracketed and LEVELS[node.sign] > COMPARE:
        node, bracketed = _right(node)
    return node, bracketed


def _opens(side: Side) -> bool:
    """Whether an operand has brackets to break at."""
    return side[1] or isinstance(side[0], Call | Subscript)


def _operands(side: Side) -> list[tuple[str, Side]]:
    """The operands of the loosest signs with the sign before each."""
    node, _ = side
    for signs in BREAKS:
        if isinstance(node, Binary) and node.sign in signs:
            return _chain((node, False), signs)
    return [("", side)]


def _chain(side: Side, signs: tuple[str, ...]) -> list[tuple[str, Side]]:
    node, bracketed = side
    if isinstance(node, Binary) and node.sign in signs and not bracketed:
        return [*_chain(_left(node), signs), (node.sign, _right(node))]
    return [("", side)]


def _left(node: Binary) -> Side:
    chained = isinstance(node.left, Binary) and node.left.sign == node.sign in ("and", "or")
    return node.left, not chained and _level(node.left) < _sides(node.sign)[0]


def _right(node: Binary) -> Side:
    return node.right, _level(node.right) < _sides(node.sign)[1]

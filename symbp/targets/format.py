"""Formats expressions as `ruff format` would leave them on one line: brackets and spaces."""

from __future__ import annotations

import re

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
    Slice,
    Star,
    Subscript,
    Tuple,
    Unary,
)

__all__ = ["LEVELS", "Side", "arguments", "atom", "operands", "quoted", "side_text", "text"]

CHOICE, JUNCTION, NOT, COMPARE, MASK, SUM, PRODUCT, UNARY, POWER, ATOM = range(10)
LEVELS = dict.fromkeys(("and", "or"), JUNCTION)
LEVELS |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARE)
LEVELS |= dict.fromkeys(("in", "not in", "is", "is not"), COMPARE)
LEVELS |= dict.fromkeys(("&", "|"), MASK) | dict.fromkeys(("+", "-"), SUM)
LEVELS |= dict.fromkeys(("*", "/", "//", "%", "@"), PRODUCT)
LEVELS |= {"**": POWER}

Side = tuple[Expression, bool]
"""An operand, and whether brackets stand around it."""


def text(node: Expression) -> str:
    """An expression on one line."""
    match node:
        case Name(text=name) | Literal(text=name):
            return name
        case Message(text=sentence):
            return quoted(sentence)
        case Unary(sign="not", operand=operand):
            return f"not {atom(operand)}"
        case Unary(sign=sign, operand=operand):
            return sign + _at(operand, _least(node))
        case Binary(left=left, sign="**", right=right):
            base, exponent = atom(left), _at(right, POWER)
            simple = all(re.fullmatch(r"[\w.]+", part) for part in (base, exponent))
            return f"{base}**{exponent}" if simple else f"{base} ** {exponent}"
        case Binary() | Chain() | Choice():
            (_, first), *others = operands(node)
            signed = (f" {sign} {side_text(side)}" for sign, side in others)
            return side_text(first) + "".join(signed)
        case Call(function=function):
            given = (name + text(value) for name, value in arguments(node))
            return f"{atom(function)}({', '.join(given)})"
        case Attribute(value=value, name=name):
            is_number = isinstance(value, Literal) and value.text.isdigit()
            return f"({text(value)}).{name}" if is_number else f"{atom(value)}.{name}"
        case Subscript(value=value, slots=slots):
            return f"{atom(value)}[{_list(slots)}]"
        case Slice(first=first_end, last=last_end):
            ends = ["" if end is None else text(end) for end in (first_end, last_end)]
            is_long = isinstance(first_end, Binary) or isinstance(last_end, Binary)
            return " : ".join(ends).strip() if is_long else ":".join(ends)
        case Star(value=value):
            return f"*{atom(value)}"
        case Tuple(items=items, bare=bare):
            return _list(items) if bare else f"({_list(items)}{',' if len(items) == 1 else ''})"
        case Display(keys=()):
            return f"[{_list(node.items)}]"
        case Display():
            return f"{{{', '.join(name + text(value) for name, value in arguments(node))}}}"


def operands(node: Binary | Chain | Choice) -> list[tuple[str, Side]]:
    """The operands of an expression with the sign before each."""
    match node:
        case Binary(sign=sign):
            return [("", _left(node)), (sign, _right(node))]
        case Chain(sign=sign, operands=parts):
            least = NOT if LEVELS[sign] == JUNCTION else MASK
            return [(sign if n else "", _side(part, least)) for n, part in enumerate(parts)]
        case Choice(yes=yes, test=test, no=no):
            sides = _side(yes, SUM), _side(test, JUNCTION), _side(no, SUM)
            return list(zip(("", "if", "else"), sides, strict=True))


def arguments(node: Call | Tuple | Display) -> list[tuple[str, Expression]]:
    """What stands in brackets, each with what stands before it: `out=`, or the key."""
    match node:
        case Call(arguments=plain, named=named):
            return [*(("", value) for value in plain), *((f"{n}=", value) for n, value in named)]
        case Tuple(items=items) | Display(items=items, keys=()):
            return [("", value) for value in items]
        case Display(items=items, keys=keys):
            return [(f'"{key}": ', value) for key, value in zip(keys, items, strict=True)]


def atom(node: Expression) -> str:
    """An expression on one line, in brackets where a `.` behind it would divide it."""
    return _at(node, ATOM)


def side_text(side: Side) -> str:
    """An operand on one line."""
    node, bracketed = side
    return f"({text(node)})" if bracketed else text(node)


def quoted(sentence: str) -> str:
    """A sentence as a literal."""
    return ('f"' if "{" in sentence else '"') + sentence + '"'


def _list(items: tuple[Expression, ...]) -> str:
    return ", ".join(map(text, items))


def _level(node: Expression) -> int:
    """How tightly an expression binds."""
    match node:
        case Choice():
            return CHOICE
        case Unary(sign="not"):
            return NOT
        case Binary(sign=sign) | Chain(sign=sign):
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
    return side_text(_side(node, level))


def _side(node: Expression, level: int) -> Side:
    return node, _level(node) < level


def _left(node: Binary) -> Side:
    chained = isinstance(node.left, Binary) and node.left.sign == node.sign in ("and", "or")
    return node.left, not chained and _level(node.left) < _sides(node.sign)[0]


def _right(node: Binary) -> Side:
    return _side(node.right, _sides(node.sign)[1])

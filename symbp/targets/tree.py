"""A small tree of Python: the expressions and statements that emitted mathematics is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "HELPERS",
    "Assign",
    "Attribute",
    "Augment",
    "Binary",
    "Call",
    "Choice",
    "Do",
    "Expression",
    "Literal",
    "Name",
    "Slice",
    "Star",
    "Statement",
    "Subscript",
    "Tuple",
    "Unary",
    "call",
    "method",
    "walk",
]

HELPERS = "."
"""Where functions come from that the emitted module defines itself."""


@dataclass(frozen=True)
class Name:
    """A name, dotted perhaps.

    Args:
        text: the name.
        home: the module that it comes from, if that must be imported: "math" for `math.sqrt`,
            "scipy.special" for `erf`; `HELPERS` for a function of the module's own.
    """

    text: str
    home: str = ""


@dataclass(frozen=True)
class Literal:
    """A number, a string, `None`, `...` or `:`, as it is written."""

    text: str


@dataclass(frozen=True)
class Unary:
    """A sign or `not` before an operand.

    Args:
        sign, operand: what stands there.
        loose: whether it is read as a term of a sum: `-a * b` is the opposite of a product then,
            and stands in brackets beside other signs.
    """

    sign: str
    operand: Expression
    loose: bool = False


@dataclass(frozen=True)
class Binary:
    """Two operands and what stands between them: arithmetic, a comparison, `and` or `or`."""

    left: Expression
    sign: str
    right: Expression


@dataclass(frozen=True)
class Choice:
    """`yes if test else no`."""

    yes: Expression
    test: Expression
    no: Expression


@dataclass(frozen=True)
class Call:
    """A function of arguments, some of them by name."""

    function: Expression
    arguments: tuple[Expression, ...]
    named: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True)
class Attribute:
    """`value.name`."""

    value: Expression
    name: str


@dataclass(frozen=True)
class Subscript:
    """`value[slots]`."""

    value: Expression
    slots: tuple[Expression, ...]


@dataclass(frozen=True)
class Slice:
    """`first:last`, either of which may be left out."""

    first: Expression | None
    last: Expression | None


@dataclass(frozen=True)
class Star:
    """`*value`."""

    value: Expression


@dataclass(frozen=True)
class Tuple:
    """`(a, b)`."""

    items: tuple[Expression, ...]


Expression = (
    Name | Literal | Unary | Binary | Choice | Call | Attribute | Subscript | Slice | Star | Tuple
)


@dataclass(frozen=True)
class Assign:
    """`target = value`.

    Args:
        target, value: the two sides.
        equation: what it computes, in symbp's notation, if that has a name.
        origin: the name of what is defined by the equation that it is a part of.
    """

    target: Expression
    value: Expression
    equation: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Augment:
    """`target sign= value`."""

    target: Expression
    sign: str
    value: Expression
    equation: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Do:
    """An expression by itself."""

    value: Expression
    equation: str = ""
    origin: str = ""


Statement = Assign | Augment | Do


def call(function: str, *arguments: Expression, home: str = "", **named: Expression) -> Call:
    """A call of a function by its name."""
    return Call(Name(function, home), arguments, tuple(named.items()))


def method(value: Expression, name: str, *arguments: Expression, **named: Expression) -> Call:
    """A call of a value's method."""
    return Call(Attribute(value, name), arguments, tuple(named.items()))


def walk(node: Expression | Statement) -> Iterator[Expression]:
    """All expressions in a tree, the outer ones first."""
    if not isinstance(node, Statement):
        yield node
    for part in _parts(node):
        yield from walk(part)


def _parts(node: Expression | Statement) -> tuple[Expression, ...]:
    match node:
        case Name() | Literal():
            return ()
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return left, right
        case Choice(yes=yes, test=test, no=no):
            return yes, test, no
        case Call(function=function, arguments=arguments, named=named):
            return (function, *arguments, *(value for _, value in named))
        case Attribute(value=value) | Star(value=value) | Do(value=value):
            return (value,)
        case Subscript(value=value, slots=slots):
            return value, *slots
        case Slice(first=first, last=last):
            return tuple(end for end in (first, last) if end is not None)
        case Tuple(items=items):
            return items
        case Assign(target=target, value=value) | Augment(target=target, value=value):
            return target, value

"""A small tree of Python: the expressions and statements that emitted mathematics is made of."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "HELPERS",
    "Assign",
    "Attribute",
    "Augment",
    "Binary",
    "Call",
    "Chain",
    "Choice",
    "Display",
    "Do",
    "Expression",
    "Literal",
    "Message",
    "Name",
    "Slice",
    "Star",
    "Statement",
    "Subscript",
    "Tuple",
    "Unary",
    "call",
    "method",
]

HELPERS = "."
"""Where functions and constants come from that the emitted module defines itself."""


@dataclass(frozen=True)
class Name:
    """A name, dotted perhaps.

    Args:
        text: the name.
        home: the module that it comes from, if that must be imported: "math" for `math.sqrt`,
            "scipy.special" for `erf`; `HELPERS` for what the module defines itself.
    """

    text: str
    home: str = ""


@dataclass(frozen=True)
class Literal:
    """A number, a string, `None`, `...` or `:`, as it is written."""

    text: str


@dataclass(frozen=True)
class Message:
    """A sentence in quotes, an f-string if it has braces; it may be broken between its words.

    Args:
        text: the sentence.
        holes: the expressions in its braces, read for what they need.
    """

    text: str
    holes: tuple[Expression, ...] = ()


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
class Chain:
    """Operands with one sign between them: `a is b is c`, or `and` or `or` without brackets."""

    sign: str
    operands: tuple[Expression, ...]


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
    """`(a, b)`.

    Args:
        items: of which it is made.
        bare: whether it stands without brackets, where it fits in a line.
    """

    items: tuple[Expression, ...]
    bare: bool = False


@dataclass(frozen=True)
class Display:
    """`["a", "b"]`, or `{"a": a, "b": b}` where the items have keys."""

    items: tuple[Expression, ...]
    keys: tuple[str, ...] = ()


Expression = (
    Name
    | Literal
    | Message
    | Unary
    | Binary
    | Chain
    | Choice
    | Call
    | Attribute
    | Subscript
    | Slice
    | Star
    | Tuple
    | Display
)


@dataclass(frozen=True)
class Assign:
    """`target = value`.

    Args:
        target, value: the two sides.
        equation: what it computes, in symbp's notation, if that has a name; or another remark.
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

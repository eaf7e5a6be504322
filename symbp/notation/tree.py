"""The syntax tree of an equation: what was written, before any shape or value is known.

`symbp.notation.syntax` makes it from text and `symbp.notation.from_sympy` from a SymPy
expression. `Name` stands for anything written without brackets; `symbp.notation.instantiate`
replaces every `Name` by the `Access`, `IndexNumber` or `Hyper` that it turns out to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from sympy import Rational

from symbp.errors import NotationError
from symbp.notation.expression import VARIADIC
from symbp.notation.source import Source

__all__ = [
    "Access",
    "Call",
    "Compare",
    "Constant",
    "Hyper",
    "IndexNumber",
    "Literal",
    "Logic",
    "Macro",
    "Name",
    "Node",
    "Number",
    "Plain",
    "Reduce",
    "SizeOf",
    "Slot",
    "Statement",
    "children",
    "mapped",
    "replaced",
    "walk",
]


T = TypeVar("T", bound="Node")


@dataclass(frozen=True)
class Node:
    """Something written at a column, counted from 1."""

    column: int


@dataclass(frozen=True)
class Number(Node):
    """A number, exact."""

    value: Rational


@dataclass(frozen=True)
class Constant(Node):
    """`pi`, `e` or `inf`."""

    name: str


@dataclass(frozen=True)
class Name(Node):
    """A name without brackets: a tensor, a hyper-parameter, or an index used as a number."""

    name: str


@dataclass(frozen=True)
class Hyper(Node):
    """A hyper-parameter."""

    name: str


@dataclass(frozen=True)
class IndexNumber(Node):
    """An index used as a number."""

    name: str


@dataclass(frozen=True)
class Plain(Node):
    """An index in a slot: `n`, `*i` if starred, or `...`."""

    name: str
    starred: bool = False

    @property
    def variadic(self) -> bool:
        """Whether this is `...`."""
        return self.name == VARIADIC


@dataclass(frozen=True)
class Literal(Node):
    """A whole number in a slot, 0 or more."""

    value: int


@dataclass(frozen=True)
class Access(Node):
    """One entry of a tensor, `x[n, i]`; without slots, a tensor of rank 0."""

    name: str
    slots: tuple[Slot, ...] = ()

    @property
    def variadic(self) -> bool:
        """Whether the first slot is `...`."""
        return bool(self.slots) and isinstance(self.slots[0], Plain) and self.slots[0].variadic

    @property
    def named(self) -> tuple[Slot, ...]:
        """The slots without `...`."""
        return self.slots[1:] if self.variadic else self.slots

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(slot_text, self.slots))}]" if self.slots else self.name


Slot: TypeAlias = Plain | Literal | Access


@dataclass(frozen=True)
class Call(Node):
    """A function or operator of the table in `symbp.notation.functions`."""

    function: str
    arguments: tuple[Node, ...]

    @property
    def shown(self) -> str:
        """The function or operator as a message names it."""
        return f"`{self.function}`" if self.function != "power" else "this power"


@dataclass(frozen=True)
class Reduce(Node):
    """`sum(body, i, j)` and its kin."""

    word: str
    body: Node
    bound: tuple[Plain, ...]


@dataclass(frozen=True)
class Macro(Node):
    """A function of `symbp.notation.vocabulary`, and the indices that it runs over, if any."""

    word: str
    arguments: tuple[Node, ...]
    bound: tuple[Plain, ...] = ()


@dataclass(frozen=True)
class SizeOf(Node):
    """`size(n)`."""

    index: Plain


@dataclass(frozen=True)
class Compare(Node):
    """`left < right` and its kin."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Logic(Node):
    """`and`, `or` and `not` of conditions."""

    word: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Statement:
    """An equation `target = sides[0]`, or an assumption `sides[0] == sides[1]`.

    Args:
        source: the text.
        target: the left side; None for an assumption.
        sides: the right side of an equation; both sides of an assumption.
    """

    source: Source
    target: Access | None
    sides: tuple[Node, ...]

    def error_at(self, node: Node, message: str) -> NotationError:
        """The fault at a node of this statement, ready to be raised."""
        return self.source.error(message, node.column)

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node in reading order, the target first."""
        if self.target is not None:
            yield from walk(self.target)
        for side in self.sides:
            yield from walk(side)


def slot_text(slot: Slot) -> str:
    """A slot as the user writes it."""
    match slot:
        case Plain(name=name, starred=starred):
            return f"*{name}" if starred else name
        case Literal(value=value):
            return str(value)
    return str(slot)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, in reading order."""
    match node:
        case Access(slots=slots):
            return slots
        case Call(arguments=arguments) | Logic(arguments=arguments):
            return arguments
        case Reduce(body=body, bound=bound):
            return (body, *bound)
        case Macro(arguments=arguments, bound=bound):
            return (*arguments, *bound)
        case SizeOf(index=index):
            return (index,)
        case Compare(left=left, right=right):
            return (left, right)
    return ()


def mapped(node: T, change: Callable[[Any], Any]) -> T:
    """A node with every node right below it changed."""
    match node:
        case Access(slots=slots):
            return replace(node, slots=tuple(map(change, slots)))
        case Call(arguments=arguments) | Logic(arguments=arguments):
            return replace(node, arguments=tuple(map(change, arguments)))
        case Macro(arguments=arguments, bound=bound):
            return replace(
                node, arguments=tuple(map(change, arguments)), bound=tuple(map(change, bound))
            )
        case Reduce(body=body, bound=bound):
            return replace(node, body=change(body), bound=tuple(map(change, bound)))
        case SizeOf(index=index):
            return replace(node, index=change(index))
        case Compare(left=left, right=right):
            return replace(node, left=change(left), right=change(right))
    return node


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """A tree in which some nodes are replaced.

    Args:
        node: its root.
        change: a node's replacement, which is not searched further; None to keep it and search
            below it.
    """
    new = change(node)
    return mapped(node, lambda child: replaced(child, change)) if new is None else new


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in reading order."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))

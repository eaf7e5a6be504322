"""Puts formulas in the place of the vocabulary's functions."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from symbp.errors import Place
from symbp.notation.draft import Draft
from symbp.notation.source import Source
from symbp.notation.syntax import parse_formula
from symbp.notation.tree import (
    Access,
    IndexNumber,
    Macro,
    Name,
    Node,
    Plain,
    Reduce,
    Statement,
    mapped,
    replaced,
    walk,
)
from symbp.notation.vocabulary import MACROS

__all__ = ["expanded"]

WRITTEN, OWN = "i", "k"
LETTERS = string.ascii_lowercase[10:] + string.ascii_lowercase[:10]


def expanded(draft: Draft, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Write out every function that is defined by a formula.

    Args:
        draft: the names that it declares are not given to indices.
        statements: as parsed.

    Raises:
        NotationError: a function runs over an index that its argument lacks.
    """
    if not any(isinstance(node, Macro) for item in statements for node in item.nodes):
        return statements
    letters = _letters(_names(draft, statements))

    def written(statement: Statement) -> Statement:
        expander = _Expander(statement, letters)
        return replace(statement, sides=tuple(map(expander.expand, statement.sides)))

    return tuple(map(written, statements))


@cache
def _formula(word: str) -> Node:
    return parse_formula(Source(MACROS[word].formula, Place("vocabulary.toml", word)))


def _names(draft: Draft, statements: tuple[Statement, ...]) -> set[str]:
    """Every name of a layer."""
    names = {*draft.parameters, *draft.constants, *(draft.inputs or ()), *draft.hyper}
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Access | Name | Plain):
                names.add(node.name)
    return names


def _letters(taken: set[str]) -> Iterator[str]:
    """Names for indices that nothing of the layer has."""
    number = 0
    while True:
        suffix = str(number) if number else ""
        yield from (letter + suffix for letter in LETTERS if letter + suffix not in taken)
        number += 1


@dataclass(frozen=True)
class _Expander:
    """Expands the functions of one statement.

    Args:
        statement: for errors.
        letters: new names of indices.
    """

    statement: Statement
    letters: Iterator[str]

    @property
    def left(self) -> set[str]:
        """The indices of the left side."""
        target = self.statement.target
        slots = target.slots if target is not None else ()
        return {slot.name for slot in slots if isinstance(slot, Plain)}

    def expand(self, node: Node) -> Node:
        if not isinstance(node, Macro):
            return mapped(node, self.expand)
        arguments = tuple(map(self.expand, node.arguments))
        given = dict(zip(MACROS[node.word].arguments, arguments, strict=True))
        own = self.own(node, arguments[0]) if node.bound else {}
        return _Formula(node, given, own).written(_formula(node.word))

    def own(self, node: Macro, argument: Node) -> dict[str, str]:
        """New names for the indices that the function runs over."""
        formula = _formula(node.word)
        found = {n.name for n in walk(argument) if isinstance(n, Plain)}
        repeats = any(isinstance(n, Plain) and n.name == OWN for n in walk(formula))
        named = any(isinstance(n, Access) and n.slots for n in self.statement.nodes)
        binds = any(isinstance(n, Reduce) and n.bound[0].name == WRITTEN for n in walk(formula))
        for index in node.bound:
            if binds and index.name in self.left:
                raise self.statement.error_at(
                    index,
                    f"{node.word} runs over `{index.name}`, which also stands on the left: call "
                    f"the index of the {node.word} something else",
                )
            if index.name not in found and (named or not index.variadic):
                raise self.statement.error_at(
                    index,
                    f"{node.word} runs over `{index.name}`, which does not occur in it: write the "
                    f"tensors with this index, like x[{index.name}]",
                )
            if index.variadic and repeats:
                raise self.statement.error_at(
                    index,
                    f"{node.word} needs `...` twice: name the axis, like {node.word}(x[..., c], c)",
                )
        return {index.name: next(self.letters) for index in node.bound if not index.variadic}


@dataclass(frozen=True)
class _Formula:
    """Writes a formula with a use's arguments and indices.

    Args:
        use: the use; everything of the formula stands at its column.
        given: the arguments by their names in the formula.
        own: the formula's own indices, by those of the use.
    """

    use: Macro
    given: Mapping[str, Node]
    own: Mapping[str, str]

    def written(self, node: Node) -> Node:
        if isinstance(node, Name) and node.name in self.given:
            return self.given[node.name]
        if isinstance(node, Access) and node.name in self.given:
            (slot,) = node.slots
            argument = self.given[node.name]
            own = isinstance(slot, Plain) and slot.name == OWN
            return replaced(argument, self.renamed) if own else argument
        if isinstance(node, Reduce):
            bound = tuple(index for slot in node.bound for index in self.bound(slot))
            return Reduce(self.use.column, node.word, self.written(node.body), bound)
        return replace(mapped(node, self.written), column=self.use.column)

    def bound(self, slot: Plain) -> tuple[Plain, ...]:
        if slot.name == WRITTEN:
            return self.use.bound
        return tuple(Plain(index.column, self.own[index.name]) for index in self.use.bound)

    def renamed(self, node: Node) -> Node | None:
        """An index of the use, as the formula's own."""
        if isinstance(node, Plain | Name | IndexNumber) and node.name in self.own:
            return replace(node, name=self.own[node.name])
        return None

"""Letters for indices: every one that is bound gets one that nothing else has."""

from __future__ import annotations

import string

import sympy
from sympy import Basic

from symbp.calculus.indices import BINDERS, rename
from symbp.notation.expression import (
    VARIADIC,
    Entry,
    Index,
)

__all__ = ["index_names", "is_bare", "with_letters"]


def index_names(expression: Basic) -> frozenset[str]:
    """The names of the symbols in an expression."""
    return frozenset(symbol.name for symbol in expression.atoms(sympy.Symbol))


def is_bare(expression: Basic) -> bool:
    """Whether an expression has no index but `...`, which may then be left out."""
    return all(index.variadic for index in expression.atoms(Index))


def with_letters(expression: Basic, taken: frozenset[str] = frozenset()) -> Basic:
    """Bound indices renamed to letters that are not in use.

    Args:
        expression: the expression.
        taken: names that have a meaning beside the expression, too.
    """
    if not expression.has(*BINDERS):
        return expression
    free = {symbol.name for symbol in expression.free_symbols}
    tensors = {entry.name for entry in expression.atoms(Entry)}
    return _renamed(expression, free | tensors | taken)


def _renamed(node: Basic, taken: set[str]) -> Basic:
    if not node.args:
        return node
    if isinstance(node, BINDERS):
        mapping: dict[Index, Index] = {}
        inner = set(taken)
        for index in node.bound:
            mapping[index] = _letter(index, inner)
            inner.add(mapping[index].name)
        return node.func(_renamed(rename(node.body, mapping), inner), *mapping.values())
    return node.func(*(_renamed(arg, taken) for arg in node.args))


def _letter(index: Index, taken: set[str]) -> Index:
    if index.variadic:
        return Index(VARIADIC, VARIADIC)
    base = index.name.rstrip("'_")
    if base not in taken:
        return Index(base, index.space)
    letters = [*string.ascii_lowercase[8:], *string.ascii_lowercase[:8]]
    return Index(next(letter for letter in letters if letter not in taken), index.space)

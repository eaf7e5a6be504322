"""Definitions put in for the sake of the exponentials in them."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, exp

from symbp.calculus.bounds import has_unbounded_exponential
from symbp.calculus.indices import replace_entries
from symbp.notation.expression import Entry, Index, free_indices
from symbp.notation.layer import Equation

__all__ = ["inlined"]

INLINE_DEPTH = 6
Values = dict[str, tuple[tuple[Index, ...], Expr]]


def inlined(argument: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """A logarithm's argument with the definitions put in that lead to exponentials."""
    current = argument
    for _ in range(INLINE_DEPTH):
        outside, exponentials = _exponentials_named(current)
        names = {entry.name for entry in outside.atoms(Entry)} & definitions.keys()
        if not names:
            break
        values = {name: (definitions[name].axes, definitions[name].value) for name in names}
        current = replace_entries(replace_entries(outside, values), exponentials)
        if has_unbounded_exponential(current):
            return current
    return argument


def _exponentials_named(expression: Expr) -> tuple[Expr, Values]:
    """The expression with its exponentials as entries of tensors, and these tensors' values."""
    values: Values = {}
    entries: dict[Expr, Expr] = {}
    for node in expression.atoms(exp):
        name, axes = f"exp {len(values)}", free_indices(node)
        values[name] = (axes, node)
        entries[node] = Entry(name, *axes)
    return expression.xreplace(entries), values

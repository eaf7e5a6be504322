"""Definitions put in for the sake of the exponentials in them."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, exp

from symbp.calculus.bounds import (
    growing_exponentials,
    has_unbounded_exponential,
    is_bounded_above,
)
from symbp.calculus.definitions import MAX_OPENED, with_definitions
from symbp.calculus.indices import replace_entries
from symbp.notation.expression import Entry, Index, free_indices
from symbp.notation.layer import Equation

__all__ = ["does_grow", "inlined", "opened"]

INLINE_DEPTH = 6
Values = dict[str, tuple[tuple[Index, ...], Expr]]


def inlined(argument: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """A logarithm's argument with the definitions put in that lead to exponentials.

    Once there are some, only what is itself made of exponentials is put in: they meet so.
    """
    current, found = argument, argument
    for _ in range(INLINE_DEPTH):
        outside, exponentials = _exponentials_named(current)
        names = {entry.name for entry in outside.atoms(Entry)} & definitions.keys()
        if found is not argument:
            names = {name for name in names if has_unbounded_exponential(definitions[name].value)}
        if not names:
            break
        values = {name: (definitions[name].axes, definitions[name].value) for name in names}
        current = replace_entries(replace_entries(outside, values), exponentials)
        if has_unbounded_exponential(current):
            found = current
    return found


def does_grow(expression: Expr, definitions: Mapping[str, Equation]) -> bool:
    """Whether an exponential in an expression has an exponent without a bound from above.

    What is taken away from an exponent as the largest of several may go by another name in it:
    with the definitions put in they are the same.
    """
    return any(
        not is_bounded_above(opened(node.args[0], definitions))
        for node in growing_exponentials(expression)
    )


def opened(value: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """An expression with the definitions put in, if it does not get too long."""
    axes = free_indices(value)
    return with_definitions(Equation("", axes, value), definitions, MAX_OPENED).value


def _exponentials_named(expression: Expr) -> tuple[Expr, Values]:
    """The expression with its exponentials as entries of tensors, and these tensors' values."""
    values: Values = {}
    entries: dict[Expr, Expr] = {}
    for node in expression.atoms(exp):
        name, axes = f"exp {len(values)}", free_indices(node)
        values[name] = (axes, node)
        entries[node] = Entry(name, *axes)
    return expression.xreplace(entries), values

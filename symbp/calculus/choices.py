"""Choices seen from inside: what an expression is where a condition holds or does not."""

from __future__ import annotations

from sympy import Basic, Expr, S

from symbp.calculus.indices import BINDERS
from symbp.notation.expression import Entry, Where

__all__ = ["is_real", "under"]


def under(value: Expr, condition: Basic, holds: bool) -> Expr:
    """The expression where a condition holds, or where it does not: choices by it are made.

    The branch that is taken where a condition does not hold is taken for nan, too: it is so in
    every choice.

    Args:
        value: any expression.
        condition: what is asked; free where the expression stands.
        holds: which of the two cases.
    """
    if not value.has(Where) or isinstance(value, Entry):
        return value
    if isinstance(value, BINDERS) and condition.free_symbols & set(value.bound):
        return value
    if isinstance(value, Where) and value.args[0] == condition:
        return under(value.args[1 if holds else 2], condition, holds)
    return value.func(*(under(arg, condition, holds) for arg in value.args))


def is_real(value: Expr) -> bool:
    """Whether no part of an expression is known to have no real value, as log(-1) has none."""
    return not value.has(S.ImaginaryUnit, S.NaN, S.ComplexInfinity)

"""Choices seen from inside: what an expression is where a condition holds or does not."""

from __future__ import annotations

from sympy import Basic, Expr, S, StrictGreaterThan, StrictLessThan

from symbp.calculus.indices import BINDERS
from symbp.notation.expression import Differs, Entry, Where

__all__ = ["is_real", "under"]


def under(value: Expr, condition: Basic, holds: bool, infinite: bool = False) -> Expr:
    """The expression where a condition holds, or where it does not: choices by it are made.

    The branch that is taken where a condition does not hold is taken for nan, too: it is so in
    every choice. Where one value is above another, the two differ.

    Args:
        value: any expression.
        condition: what is asked; free where the expression stands.
        holds: which of the two cases.
        infinite: make only those choices of which the other branch is infinite.
    """
    if not value.has(Where) or isinstance(value, Entry):
        return value
    if isinstance(value, BINDERS) and condition.free_symbols & set(value.bound):
        return value
    if isinstance(value, Where):
        asked, yes, no = value.args
        taken, other = (yes, no) if holds else (no, yes)
        follows = holds and _follows(asked, condition)
        if follows or (asked == condition and (other.is_infinite or not infinite)):
            return under(taken, condition, holds, infinite)
    return value.func(*(under(arg, condition, holds, infinite) for arg in value.args))


def _follows(asked: Basic, condition: Basic) -> bool:
    """Whether two values differ since the one is above the other."""
    above = isinstance(condition, StrictGreaterThan | StrictLessThan)
    return above and isinstance(asked, Differs) and set(asked.args) == set(condition.args)


def is_real(value: Expr) -> bool:
    """Whether no part of an expression is known to have no real value, as log(-1) has none."""
    return not value.has(S.ImaginaryUnit, S.NaN, S.ComplexInfinity)

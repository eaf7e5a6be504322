"""Signs of the terms of a sum: where one hides another, and which sums are differences."""

from __future__ import annotations

import sympy
from sympy import Add, Basic, Expr, Mul

from symbp.calculus.indices import transform
from symbp.notation.expression import Entry, Index

__all__ = ["is_difference", "with_good_signs"]


def is_difference(node: Basic) -> bool:
    """Whether a sum has terms with entries that are added and such that are subtracted.

    What is a function of positions alone, `1 - erf(i + 1)`, is a number for each of them.
    """
    if not node.is_Add:
        return False
    if not node.has(Entry):
        return node.has(Index) and node.has(sympy.Function)
    return len({_negative(term) for term in node.args if term.has(Entry)}) == 2


def with_good_signs(expression: Expr) -> Expr:
    """Hides a factor -1 in a sum that has negative terms: -y*(y - 1) is y*(1 - y)."""
    return transform(expression, _hide_sign)


def _hide_sign(node: Basic) -> Basic:
    if not node.is_Mul or not node.args[0].is_Number or not node.args[0].is_negative:
        return node
    for position, factor in enumerate(node.args):
        if factor.is_Add and any(_negative(term) for term in factor.args):
            negatives = sum(_negative(term) for term in factor.args)
            if 2 * negatives >= len(factor.args):
                flipped = Add(*(-term for term in factor.args))
                others = [arg for place, arg in enumerate(node.args) if place not in (0, position)]
                return Mul(-node.args[0], *others, flipped)
    return node


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)

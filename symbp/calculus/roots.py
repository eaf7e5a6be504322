"""Roots at 0: the slope, which does not exist there, is 0 by convention.

The slope of a root divides by a root: `1/(2*sqrt(u))`. There a root counts as infinite where it is
0, so that what is handed back is 0: the slope of a norm at 0, of a standard deviation of entries
that are all equal. The divisor is another value than the root, and does not cancel with it.
"""

from __future__ import annotations

import sympy
from sympy import Basic, Expr, S

from symbp.calculus.indices import transform
from symbp.notation.expression import Differs, Entry, Where

__all__ = ["can_be_zero", "is_root", "with_slope_at_zero", "may_be_infinite"]


def is_root(node: Basic) -> bool:
    """Whether it is a power between 0 and 1 of what may be 0."""
    return (
        isinstance(node, sympy.Pow)
        and bool(node.exp.is_Rational and 0 < node.exp < 1)
        and can_be_zero(node.base)
    )


def can_be_zero(base: Expr) -> bool:
    """Whether a base may be 0; what has a number added to it, `v + eps`, counts as away from 0."""
    return (
        base.has(Entry)
        and not base.is_positive
        and all(term.has(Entry) for term in sympy.Add.make_args(base))
    )


def with_slope_at_zero(derivative: Expr, root: Expr, result: Entry) -> Expr:
    """The derivative of a root, 0 where the root is.

    Args:
        derivative: as SymPy gives it, in terms of the root's base or of its result.
        root: the root.
        result: the entry that holds its value.
    """

    def guard(node: Basic) -> Basic:
        divides = isinstance(node, sympy.Pow) and node.exp.is_negative
        if divides and node.base in (result, root.base):
            return Where(sympy.Not(Differs(node.base, S.Zero)), S.Infinity, node.base) ** node.exp
        return node

    return transform(derivative, guard)


def may_be_infinite(divisor: Expr) -> bool:
    """Whether it is a root that counts as infinite where it is 0."""
    return isinstance(divisor, Where) and any(branch.is_infinite for branch in divisor.args[1:])

"""Sorts a gradient by the Kronecker deltas that its terms have."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Mul, S

from symbp.calculus.nodes import Delta
from symbp.calculus.sums import pull_out_of
from symbp.notation.expression import SumOver

__all__ = ["by_delta", "from_deltas"]

Parts = dict[frozenset[Delta], Expr]


def by_delta(expression: Expr) -> Parts:
    """The coefficient of every product of deltas; the coefficients are not expanded.

    `(delta(i, 0)*a + delta(i, 1)*b)*c` has the coefficients a*c and b*c. A sum over an index that
    a delta in it depends on stays as it is.
    """
    if not expression.has(Delta):
        return {frozenset(): expression}
    if isinstance(expression, Delta):
        return {frozenset({expression}): S.One}
    if expression.is_Add:
        return _added(by_delta(term) for term in expression.args)
    if expression.is_Mul:
        parts: Parts = {frozenset(): S.One}
        for factor in expression.args:
            parts = _multiplied(parts, by_delta(factor))
        return parts
    if isinstance(expression, SumOver):
        return _summed(expression)
    return {frozenset(): expression}


def _added(groups: Iterable[Parts]) -> Parts:
    total: Parts = {}
    for group in groups:
        for deltas, coefficient in group.items():
            total[deltas] = total.get(deltas, S.Zero) + coefficient
    return total


def _multiplied(one: Parts, other: Parts) -> Parts:
    return _added({a | b: left * right} for a, left in one.items() for b, right in other.items())


def _summed(total: SumOver) -> Parts:
    """The parts of a sum over indices: deltas leave it, or collapse it."""
    found: Parts = {}
    for deltas, coefficient in by_delta(total.body).items():
        free = frozenset(d for d in deltas if not d.free_symbols & set(total.bound))
        body = Mul(coefficient, *(deltas - free))
        missing = [index for index in total.bound if index not in body.free_symbols]
        if missing:
            return {frozenset(): total}
        found[free] = found.get(free, S.Zero) + pull_out_of(SumOver(body, *total.bound))
    return found


def from_deltas(parts: Parts) -> Expr:
    """The expression again."""
    return Add(*(Mul(coefficient, *deltas) for deltas, coefficient in parts.items()))

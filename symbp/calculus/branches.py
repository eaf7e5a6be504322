"""Branches: a sum of choices by one condition is one choice between sums."""

from __future__ import annotations

from sympy import Add, Expr, Mul

from symbp.calculus.indices import transform
from symbp.notation.expression import Where

__all__ = ["merge_branches"]


def merge_branches(expression: Expr) -> Expr:
    """Joins the terms of a sum that choose by the same condition.

    `u*where(c, 1, 0) + v*where(c, 0, 1)` is `where(c, u, v)`. A choice that stands alone in its
    sum keeps its factors.
    """
    return transform(expression, _merge) if expression.has(Where) else expression


def _merge(node: Expr) -> Expr:
    if not node.is_Add:
        return node
    groups: dict[Expr, list[tuple[Expr, Where]]] = {}
    rest = []
    for term in node.args:
        choices = [factor for factor in Mul.make_args(term) if isinstance(factor, Where)]
        if len(choices) == 1:
            others = Mul(*(f for f in Mul.make_args(term) if f is not choices[0]))
            groups.setdefault(choices[0].args[0], []).append((others, choices[0]))
        else:
            rest.append(term)
    for condition, members in groups.items():
        if len(members) == 1:
            rest.append(Mul(members[0][0], members[0][1]))
        else:
            a = Add(*(factor * choice.args[1] for factor, choice in members))
            b = Add(*(factor * choice.args[2] for factor, choice in members))
            rest.append(Where(condition, a, b))
    return Add(*rest)

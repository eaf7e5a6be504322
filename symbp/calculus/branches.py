"""Branches and signs: choices by one condition are one choice, x*sign(x) is abs(x)."""

from __future__ import annotations

from sympy import Abs, Add, Basic, Expr, Mul, sign

from symbp.calculus.choices import under
from symbp.calculus.indices import transform
from symbp.notation.expression import Entry, Where

__all__ = ["absorb_signs", "choice", "merge_branches"]


def merge_branches(expression: Expr) -> Expr:
    """Joins the terms of a sum that choose by the same condition.

    `u*where(c, 1, 0) + v*where(c, 0, 1)` is `where(c, u, v)`. A choice that stands alone in its
    sum keeps its factors. One in a branch of a choice by the same condition is made.
    """
    if not expression.has(Where):
        return expression
    return transform(transform(expression, _merge), _made)


def _made(node: Basic) -> Basic:
    if not isinstance(node, Where):
        return node
    condition, a, b = node.args
    return Where(condition, under(a, condition, True), under(b, condition, False))


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
            rest.append(choice(condition, a, b))
    return Add(*rest)


def choice(condition: Basic, a: Expr, b: Expr) -> Expr:
    """A choice with the factors of both branches outside of it, unless numbers alone are left."""
    both = [factor for factor in Mul.make_args(a) if factor in Mul.make_args(b)]
    inner = Where(condition, *(_without(both, branch) for branch in (a, b)))
    return (
        Mul(*both) * inner
        if any(part.has(Entry) for part in inner.args[1:])
        else Where(condition, a, b)
    )


def _without(factors: list[Expr], product: Expr) -> Expr:
    return Mul(*(factor for factor in Mul.make_args(product) if factor not in factors))


def absorb_signs(expression: Expr) -> Expr:
    """x*sign(x) is abs(x), and sign(x)/abs(x) is 1/x."""
    return transform(expression, _absorb) if expression.has(sign) else expression


def _absorb(node: Expr) -> Expr:
    if not node.is_Mul:
        return node
    powers = node.as_powers_dict()
    for factor, power in powers.items():
        if not isinstance(factor, sign) or power != 1:
            continue
        argument = factor.args[0]
        if powers.get(argument, 0) >= 1:
            return node / (factor * argument) * Abs(argument)
        if powers.get(Abs(argument), 0) <= -1:
            return node / factor * Abs(argument) / argument
    return node

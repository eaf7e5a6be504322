"""The error function's tail beside an exponential and in a logarithm, where neither has a value.

`exp(u**2)*erfc(u)` is infinity times 0 from u = 27 on, in float32 from 10; scaled, it is erfcx(u),
about `1/(sqrt(pi)*u)`. The logarithm of the normal distribution has a function of its own.
Both are in NIST's Digital Library of Mathematical Functions, 7.2 and 7.12.
"""

from __future__ import annotations

import sympy
from sympy import Basic, Expr, Mul, S, exp, log

from symbp.calculus.indices import canonical, transform
from symbp.calculus.nodes import erfcx, log_ndtr
from symbp.calculus.proofs import Notes, Proof
from symbp.notation.expression import Entry, erfc

__all__ = ["tails_with_proofs"]


def tails_with_proofs(expression: Expr) -> tuple[Expr, tuple[Proof, ...]]:
    """The expression with the tails of its error functions scaled, and the proofs.

    Raises:
        InternalError: a rewrite changed the value.
    """
    notes = Notes()

    def scale(node: Basic) -> Basic:
        if not node.has(erfc) or not node.has(Entry):
            return node
        scaled = _product(node) if node.is_Mul else _logarithm(node)
        return notes.identity("tail", node, scaled)

    value = canonical(transform(expression, scale))
    return value, notes.proofs()


def _product(product: Expr) -> Expr:
    """`exp(p*u**2)*erfc(u)**p` as `erfcx(u)**p`."""
    for tail in product.args:
        base, power = tail.as_base_exp()
        if not isinstance(base, erfc):
            continue
        wanted = exp(power * base.args[0] ** 2)
        if wanted in product.args:
            rest = (factor for factor in product.args if factor not in (tail, wanted))
            return Mul(*rest, erfcx(base.args[0]) ** power)
    return product


def _logarithm(node: Basic) -> Basic:
    """`log(c*erfc(u))` as `log_ndtr(-sqrt(2)*u) + log(2*c)`."""
    if not isinstance(node, log):
        return node
    factor, tail = node.args[0].as_independent(erfc)
    if not isinstance(tail, erfc) or not factor.is_number or not factor.is_positive:
        return node
    return log_ndtr(-sympy.sqrt(2) * tail.args[0]) + log(S(2) * factor)

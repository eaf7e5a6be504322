"""Hyperbolic functions that are written out: `(e**x - e**-x)/(e**x + e**-x)` is a tangent.

The function is one call, saturates without an overflow, and has its slope by its own value. So has
the inverse `log(u + sqrt(u**2 + 1))`, which cancels for negative u as it is written.
"""

from __future__ import annotations

from itertools import permutations

from sympy import Add, Basic, Expr, Mul, acosh, asinh, cosh, exp, log, sinh, sqrt, tanh

from symbp.calculus.indices import transform
from symbp.notation.expression import Entry

__all__ = ["as_tanh", "with_hyperbolics"]


def with_hyperbolics(expression: Expr) -> Expr:
    """The expression with every hyperbolic tangent and inverse function in it as the function."""
    return transform(expression, lambda node: as_tanh(_as_inverse(node)))


def _as_inverse(node: Basic) -> Basic:
    """`log(u + sqrt(u**2 + 1))` as asinh(u), `log(u + sqrt(u**2 - 1))` as acosh(u).

    Of exponentials the logarithm is the better one: it undoes them.
    """
    if not isinstance(node, log) or not node.args[0].is_Add or node.has(exp):
        return node
    for root in node.args[0].args:
        u = node.args[0] - root
        if root == sqrt(u**2 + 1):
            return asinh(u)
        if root == sqrt(u**2 - 1):
            return acosh(u)
    return node


def as_tanh(product: Expr) -> Expr:
    """A product with its quotients of exponentials as the function; what is none stays as it is."""
    factors = Mul.make_args(product) if product.is_Mul else ()
    for above, below in permutations(factors, 2):
        if below.is_Pow and below.exp.is_negative and below.exp.is_Integer:
            found = _quotient(above, below.base)
            if found is not None:
                return as_tanh(product / above * below.base * found)
    return product


def _quotient(above: Expr, below: Expr) -> Expr | None:
    """`above/below`, if it is a hyperbolic tangent, perhaps times something."""
    if isinstance(above, sinh) and isinstance(below, cosh):
        return tanh(above.args[0]) if above.args == below.args else None
    if not (above.is_Add and below.is_Add and len(above.args) == len(below.args) == 2):
        return None
    one, other = below.args
    (left, up), (right, down) = _exponential(one), _exponential(other)
    for first, second in permutations(above.args):
        times = first / one
        if left == right and (up - down).has(Entry) and times == -second / other:
            return times * tanh((up - down) / 2)
    return None


def _exponential(term: Expr) -> tuple[Expr, Expr]:
    """A term as a coefficient and the exponent of an exponential, which may be 0."""
    exponentials = [factor for factor in Mul.make_args(term) if isinstance(factor, exp)]
    return term / Mul(*exponentials), Add(*(factor.exp for factor in exponentials))

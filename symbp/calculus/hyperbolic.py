"""Quotients of exponentials that are a hyperbolic tangent: `(e**x - e**-x)/(e**x + e**-x)`.

The function is one call, saturates without an overflow, and has its slope by its own value.
"""

from __future__ import annotations

from itertools import permutations

from sympy import Add, Expr, Mul, cosh, exp, sinh, tanh

from symbp.calculus.indices import transform
from symbp.notation.expression import Entry

__all__ = ["as_tanh", "with_tanh"]


def with_tanh(expression: Expr) -> Expr:
    """The expression with every such quotient in it as the function."""
    return transform(expression, as_tanh)


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

"""Brings exponentials together that overflow and vanish apart."""

from __future__ import annotations

from sympy import Add, Expr, Mul, exp

from symbp.calculus.bounds import is_bounded_above
from symbp.calculus.indices import apart
from symbp.calculus.scale import times_exponential
from symbp.notation.expression import Maximum, MaxOver, SumOver

__all__ = ["together"]


def together(node: Expr) -> Expr:
    """`exp(a)*sum(c*exp(-m), i)` as `sum(c*exp(a - m), i)` where every term has an m of its own.

    The larger m, the larger may a be: apart one exponential overflows and the other vanishes.
    """
    growing = [f for f in node.args if isinstance(f, exp) and not is_bounded_above(f.exp)]
    if not node.is_Mul or len(growing) != 1:
        return node
    for factor in node.args:
        if isinstance(factor, SumOver) and _is_shifted_down(factor.body):
            total = apart(factor, growing[0].free_symbols)
            others = (other for other in node.args if other not in (factor, growing[0]))
            return Mul(
                SumOver(times_exponential(total.body, growing[0].exp), *total.bound), *others
            )
    return node


def _is_shifted_down(term: Expr) -> bool:
    """Whether a largest exponent has been taken out of a term."""
    exponents = [factor.exp for factor in Mul.make_args(term) if isinstance(factor, exp)]
    parts = ((-part).as_coeff_Mul() for e in exponents for part in Add.make_args(e))
    return any(
        isinstance(rest, MaxOver | Maximum) and rest.has(MaxOver) and count.is_positive
        for count, rest in parts
    )

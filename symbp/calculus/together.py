"""Brings exponentials together that overflow and vanish apart."""

from __future__ import annotations

from sympy import Add, Expr, Mul, exp

from symbp.calculus.bounds import is_bounded_above, is_bounded_below
from symbp.calculus.indices import apart
from symbp.calculus.shift import times_exponential
from symbp.notation.expression import Maximum, MaxOver, SumOver, free_indices

__all__ = ["together"]


def together(node: Expr) -> Expr:
    """A product in which no exponential overflows beside one that vanishes.

    `exp(a)*exp(-b)` is `exp(a - b)`, where no array becomes larger by that, and
    `exp(a)*sum(c*exp(-m), i)` is `sum(c*exp(a - m), i)` where every term has an m of its own:
    the larger m, the larger may a be.
    """
    return _into_sum(_joined(node)) if node.is_Mul else node


def _joined(product: Expr) -> Expr:
    """A product with the exponentials in one that overflow and vanish apart."""
    exponentials = [factor for factor in product.args if isinstance(factor, exp)]
    grow = [f for f in exponentials if not is_bounded_above(f.exp)]
    vanish = [f for f in exponentials if not is_bounded_below(f.exp)]
    if not grow or len({*grow, *vanish}) < 2:
        return product
    parts = list(dict.fromkeys([*grow, *vanish]))
    widest = max((frozenset(free_indices(part)) for part in parts), key=len)
    if not all(widest.issuperset(free_indices(part)) for part in parts):
        return product
    others = (factor for factor in product.args if factor not in parts)
    return Mul(exp(Add(*(part.exp for part in parts))), *others)


def _into_sum(node: Expr) -> Expr:
    """A product with its growing exponential inside of a sum whose terms are shifted down."""
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

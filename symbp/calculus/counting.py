"""Which terms of a sum of exponentials count: those whose coefficient is not 0.

In `c*exp(a)` the exponent is `where(c != 0, a, -inf)`, in `where(q, exp(a), 0)` it is
`where(q, a, -inf)`.
The largest of these is that of a term that counts, and the others do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy
from sympy import Add, Basic, Expr, Mul, S, Wild, exp

from symbp.calculus.indices import transform
from symbp.calculus.nodes import Delta
from symbp.notation.expression import Entry, Index, SumOver, Where

__all__ = ["Masked", "counted", "masked", "masks_in"]


@dataclass(frozen=True)
class Masked:
    """An exponent that counts under a condition, for all places of some bound indices."""

    condition: Basic
    exponent: Expr
    bound: tuple[Index, ...]


def counted(expression: Expr) -> Expr:
    """An equal expression in whose sums only exponents that count are finite."""
    return transform(expression, _counted)


def masks_in(expression: Expr) -> Iterator[Masked]:
    """The exponents that `counted` has put under a condition."""
    bound = {index for total in expression.atoms(SumOver) for index in total.bound}
    for node in sorted(expression.atoms(exp), key=str):
        if isinstance(node.exp, Where) and node.exp.args[2] is S.NegativeInfinity:
            own = sorted(bound & node.free_symbols, key=str)
            yield Masked(node.exp.args[0], node.exp.args[1], tuple(own))


def masked(product: Expr, masks: list[Masked]) -> Expr:
    """A product with its exponential under the mask, where its other factors are 0 without.

    Of a sum this is done with every term.
    """
    if isinstance(product, SumOver):
        return product.rebuild(masked(product.body, masks))
    if product.is_Add:
        return Add(*(masked(term, masks) for term in product.args))
    exponent, _, condition = _split(product)
    for mask in masks:
        wilds = {index: Wild(f"w{place}") for place, index in enumerate(mask.bound)}
        found = exponent.match(mask.exponent.xreplace(wilds))
        if found is None:
            continue
        places = {index: found.get(wild, index) for index, wild in wilds.items()}
        here = mask.condition.xreplace(places)
        if _parts(here) <= _parts(condition):
            _, coefficient, _ = _split(product, here)
            return coefficient * exp(Where(here, exponent, S.NegativeInfinity))
    return product


def _counted(node: Basic) -> Basic:
    if isinstance(node, SumOver):
        return node.rebuild(_counted_term(node.body))
    if isinstance(node, Expr) and node.is_Add:
        return Add(*map(_counted_term, node.args))
    return node


def _counted_term(term: Expr) -> Expr:
    exponent, coefficient, condition = _split(term)
    if exponent == 0 or condition == sympy.true:
        return term
    return coefficient * exp(Where(condition, exponent, S.NegativeInfinity))


def _split(term: Expr, known: Basic | None = None) -> tuple[Expr, Expr, Basic]:
    """The exponent of a product, its coefficient, and when this is not 0.

    A choice of a number or 0 is that number in the coefficient, if its condition is known (if
    none is given: will be).
    """
    exponent: Expr = S.Zero
    coefficients: list[Expr] = []
    conditions: list[Basic] = []
    for factor in Mul.make_args(term):
        if isinstance(factor, exp):
            exponent += factor.exp
        elif isinstance(factor, Where) and S.Zero in factor.args[1:]:
            holds, a, b = factor.args
            inner, rest, also = _split(a if b == 0 else b, known)
            holds = holds if b == 0 else sympy.Not(holds)
            is_known = known is None or _parts(holds) <= _parts(known)
            exponent += inner
            coefficients.append(rest if rest.is_number and is_known else Where(holds, rest, S.Zero))
            conditions += [holds, also]
        else:
            coefficients.append(factor)
            conditions.append(_is_not_zero(factor))
    return exponent, Mul(*coefficients), sympy.And(*conditions)


def _parts(condition: Basic) -> set[Basic]:
    return set(sympy.And.make_args(condition))


def _is_not_zero(factor: Expr) -> Basic:
    """When a factor is not 0, as far as it holds entries and may be."""
    base = factor.base if factor.is_Pow else factor
    negative = factor.is_Pow and factor.exp.could_extract_minus_sign()
    if negative or base.has(Delta) or not base.has(Entry) or base.is_positive:
        return sympy.true
    return sympy.Ne(base, 0)

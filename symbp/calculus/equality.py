"""Whether two expressions are equal, decided without SymPy's general `simplify`.

What cannot be decided counts as not equal, so that a proof built on this is never too generous;
whether the two do differ, numbers tell (see `symbp.calculus.spot_check`).
"""

from __future__ import annotations

import math
from functools import cache

import sympy
from sympy import Abs, Add, Basic, Expr, Mul, S, exp, log, sign
from sympy.polys.polyerrors import PolynomialError

from symbp.calculus.indices import canonical, transform
from symbp.calculus.rational import to_atoms
from symbp.notation.expression import (
    Maximum,
    Minimum,
    SumOver,
)

__all__ = ["are_equal", "are_equal_in_all_cases", "expanded", "without_logarithms"]


MOST_TERMS = 200
"""What would be longer, multiplied out, is not decided here."""


def are_equal(a: Expr, b: Expr) -> bool:
    """Whether two expressions are equal as sums of products, or as fractions of their atoms."""
    if canonical(a) == canonical(b):
        return True
    if max(_most_terms(a), _most_terms(b)) > MOST_TERMS:
        return False
    if canonical(expanded(a)) == canonical(expanded(b)):
        return True
    polynomial, _ = to_atoms(a - b)
    try:
        return bool(sympy.cancel(polynomial) == 0)
    except PolynomialError:
        return False


@cache
def are_equal_in_all_cases(a: Expr, b: Expr, directions: tuple[Expr, ...]) -> bool:
    """Whether two expressions are equal whether each direction is positive or negative.

    Both being continuous, they are then equal where a direction is 0, too.
    """
    if not directions:
        return are_equal(a, b)
    first, others = directions[0], directions[1:]
    size = Abs(first)
    cases = [positive for positive, other in ((True, -first), (False, first)) if size != other]
    return all(
        are_equal_in_all_cases(_in_case(a, first, positive), _in_case(b, first, positive), others)
        for positive in cases
    )


def _most_terms(expression: Expr) -> int:
    """How many terms the longest sum in an expression has when it is multiplied out."""
    terms: dict[Basic, int] = {}
    for node in sympy.postorder_traversal(expression):
        counts = [terms[argument] for argument in node.args]
        if node.is_Add:
            terms[node] = sum(counts)
        elif node.is_Mul:
            terms[node] = math.prod(counts)
        elif node.is_Pow and node.exp.is_Integer and node.exp.is_positive:
            terms[node] = math.comb(counts[0] + int(node.exp) - 1, int(node.exp))
        elif isinstance(node, SumOver):
            terms[node] = terms[node.body]
        else:
            terms[node] = 1
    return max(terms.values())


def expanded(expression: Expr) -> Expr:
    """A sum of products: exponentials of sums split up, sums over indices by linearity."""
    return transform(expression, _expand)


def without_logarithms(expression: Expr) -> Expr:
    """The exponential of a sum of multiples of logarithms, as a product of powers."""
    factors: list[Expr] = []
    for term in Add.make_args(expression):
        logarithms = [f for f in Mul.make_args(term) if isinstance(f, log)]
        if len(logarithms) == 1:
            factors.append(logarithms[0].args[0] ** (term / logarithms[0]))
        else:
            factors.append(exp(term))
    return Mul(*factors)


def _expand(node: Basic) -> Basic:
    if not isinstance(node, SumOver):
        return sympy.expand(node, deep=False) if isinstance(node, Expr) else node
    terms = []
    for term in Add.make_args(node.body):
        outside: list[Expr] = []
        inside: list[Expr] = []
        for factor in Mul.make_args(term):
            bound = factor.free_symbols & set(node.bound)
            (inside if bound else outside).append(factor)
        terms.append(Mul(*outside, SumOver(Mul(*inside), *node.bound)))
    return Add(*terms)


@cache
def _points_along(difference: Expr, direction: Expr) -> bool | None:
    """Whether a difference is positive where a direction is, or negative there, if it is known."""
    ratio = difference / direction
    if ratio.is_positive is None:  # the quotient of two sums, perhaps
        ratio = sympy.cancel(ratio)
    return bool(ratio.is_positive) if ratio.is_positive or ratio.is_negative else None


def _in_case(expression: Expr, direction: Expr, positive: bool) -> Expr:
    """The expression where a direction is positive, or where it is negative."""
    size, signed = Abs(direction), direction if positive else -direction

    def without_size(node: Basic) -> Basic:
        # SymPy takes factors of a known sign out of an absolute value: multiples of the whole
        # are found by division.
        if not isinstance(node, exp):
            return node
        terms = [(term, term / size) for term in Add.make_args(node.exp)]
        return exp(Add(*(q * signed if q.is_Rational else term for term, q in terms)))

    def resolve(node: Basic) -> Basic:
        if not isinstance(node, Abs | sign | Maximum | Minimum):
            return node
        difference = node.args[0] if isinstance(node, Abs | sign) else node.args[0] - node.args[1]
        along = _points_along(difference, direction)
        if along is None:
            return node
        above = along == positive
        if isinstance(node, Abs):
            return difference if above else -difference
        if isinstance(node, sign):
            return S.One if above else S.NegativeOne
        return node.args[0 if above == isinstance(node, Maximum) else 1]

    return transform(transform(expression, without_size), resolve)

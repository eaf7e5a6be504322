"""Whether two expressions are equal, decided without SymPy's general `simplify`.

What cannot be decided counts as not equal, so that a proof built on this is never too generous;
whether the two do differ, numbers tell.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product

import sympy
from sympy import Abs, Add, Basic, Expr, Integer, Mul, Rational, S, Symbol, exp, log, sign
from sympy.polys.polyerrors import PolynomialError

from symbp.calculus.indices import canonical, rename, transform
from symbp.calculus.rational import to_atoms
from symbp.notation.expression import (
    Entry,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Reduction,
    Size,
    SumOver,
)

__all__ = ["are_equal", "are_equal_in_all_cases", "do_differ", "expanded", "without_logarithms"]

WRITTEN_OUT: dict[type, Callable[[Expr, Expr], Expr]] = {
    SumOver: operator.add, MaxOver: Maximum, MinOver: Minimum
}  # fmt: skip
LENGTH = 2
PLACES = 8
DIGITS = 50
TOLERANCE = Rational(1, 10**30)


def are_equal(a: Expr, b: Expr) -> bool:
    """Whether two expressions are equal as sums of products, or as fractions of their atoms."""
    if canonical(expanded(a)) == canonical(expanded(b)):
        return True
    polynomial, _ = to_atoms(a - b)
    try:
        return bool(sympy.cancel(polynomial) == 0)
    except PolynomialError:
        return False


def are_equal_in_all_cases(a: Expr, b: Expr, directions: Sequence[Expr]) -> bool:
    """Whether two expressions are equal whether each direction is positive or negative.

    Both being continuous, they are then equal where a direction is 0, too.
    """
    if not directions:
        return are_equal(a, b)
    first, *others = directions
    size = Abs(first)
    cases = [positive for positive, other in ((True, -first), (False, first)) if size != other]
    return all(
        are_equal_in_all_cases(_in_case(a, first, positive), _in_case(b, first, positive), others)
        for positive in cases
    )


def do_differ(a: Expr, b: Expr) -> bool:
    """Whether two expressions differ by their numbers at one of some random places."""
    a, b = (transform(side, _written_out) for side in (a, b))
    unknown = sorted(_unknowns(a) | _unknowns(b), key=str)
    for seed in range(PLACES):
        draw = random.Random(seed)
        lowest = -3000 if seed % 2 else 1
        values = {node: _number(node, draw, lowest) for node in unknown}
        try:
            left, right = (side.xreplace(values).evalf(DIGITS) for side in (a, b))
        except TypeError:  # complex numbers are compared: the place is outside the domain
            continue
        distance, size = Abs(left - right), Abs(left)
        are_numbers = all(n.is_Float or n.is_Rational for n in (distance, size))
        if are_numbers and distance > TOLERANCE * (1 + size):
            return True
    return False


def _number(unknown: Basic, draw: random.Random, lowest: int) -> Expr:
    """A value: sums are written out over indices of one length, which is that of all."""
    if isinstance(unknown, Size):
        return Integer(LENGTH)
    if unknown.is_integer:
        return Integer(draw.randrange(LENGTH))
    return Rational(draw.randint(lowest, 3000), 1000)


def _written_out(node: Basic) -> Basic:
    """A reduction, over indices of a small length, as operations on numbers."""
    if not isinstance(node, Reduction):
        return node
    places = product(map(Integer, range(LENGTH)), repeat=len(node.bound))
    values = [rename(node.body, dict(zip(node.bound, place, strict=True))) for place in places]
    return reduce(WRITTEN_OUT[type(node)], values)


def _unknowns(node: Basic) -> set[Basic]:
    if isinstance(node, Entry | Size | Symbol):
        return {node}
    return set().union(*(_unknowns(arg) for arg in node.args))


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
        ratio = difference / direction
        if ratio.is_positive is None:  # the quotient of two sums, perhaps
            ratio = sympy.cancel(ratio)
        if not (ratio.is_positive or ratio.is_negative):
            return node
        above = ratio.is_positive == positive
        if isinstance(node, Abs):
            return difference if above else -difference
        if isinstance(node, sign):
            return S.One if above else S.NegativeOne
        return node.args[0 if above == isinstance(node, Maximum) else 1]

    return transform(transform(expression, without_size), resolve)

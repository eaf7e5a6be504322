"""The scale rewrite: sums of exponentials without overflow, by one rule and no list of functions.

In a sum of exponentials (a constant term being the exponent 0, or a sum over an index) exp(m) is
taken out with m a free symbol: `sum(c*exp(a)) = exp(m)*sum(c*exp(a - m))` for every m. What is
taken out of denominators, powers and logarithms is simplified there, and m becomes the largest
exponent, so that every exponent left is <= 0 and one of them is exactly 0.

For two exponents a and b with d = a - b this needs no m: the larger of them leaves
`1 + exp(-|d|)`. (The shift is that of log-sum-exp; Blanchard, Higham, Higham, "Accurately
computing the log-sum-exp and softmax functions", IMA J. Numer. Anal. 41, 2021.)
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Abs, Add, Dummy, Expr, Mul, S, Symbol, exp

from symbp.calculus.bounds import is_bounded_above, is_bounded_below, is_shift_by_maximum
from symbp.calculus.indices import BINDERS, apart, canonical
from symbp.calculus.two_ends import between, distributed, ends_of, relative
from symbp.notation.expression import Entry, Index, Maximum, MaxOver, SumOver

__all__ = [
    "Shift",
    "is_exponential_sum",
    "settle",
    "settled_exponent",
    "shift_beside",
    "shift_of",
    "times_exponential",
]


@dataclass(frozen=True)
class Shift:
    """A sum of exponentials written as `exp(m)*rest`.

    Args:
        total: the sum.
        m: the symbol taken out.
        rest: the sum with m subtracted from every exponent.
        low, high: the exponents between which all lie, where there are two ends only.
        largest: the largest exponent, the value of m, where there are more.
    """

    total: Expr
    m: Symbol
    rest: Expr
    low: Expr | None = None
    high: Expr | None = None
    largest: Expr | None = None

    @property
    def shifted(self) -> Expr:
        """`exp(m)*rest` for whatever m: the total with m subtracted from every exponent."""
        terms = self.total.args if self.total.is_Add else [self.total]
        return exp(self.m) * Add(*(_shifted(term, self.m) for term in terms))

    @property
    def value(self) -> Expr:
        """The largest exponent, which m becomes, as it is written outside an exponential."""
        if self.largest is not None:
            return self.largest
        if self.low is None or self.high is None:
            return S.Zero
        if self.low == -self.high:
            return Abs(self.high)
        ends = sorted((self.low, self.high), key=lambda end: not end.has(Entry))
        return Maximum(*ends)

    @property
    def settled(self) -> Expr:
        """The rest with the value of m put in."""
        return settle(self.rest, [self])

    @property
    def distance(self) -> Expr | None:
        """How far the upper of two ends lies above the lower one; its sign is not known."""
        return None if self.low is None or self.high is None else self.high - self.low


def is_exponential_sum(expression: Expr) -> bool:
    """Whether an expression is a sum in which an exponential can grow, or all of them vanish."""
    if isinstance(expression, SumOver):
        (exponent,) = _exponents(expression)
        grows = exponent != 0 and not is_bounded_above(exponent)
        return grows or not is_bounded_below(_maximum_over(exponent, expression.bound))
    if not expression.is_Add:
        return False
    exponents = _exponents(expression)
    return not all(map(is_bounded_above, exponents)) or _can_vanish(exponents)


def _can_vanish(exponents: list[Expr]) -> bool:
    """Whether all of some exponents can be far below 0 at once."""
    if any(map(is_bounded_below, exponents)):
        return False
    largest = set().union(*(exponent.atoms(Maximum) for exponent in exponents))
    return not any({arg - extreme for arg in extreme.args} <= {*exponents} for extreme in largest)


def _exponent(term: Expr) -> tuple[Expr, Expr]:
    """The exponent and the coefficient of a term `c*exp(a)`.

    A sum of exponentials counts whole: its largest exponent is the term's, what that leaves of
    the sum is in the coefficient.
    """
    exponent: Expr = S.Zero
    rest: list[Expr] = []
    total = _inner_sum(term)
    for factor in Mul.make_args(term):
        if isinstance(factor, exp):
            exponent += factor.exp
        elif total is not None and factor is total:
            base, power = total.as_base_exp()
            largest = power * _largest_of(base)
            exponent += largest
            rest.append(_shifted(total, largest))
        else:
            rest.append(factor)
    return exponent, Mul(*rest)


def _inner_sum(term: Expr) -> Expr | None:
    """The first factor of a product that is a sum of exponentials over an index.

    A power of a sum, also of one without index, is one if an exponential grows in it.
    """
    for factor in Mul.make_args(term):
        base, power = factor.as_base_exp()
        if power == 1 and isinstance(base, SumOver) and _exponent(base.body)[0] != 0:
            return factor
        if power != 1 and power.is_Integer and not all(map(is_bounded_above, _exponents(base))):
            return factor
    return None


def _exponents(total: Expr) -> list[Expr]:
    """The exponents in a sum; none in what is no sum."""
    if isinstance(total, SumOver):
        return [_exponent(total.body)[0]]
    terms = total.args if total.is_Add else ()
    return list(dict.fromkeys(_exponent(term)[0] for term in terms))


def _largest_of(total: Expr) -> Expr:
    """The largest exponent in a sum."""
    exponents = _exponents(total)
    if isinstance(total, SumOver):
        return _maximum_over(exponents[0], total.bound)
    return _largest(exponents)


def _maximum_over(exponent: Expr, bound: tuple[Index, ...]) -> Expr:
    """`max(exponent, bound)` with what does not depend on the bound indices outside."""
    outside: list[Expr] = []
    inside: list[Expr] = []
    for term in Add.make_args(exponent):
        (inside if term.free_symbols & set(bound) else outside).append(term)
    extreme = Add(*inside)
    for index in bound:
        if index in extreme.free_symbols:
            extreme = MaxOver(extreme, index)
    return canonical(Add(*outside, extreme))


def shift_of(expression: Expr) -> Shift:
    """Takes the largest exponential out of a sum of exponentials."""
    m = Dummy("m", real=True)
    if isinstance(expression, SumOver):
        return _shift_of_sum_over(expression, m)
    exponents = _exponents(expression)
    ends = ends_of(exponents)
    if ends is None or ((ends[1] - ends[0]).has(MaxOver) and any(map(_inner_sum, expression.args))):
        largest = _largest(exponents)
        rest = Add(*(_shifted(term, m) for term in expression.args))
        return Shift(expression, m, rest, largest=largest)
    low, high = ends
    terms = [_exponent(term) for term in expression.args]
    return Shift(expression, m, between(terms, low, high, m), low=low, high=high)


def _largest(exponents: list[Expr]) -> Expr:
    """The largest of exponents; of `{0, -x, z - x}` it is `max(z, 0) - x` if z is never below x.

    What is taken out of all of them is the negative of the one that leaves the least to compare.
    """
    taken_out = [S.Zero, *(exponent for exponent in exponents if exponent != 0)]
    found = []
    for offset in taken_out:
        extreme, *others = (exponent - offset for exponent in exponents)
        for other in others:
            if is_shift_by_maximum(extreme - other):
                extreme = other
            elif not is_shift_by_maximum(other - extreme):
                extreme = Maximum(extreme, other)
        found.append((len(extreme.atoms(Maximum)), sympy.count_ops(extreme), extreme + offset))
    return min(found, key=lambda item: item[:2])[2]


def _shift_of_sum_over(expression: SumOver, m: Dummy) -> Shift:
    return Shift(expression, m, _shifted(expression, m), largest=_largest_of(expression))


def _shifted(term: Expr, m: Expr) -> Expr:
    """`term*exp(-m)`, the factor taken into sums over indices."""
    base, power = term.as_base_exp()
    if isinstance(base, SumOver) and (power == 1 or _inner_sum(term) is term):
        base = apart(base, m.free_symbols)
        return SumOver(_shifted(base.body, m / power), *base.bound) ** power
    if base.is_Add and _inner_sum(term) is term:
        return Add(*(_shifted(one, m / power) for one in base.args)) ** power
    total = _inner_sum(term)
    if total is not None:
        others = [factor for factor in term.args if factor is not total]
        exponent = Add(*(factor.exp for factor in others if isinstance(factor, exp)))
        rest = (factor for factor in others if not isinstance(factor, exp))
        return Mul(*rest) * _shifted(total, m - exponent)
    return times_exponential(term, -m)


def times_exponential(term: Expr, exponent: Expr) -> Expr:
    """`term*exp(exponent)` with all exponentials of the product as one."""
    for factor in Mul.make_args(term):
        if isinstance(factor, exp):
            exponent += factor.exp
    rest = [factor for factor in Mul.make_args(term) if not isinstance(factor, exp)]
    return Mul(*rest) * exp(exponent)


def settled_exponent(exponent: Expr, shifts: list[Shift]) -> Expr:
    """An exponent with every m put in."""
    exponent = distributed(exponent)
    for shift in shifts:
        if shift.largest is not None:
            exponent = exponent.subs(shift.m, shift.largest)
        elif shift.low is not None and shift.high is not None:
            exponent = relative(exponent, shift.m, shift.low, shift.high)
    return exponent


def settle(expression: Expr, shifts: list[Shift]) -> Expr:
    """Puts the values of all m in, in exponents without cancellation."""
    marks = {shift.m for shift in shifts}
    incoming = set().union(*(shift.value.free_symbols for shift in shifts))

    def visit(node: Expr) -> Expr:
        if not node.args or not node.free_symbols & marks:
            return node
        if isinstance(node, exp):
            return exp(settled_exponent(node.exp, shifts))
        if isinstance(node, BINDERS):
            node = apart(node, incoming)
        return node.func(*(visit(arg) for arg in node.args))

    return visit(expression)


def shift_beside(other: Shift, expression: Expr) -> Shift | None:
    """The shift of a sum by the m of another one, where all exponents lie between its ends."""
    if other.low is None or other.high is None or not expression.is_Add:
        return None
    terms = [_exponent(term) for term in expression.args]
    ends = ends_of([other.low, other.high, *(exponent for exponent, _ in terms)])
    if ends != (other.low, other.high):
        return None
    rest = between(terms, other.low, other.high, other.m)
    return Shift(expression, other.m, rest, other.low, other.high)

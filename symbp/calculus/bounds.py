"""What can overflow: bounds from above that the form of an expression shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import sympy
from sympy import Abs, Add, Basic, Expr, Mul, S

from symbp.notation.expression import (
    Differs,
    Entry,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    SumOver,
    Where,
)
from symbp.ops import kinds

__all__ = [
    "GROWING",
    "growing_exponentials",
    "has_growing_exponential",
    "has_unbounded_exponential",
    "is_apart_from_zero",
    "is_bounded_above",
    "is_bounded_below",
    "is_instance",
    "is_shift_by_maximum",
    "shifts_in",
    "signed",
]

LIMIT = 60
KNOWN = 10_000
"""How many answers are kept of each question: derivations ask the same ones over and over."""
BOUNDED = kinds(lambda function: function.bounded)
GROWING = kinds(lambda function: function.grows)


@lru_cache(KNOWN)
def is_bounded_above(expression: Expr) -> bool:
    """Whether an expression cannot exceed a moderate number, whatever its entries hold."""
    if not expression.has(Entry):
        return not expression.is_number or expression <= LIMIT
    if expression.is_extended_nonpositive:
        return True
    if isinstance(expression, Minimum):
        return any(is_bounded_above(arg) for arg in expression.args)
    if isinstance(expression, Maximum):
        return all(is_bounded_above(arg) for arg in expression.args)
    if isinstance(expression, MaxOver | MinOver):
        return is_bounded_above(expression.body)
    if isinstance(expression, Where):
        condition, taken, other = expression.args
        return is_bounded_above(other) and (
            is_bounded_above(taken) or is_shift_by_maximum(taken, condition)
        )
    if isinstance(expression, BOUNDED):
        return True
    if expression.is_Mul:
        return _is_bounded_product(expression)
    if expression.is_Add:
        return is_shift_by_maximum(expression) or all(
            is_bounded_above(term) for term in expression.args
        )
    return False


def _is_bounded_product(expression: Expr) -> bool:
    coefficient, rest = expression.as_coeff_Mul()
    if coefficient.is_negative:
        return is_bounded_below(rest)
    return coefficient != 1 and is_bounded_above(rest)


@lru_cache(KNOWN)
def is_bounded_below(expression: Expr) -> bool:
    """Whether an expression cannot fall under a moderate number."""
    if not expression.has(Entry):
        return not expression.is_number or expression >= -LIMIT
    if expression.is_extended_nonnegative:
        return True
    if isinstance(expression, Maximum):
        return any(is_bounded_below(arg) for arg in expression.args)
    if isinstance(expression, Minimum):
        return all(is_bounded_below(arg) for arg in expression.args)
    if isinstance(expression, Where):
        return all(is_bounded_below(arg) for arg in expression.args[1:])
    if isinstance(expression, SumOver):
        return bool(expression.body.is_extended_nonnegative)
    if expression.is_Add:
        return all(is_bounded_below(term) for term in expression.args)
    if expression.is_Mul and (number := expression.as_coeff_Mul())[0] != 1:
        coefficient, rest = number
        return is_bounded_below(rest) if coefficient.is_positive else is_bounded_above(rest)
    return isinstance(expression, BOUNDED)


@lru_cache(KNOWN)
def is_shift_by_maximum(expression: Expr, given: Basic = sympy.false) -> bool:
    """Whether it is `a - max(..., a, ...)`, and so never above 0.

    Also `n*(a - max(..., a, ...))`, `a + b - 2*max(..., a, ..., b, ...)`, and `a - 2*max(a, 0)`,
    which is less than `a - max(a, 0)`. Where a condition is given, the maximum may be of those for
    which it holds.
    """
    for term in Add.make_args(expression):
        count, extreme = (-term).as_coeff_Mul()
        if not count.is_positive:
            continue
        extreme = _where_it_is_finite(extreme)
        most = _members_counted(expression - term, count, extreme, given)
        if most is not None and (most == count or (most < count and is_bounded_below(extreme))):
            return True
    return False


def signed(term: Expr) -> tuple[Expr, bool]:
    """A term without its sign, and whether it is taken away."""
    return (-term, True) if term.as_coeff_Mul()[0].is_negative else (term, False)


def shifts_in(terms: Sequence[tuple[Expr, bool]]) -> list[tuple[int, int]]:
    """Which of some terms, each added or taken away, are shifted by their maximum: both places."""
    found: list[tuple[int, int]] = []
    for place, (largest, taken) in enumerate(terms):
        if not largest.has(MaxOver, Maximum):
            continue
        used = {one for pair in found for one in pair}
        for other, (term, added) in enumerate(terms):
            fits = added != taken and not used & {place, other}
            if fits and is_shift_by_maximum(term - largest):
                found.append((other, place))
                break
    return found


def _members_counted(value: Expr, count: Expr, extreme: Expr, given: Basic) -> Expr | None:
    """How many of those that a maximum is the largest of are added up in a value, if no others."""
    for number in (count, S.One):
        if _is_member(value / number, extreme, given):
            return number
    terms = [term.as_coeff_Mul() for term in Add.make_args(value)]
    if not all(number.is_positive and _is_member(one, extreme, given) for number, one in terms):
        return None
    return Add(*(number for number, _ in terms))


def _is_member(value: Expr, extreme: Expr, given: Basic) -> bool:
    """Whether a value is one of those that a maximum is the largest of, or never above it."""
    if isinstance(value, Where) and value.args[2] is S.NegativeInfinity:
        given, value, _ = value.args
    least = [value]
    if isinstance(-value, Abs):
        (signed,) = (-value).args
        least += [Minimum(signed, S.Zero), Minimum(-signed, S.Zero)]  # -|t| is below both
    return any(
        (isinstance(member, MaxOver) and is_instance(one, member, given))
        or (member == one and member is not extreme)
        for member in _members(extreme)
        for one in least
    )


def _where_it_is_finite(extreme: Expr) -> Expr:
    """The extreme itself of `where(extreme != -inf, extreme, 0)`."""
    is_choice = isinstance(extreme, Where) and isinstance(extreme.args[0], Differs)
    return extreme.args[1] if is_choice else extreme


def _members(extreme: Expr) -> list[Expr]:
    """What a maximum is the largest of; itself if it is none."""
    if not isinstance(extreme, Maximum):
        return [extreme]
    return [member for arg in extreme.args for member in _members(arg)]


@lru_cache(KNOWN)
def is_instance(value: Expr, extreme: MaxOver, given: Basic = sympy.false) -> bool:
    """Whether a value is among those that the maximum runs over, where a condition holds."""
    body, bound = extreme.body, list(extreme.bound)
    while isinstance(body, MaxOver):
        bound += body.bound
        body = body.body
    pattern = body.xreplace({index: sympy.Wild(f"w{n}") for n, index in enumerate(bound)})
    if value.match(pattern) is not None:
        return True
    if not (isinstance(pattern, Where) and pattern.args[2] is S.NegativeInfinity):
        return False
    match = value.match(pattern.args[1])
    return match is not None and pattern.args[0].xreplace(match) == given


def has_unbounded_exponential(expression: Expr) -> bool:
    """Whether an exponential in the expression can overflow or vanish."""
    return any(
        node.args[0].has(Entry)
        and not (is_bounded_above(node.args[0]) and is_bounded_below(node.args[0]))
        for node in expression.atoms(*GROWING)
    )


def is_apart_from_zero(expression: Expr) -> bool:
    """Whether an expression is a number, or a sum with one and no term below 0."""
    if not expression.has(Entry):
        return True
    varying = [term for term in expression.args if term.has(Entry)]
    is_added = expression.is_Add and len(varying) < len(expression.args)
    return is_added and all(map(_is_never_negative, varying))


def _is_never_negative(term: Expr) -> bool:
    """Whether SymPy knows it, or it is a product of even powers, of what may be 0 below too."""
    return all(
        factor.is_extended_nonnegative or (factor.is_Pow and factor.exp.is_even)
        for factor in Mul.make_args(term)
    )


def growing_exponentials(expression: Expr) -> set[Expr]:
    """The exponentials in an expression whose exponents have no bound from above."""
    return {
        node
        for node in expression.atoms(*GROWING)
        if node.args[0].has(Entry) and not is_bounded_above(node.args[0])
    }


def has_growing_exponential(expression: Expr) -> bool:
    """Whether an exponential in the expression has an exponent without a bound from above."""
    return bool(growing_exponentials(expression))

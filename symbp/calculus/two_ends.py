"""Exponents between two ends: the larger of them leaves `1 + exp(-|d|)`."""

from __future__ import annotations

import sympy
from sympy import Abs, Add, Dummy, Expr, Mul, S, exp

from symbp.notation.expression import Entry, Index, Maximum, Minimum

__all__ = ["between", "distributed", "ends_of", "relative"]


def ends_of(exponents: list[Expr]) -> tuple[Expr, Expr] | None:
    """The two ends of exponents that lie on one line, as {0, x, 2*x} between 0 and 2*x."""
    origin = S.Zero if S.Zero in exponents else exponents[0]
    positions: list[tuple[Expr, Expr]] = []
    direction: Expr | None = None
    for exponent in exponents:
        coefficient, rest = (exponent - origin).as_coeff_Mul()
        if rest == 1 or coefficient == 0:
            if coefficient != 0:
                return None
            positions.append((S.Zero, exponent))
            continue
        if direction is None:
            direction = rest
        if rest != direction or not coefficient.is_Rational:
            return None
        positions.append((coefficient, exponent))
    if direction is None:
        return None
    positions.sort(key=lambda item: item[0])
    return positions[0][1], positions[-1][1]


def between(terms: list[tuple[Expr, Expr]], low: Expr, high: Expr, m: Dummy) -> Expr:
    """The rest for two ends: 1 + exp(-|d|) where the ends have equal coefficients."""
    coefficients: dict[Expr, Expr] = {}
    for exponent, coefficient in terms:
        coefficients[exponent] = coefficients.get(exponent, S.Zero) + coefficient
    distance = high - low
    a, b = coefficients.pop(low, S.Zero), coefficients.pop(high, S.Zero)
    inner = Add(*(c * exp(relative(e - m, m, low, high)) for e, c in coefficients.items()))
    if a == b != 0:
        return a * (1 + exp(-Abs(distance))) + inner
    if a == -b != 0:
        return b * sympy.sign(distance) * (1 - exp(-Abs(distance))) + inner
    return (
        a * exp(relative(low - m, m, low, high)) + b * exp(relative(high - m, m, low, high)) + inner
    )


def relative(exponent: Expr, m: Dummy, low: Expr, high: Expr) -> Expr:
    """An exponent with m = max(low, high) put in: low + max(d, 0), d = high - low.

    What is left is written without cancellation: d - max(d, 0) is min(d, 0),
    d - 2*max(d, 0) is -|d|.
    """
    count = -exponent.coeff(m)
    distance = high - low
    rest = distributed(exponent + count * m - count * low)
    slope = _slope(rest, distance)
    return distributed(rest - slope * distance) + _ramp(slope, count, distance)


def _slope(expression: Expr, direction: Expr) -> Expr:
    """The factor without entries by which an expression contains another one."""
    base = Add.make_args(direction)[0]
    found = (term / base for term in Add.make_args(expression))
    return Add(*(factor for factor in found if not factor.has(Entry, Index)))


def _ramp(slope: Expr, count: Expr, distance: Expr) -> Expr:
    """slope*d - count*max(d, 0); a positive number that d holds stands before.

    Where neither way it is above 0 it is written without a difference; else d may cancel.
    """
    number, unit = distance.as_coeff_Mul()
    if number.is_positive and number != 1:
        return number * _ramp(slope, count, unit)
    if count == 0:
        return slope * distance
    if slope == 0 and count.is_positive:
        return count * Minimum(-distance, 0)
    if slope == count:
        return count * Minimum(distance, 0)
    if 2 * slope == count:
        return -slope * Abs(distance)
    if slope.is_positive and (count - slope).is_positive:
        return slope * Minimum(distance, 0) + (slope - count) * Maximum(distance, 0)
    return slope * distance - count * Maximum(distance, 0)


def distributed(exponent: Expr) -> Expr:
    """A sum of terms; what is a power or a quotient stays one, as a difference in it cancels."""
    return Add(*map(_spread_over, Add.make_args(exponent)))


def _spread_over(term: Expr) -> Expr:
    divided = any(factor.as_base_exp()[1].is_negative for factor in Mul.make_args(term))
    return term if divided else sympy.expand_mul(term, deep=False)

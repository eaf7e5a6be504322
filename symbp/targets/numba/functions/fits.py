"""What is approximated, where and how well: from this the table of coefficients is made.

The first terms of a series are in the emitted code, so that they are exact; what is
fitted is the rest, weighted so that the error is the function's own relative error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
from mpmath import mpf

__all__ = ["CONSTANTS", "FITS", "Constant", "Fit", "Function"]

MIDDLE = 3
ROOM = mpf("1.0005")
"""Reduced arguments overstep their interval by as much, as the reduction rounds."""

Function = Callable[[mpf], mpf]
Value = Callable[[], mpf]


@dataclass(frozen=True)
class Fit:
    """A polynomial to find.

    Args:
        name: of its coefficients in emitted code, before the width.
        text: what it stands for, in a comment of emitted code.
        function: what the polynomial is to be.
        weight: what its error is multiplied by to be relative.
        ends: of the interval.
        degrees: by width.
        leading: how many coefficients are rounded before the others are fitted to what is left.
    """

    name: str
    text: str
    function: Function
    weight: Function
    ends: Callable[[], tuple[mpf, mpf]]
    degrees: dict[int, int]
    leading: int = 0


@dataclass(frozen=True)
class Constant:
    """A number to round, or to take apart into numbers that add up to it.

    Args:
        name: in emitted code, before the width.
        text: what it is.
        value: exactly.
        bits: of the parts but the last, which has all; by width.
    """

    name: str
    text: str
    value: Value
    bits: dict[int, tuple[int, ...]]


def _log_two() -> tuple[mpf, mpf]:
    end = mpmath.log(2) / 2 * ROOM
    return -end, end


def _around_one() -> tuple[mpf, mpf]:
    root = mpmath.sqrt(2) * ROOM
    return mpf(0), ((root - 1) / (root + 1)) ** 2


def _erfc_ends() -> tuple[mpf, mpf]:
    return _erfc_interval("27.3")


def _short_erfc_ends() -> tuple[mpf, mpf]:
    return _erfc_interval("10.2")


def _erfc_interval(most: str) -> tuple[mpf, mpf]:
    return _fraction(mpf("0.65")), _fraction(mpf(most))


def _fraction(a: mpf) -> mpf:
    return (a - MIDDLE) / (a + MIDDLE)


def _scaled_erfc(t: mpf) -> mpf:
    a = MIDDLE * (1 + t) / (1 - t)
    return (1 + 2 * a) * mpmath.exp(a**2) * mpmath.erfc(a)


def _log_erfc(a: mpf) -> mpf:
    return mpmath.log(mpmath.erfc(a))


def _log_erfc_weight(a: mpf) -> mpf:
    return mpmath.erfc(a) / mpmath.erf(a)


def _eighth_turn() -> tuple[mpf, mpf]:
    return mpf(0), (mpmath.pi / 4 * ROOM) ** 2


def _sine_rest(z: mpf) -> mpf:
    return (mpmath.sin(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1) / z


def _sine_weight(z: mpf) -> mpf:
    return z * mpmath.sqrt(z) / mpmath.sin(mpmath.sqrt(z))


def _cosine_rest(z: mpf) -> mpf:
    return (mpmath.cos(mpmath.sqrt(z)) - 1 + z / 2) / z**2


def _cosine_weight(z: mpf) -> mpf:
    return z**2 / mpmath.cos(mpmath.sqrt(z))


FITS = (
    Fit(
        "EXP",
        "exp(r) = 1 + r + r² P(r) for |r| <= log(2) / 2",
        lambda r: (mpmath.expm1(r) - r) / r**2,
        lambda r: r**2 / mpmath.exp(r),
        _log_two,
        {32: 4, 64: 9},
    ),
    Fit(
        "EXPM1",
        "exp(r) - 1 = r + r² P(r) for |r| <= log(2) / 2",
        lambda r: (mpmath.expm1(r) - r) / r**2,
        lambda r: abs(r**2 / mpmath.expm1(r)),
        _log_two,
        {32: 5, 64: 10},
    ),
    Fit(
        "TANH",
        "tanh(a) = a + a³ P(a²) for 0 <= a <= 0.6",
        lambda z: (mpmath.tanh(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1) / z,
        lambda z: z * mpmath.sqrt(z) / mpmath.tanh(mpmath.sqrt(z)),
        lambda: (mpf(0), mpf("0.36")),
        {32: 4, 64: 10},
    ),
    Fit(
        "LOG",
        "log(1 + f) = 2 s + s³ P(s²) with s = f / (2 + f), sqrt(1/2) <= 1 + f <= sqrt(2)",
        lambda z: (2 * mpmath.atanh(mpmath.sqrt(z)) / mpmath.sqrt(z) - 2) / z,
        lambda z: z * mpmath.sqrt(z) / (2 * mpmath.atanh(mpmath.sqrt(z))),
        _around_one,
        {32: 2, 64: 6},
    ),
    Fit(
        "ERF",
        "erf(x) = x + x P(x²) for |x| <= 0.65",
        lambda z: mpmath.erf(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1,
        lambda z: mpmath.sqrt(z) / mpmath.erf(mpmath.sqrt(z)),
        lambda: (mpf(0), mpf("0.65") ** 2),
        {32: 5, 64: 9},
    ),
    Fit(
        "LOG_ERFC",
        "log(erfc(a)) = P(a) for 0.65 <= a <= 4, as far as 1 - erfc(a) takes it",
        _log_erfc,
        _log_erfc_weight,
        lambda: (mpf("0.65"), mpf(4)),
        {32: 6},
    ),
    Fit(
        "LOG_ERFC",
        "log(erfc(a)) = P(a) for 0.65 <= a <= 6, as far as 1 - erfc(a) takes it",
        _log_erfc,
        _log_erfc_weight,
        lambda: (mpf("0.65"), mpf(6)),
        {64: 18},
    ),
    Fit(
        "ERFC",
        "(1 + 2 a) exp(a²) erfc(a) = 1 + P((a - 3) / (a + 3)) for a >= 0.65",
        lambda t: _scaled_erfc(t) - 1,
        lambda t: 1 / _scaled_erfc(t),
        _erfc_ends,
        {64: 21},
        leading=2,
    ),
    Fit(
        "EXP_SHORT",
        "exp(r) = 1 + r + r² P(r) for |r| <= log(2) / 2",
        lambda r: (mpmath.expm1(r) - r) / r**2,
        lambda r: r**2 / mpmath.exp(r),
        _log_two,
        {64: 4},
    ),
    Fit(
        "ERFC_SHORT",
        "(1 + 2 b) exp(b²) erfc(b) = 1 + P((b - 3) / (b + 3)) for 0.65 <= b <= 10.2",
        lambda t: _scaled_erfc(t) - 1,
        lambda t: 1 / _scaled_erfc(t),
        _short_erfc_ends,
        {64: 9},
    ),
    Fit(
        "SIN",
        "sin(r) = r + r³ P(r²) for |r| <= pi / 4",
        _sine_rest,
        _sine_weight,
        _eighth_turn,
        {64: 5},
    ),
    Fit(
        "COS",
        "cos(r) = 1 - r² / 2 + r⁴ P(r²) for |r| <= pi / 4",
        _cosine_rest,
        _cosine_weight,
        _eighth_turn,
        {64: 5},
    ),
    Fit(
        "SIN_SHORT",
        "sin(r) = r + r³ P(r²) for |r| <= pi / 4",
        _sine_rest,
        _sine_weight,
        _eighth_turn,
        {64: 2},
    ),
    Fit(
        "COS_SHORT",
        "cos(r) = 1 - r² / 2 + r⁴ P(r²) for |r| <= pi / 4",
        _cosine_rest,
        _cosine_weight,
        _eighth_turn,
        {64: 2},
    ),
)

CONSTANTS = (
    Constant("PER_LN2", "1 / log(2)", lambda: 1 / mpmath.log(2), {32: (), 64: ()}),
    Constant("LN2", "log(2)", lambda: mpmath.log(2), {32: (15,), 64: (41,)}),
    Constant("PER_HALF_PI", "2 / pi", lambda: 2 / mpmath.pi, {64: ()}),
    Constant("HALF_PI", "pi / 2", lambda: mpmath.pi / 2, {64: (37, 37)}),
)

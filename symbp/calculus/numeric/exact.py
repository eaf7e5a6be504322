"""Real numbers for evaluating equations: fractions while they stay exact, else 100 digits.

A float is the decimal that it is written as: 1.1 is 11/10. So `2*100*1.1` is 220 and ties in
`max` and `where` are seen. What is not rational (`exp(1)`, `sqrt(2)`) is an mpmath number, which
overflows nowhere in practice; `rounded` makes the nearest float of either. As in NumPy, 1/0 is
infinite and what has no real value is not a number.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import mpmath
import sympy
from mpmath import MPContext
from sympy import Expr

from symbp.errors import InternalError
from symbp.ops import erfc, stop_gradient

__all__ = [
    "Real",
    "add",
    "aligned",
    "constant",
    "function",
    "is_undefined",
    "multiply",
    "power",
    "real",
    "rounded",
    "total",
]

Real: TypeAlias = Any
"""An `int` or a `Fraction`, exact, or a multiprecision number of mpmath."""

DIGITS = 100
MAX_BITS = 4_096
"""Fractions longer than this are rounded to DIGITS."""
MAX_MAGNITUDE = 1_000
"""An argument of a function beyond 2**MAX_MAGNITUDE counts as infinite."""
MAX_ROOT = 64

_CONTEXT = MPContext()
_CONTEXT.dps = DIGITS


def real(value: object) -> Real:
    """A number that somebody typed, read as the decimal that it is written as.

    Args:
        value: an integer, float, fraction, decimal, text of a decimal, or NumPy scalar.

    Raises:
        ValueError: it is no number, or beyond the range of float64.

    >>> real(1.1), real("-2.50"), real(True)
    (Fraction(11, 10), Fraction(-5, 2), 1)
    """
    if isinstance(value, numbers.Rational):
        return _short(Fraction(int(value.numerator), int(value.denominator)))
    text = str(value)
    if text in ("True", "False"):  # NumPy's, which are no integers
        return int(text == "True")
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not decimal.is_finite():
        return _CONTEXT.mpf(text)
    if abs(decimal.adjusted()) > 400:
        raise ValueError(f"{text} is beyond the range of float64")
    return _short(Fraction(decimal))


def constant(value: Expr) -> Real:
    """A number of SymPy's.

    >>> from sympy import Rational
    >>> constant(Rational(1, 3))
    Fraction(1, 3)
    """
    if isinstance(value, sympy.Rational):
        return _short(Fraction(int(value.p), int(value.q)))
    if value in (sympy.oo, -sympy.oo):
        return _CONTEXT.inf if value is sympy.oo else _CONTEXT.ninf
    return _CONTEXT.mpf(str(sympy.N(value, DIGITS + 5)))


def rounded(value: Real) -> float:
    """The nearest float; infinite where float64 ends.

    >>> rounded(power(2, Fraction(1, 2))), rounded(Fraction(10) ** 400)
    (1.4142135623730951, inf)
    """
    try:
        return float(value) + 0.0  # never -0.0
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def is_undefined(value: Real) -> bool:
    """Whether it is not a number."""
    return not _is_exact(value) and bool(_CONTEXT.isnan(value))


def aligned(a: Real, b: Real) -> tuple[Real, Real]:
    """Both as numbers of one kind, which Python compares."""
    if _is_exact(a) and _is_exact(b):
        return a, b
    return _multiprecision(a), _multiprecision(b)


def add(a: Real, b: Real) -> Real:
    """The sum of two."""
    if _is_exact(a) and _is_exact(b):
        return _short(a + b)
    return _multiprecision(a) + _multiprecision(b)


def multiply(a: Real, b: Real) -> Real:
    """The product of two."""
    if _is_exact(a) and _is_exact(b):
        return _short(a * b)
    return _multiprecision(a) * _multiprecision(b)


def total(values: Iterable[Real]) -> Real:
    """The sum of any number of values; 0 of none."""
    return reduce(add, values, 0)


def power(base: Real, exponent: Real) -> Real:
    """`base**exponent`, exact for whole powers and for roots that come out even.

    >>> power(Fraction(9, 4), Fraction(-3, 2)), rounded(power(0, -1)), rounded(power(-8, 1.5))
    (Fraction(8, 27), inf, nan)
    """
    if _is_exact(exponent) and base == 0:
        return (0 if exponent > 0 else 1) if exponent >= 0 else _CONTEXT.inf
    if _is_exact(base) and _is_exact(exponent):
        exact = _exact_power(Fraction(base), Fraction(exponent))
        if exact is not None:
            return exact
    return _real(lambda: _multiprecision(base) ** _within(_multiprecision(exponent)))


def function(kind: type[Expr]) -> Callable[..., Real]:
    """The function of that SymPy class on numbers.

    >>> from sympy import Abs, log
    >>> function(Abs)(Fraction(-1, 2)), rounded(function(log)(0)), rounded(function(log)(-1))
    (Fraction(1, 2), -inf, nan)
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind not in _FUNCTIONS:
        raise InternalError(f"no numbers are known for the function {kind.__name__}")
    return lambda *values: _real(lambda: _FUNCTIONS[kind](*map(_multiprecision, values)))


def _is_exact(value: Real) -> bool:
    return isinstance(value, int | Fraction)


def _short(value: int | Fraction) -> Real:
    """A whole number as an integer, and a fraction that grew too long rounded."""
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        return _multiprecision(value)
    return value.numerator if value.denominator == 1 else value


def _multiprecision(value: Real) -> Real:
    if isinstance(value, Fraction):
        return _CONTEXT.mpf(value.numerator) / value.denominator
    return _CONTEXT.mpf(value)


def _within(value: Real) -> Real:
    """The same, or infinity where mpmath would take too long over it."""
    if _CONTEXT.isfinite(value) and _CONTEXT.mag(value) > MAX_MAGNITUDE:
        return _CONTEXT.inf if value > 0 else _CONTEXT.ninf
    return value


def _real(compute: Callable[[], Any]) -> Real:
    """The result if it is real; not a number otherwise."""
    try:
        value = compute()
    except ZeroDivisionError:
        return _CONTEXT.inf
    except (ValueError, OverflowError, mpmath.libmp.NoConvergence):
        return _CONTEXT.nan
    return value if isinstance(value, _CONTEXT.mpf) else _CONTEXT.nan


def _exact_power(base: Fraction, exponent: Fraction) -> Real | None:
    """The power as a fraction; None if it is none, or would be too long."""
    if exponent.denominator > MAX_ROOT or (exponent.denominator > 1 and base < 0):
        return None
    bits = base.numerator.bit_length() + base.denominator.bit_length()
    if bits * abs(exponent.numerator) > MAX_BITS:
        return None
    above, even_above = sympy.integer_nthroot(abs(base.numerator), exponent.denominator)
    below, even_below = sympy.integer_nthroot(base.denominator, exponent.denominator)
    if not (even_above and even_below):
        return None
    root = Fraction(int(above), int(below)) * (-1 if base < 0 else 1)
    return _short(root**exponent.numerator)


def _sign(value: Real) -> Real:
    return value if is_undefined(value) else (value > 0) - (value < 0)


_PLAIN: Mapping[type[Expr], Callable[[Real], Real]] = {
    sympy.Abs: abs,
    sympy.sign: _sign,
    stop_gradient: lambda value: value,
}
"""Functions that are exact on fractions."""


def _bounded(compute: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: compute(*map(_within, values))


_FUNCTIONS: Mapping[type[Expr], Callable[..., Any]] = {
    sympy.log: _CONTEXT.log,
    # log|gamma|: mpmath's has an imaginary part left of 0.
    sympy.loggamma: lambda x: _CONTEXT.re(_CONTEXT.loggamma(_within(x))),
} | {
    kind: _bounded(compute)
    for kind, compute in {
        sympy.exp: _CONTEXT.exp,
        sympy.sin: _CONTEXT.sin,
        sympy.cos: _CONTEXT.cos,
        sympy.tan: _CONTEXT.tan,
        sympy.asin: _CONTEXT.asin,
        sympy.acos: _CONTEXT.acos,
        sympy.atan: _CONTEXT.atan,
        sympy.atan2: _CONTEXT.atan2,
        sympy.sinh: _CONTEXT.sinh,
        sympy.cosh: _CONTEXT.cosh,
        sympy.tanh: _CONTEXT.tanh,
        sympy.asinh: _CONTEXT.asinh,
        sympy.acosh: _CONTEXT.acosh,
        sympy.atanh: _CONTEXT.atanh,
        sympy.erf: _CONTEXT.erf,
        erfc: _CONTEXT.erfc,
        sympy.polygamma: _CONTEXT.psi,
    }.items()
}

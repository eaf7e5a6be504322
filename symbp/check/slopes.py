"""The judges' own table of derivatives of scalar functions, in multiprecision numbers.

The formulas are those of Abramowitz and Stegun, Handbook of Mathematical Functions (1964),
chapters 4, 6 and 7. Where a slope does not exist it is the declared convention: 0 for `abs` and
`sign` at 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy

from symbp.check.oracle import FUNCTIONS, WAVES, Oracle, exponential, is_far
from symbp.ops import erfc, stop_gradient

__all__ = ["SLOPES", "power_slopes"]

SATURATED = 16
"""The binary exponent from where exp(-4|x|) is less than any precision shows beside 1."""
Slopes = Callable[..., tuple[Any, ...]]


def _guarded(kind: type) -> Slopes:
    """The slopes, nan where a formula has no real value; called with oracle, arguments, value."""
    formula = _FORMULAS[kind]

    def slopes(oracle: Oracle, *numbers: Any) -> tuple[Any, ...]:
        context = oracle.context
        if kind in FAR and is_far(context, numbers[0]):
            return (FAR[kind](context, numbers[0]),)
        try:
            found = formula(context, *numbers)
        except ZeroDivisionError:
            return tuple(context.inf for _ in numbers[:-1])
        except (ValueError, OverflowError, mpmath.libmp.NoConvergence):
            return tuple(context.nan for _ in numbers[:-1])
        return tuple(context.nan if isinstance(v, context.mpc) else v for v in found)

    return slopes


def _sign(context: Any, x: Any) -> Any:
    return context.zero if x == 0 else context.sign(x)


def _gaussian(context: Any, x: Any) -> Any:
    return 2 / context.sqrt(context.pi) * exponential(context, -x * x)


def _sech_squared(context: Any, x: Any) -> Any:
    """Where x is huge its leading term, which takes one exponential and no division."""
    if context.isfinite(x) and context.mag(x) > SATURATED:
        return 4 * exponential(context, -2 * abs(x))
    return context.sech(x) ** 2


FAR: Mapping[type, Callable[..., Any]] = {
    sympy.sinh: lambda c, x: c.inf,
    sympy.cosh: lambda c, x: c.sign(x) * c.inf,
    **dict.fromkeys((sympy.sech, sympy.csch, sympy.coth), lambda c, x: c.zero),
    **dict.fromkeys(WAVES, lambda c, x: c.nan),
}
"""Slopes where mpmath would need as many digits as a huge argument has."""

_FORMULAS: Mapping[type, Callable[..., tuple[Any, ...]]] = {
    sympy.exp: lambda c, x, y: (y,),
    sympy.log: lambda c, x, y: (1 / x,),
    sympy.sin: lambda c, x, y: (c.cos(x),),
    sympy.cos: lambda c, x, y: (-c.sin(x),),
    sympy.tan: lambda c, x, y: (1 + y * y,),
    sympy.cot: lambda c, x, y: (-1 - y * y,),
    sympy.sec: lambda c, x, y: (y * c.tan(x),),
    sympy.csc: lambda c, x, y: (-y * c.cot(x),),
    sympy.asin: lambda c, x, y: (1 / c.sqrt((1 - x) * (1 + x)),),
    sympy.acos: lambda c, x, y: (-1 / c.sqrt((1 - x) * (1 + x)),),
    sympy.atan: lambda c, x, y: (1 / (1 + x * x),),
    sympy.acot: lambda c, x, y: (-1 / (1 + x * x),),
    sympy.atan2: lambda c, y, x, z: (x / (x * x + y * y), -y / (x * x + y * y)),
    sympy.sinh: lambda c, x, y: (c.cosh(x),),
    sympy.cosh: lambda c, x, y: (c.sinh(x),),
    sympy.tanh: lambda c, x, y: (_sech_squared(c, x),),
    sympy.coth: lambda c, x, y: (-(c.csch(x) ** 2),),
    sympy.sech: lambda c, x, y: (-y * c.tanh(x),),
    sympy.csch: lambda c, x, y: (-y * c.coth(x),),
    sympy.asinh: lambda c, x, y: (1 / c.sqrt(1 + x * x),),
    sympy.acosh: lambda c, x, y: (1 / c.sqrt((x - 1) * (x + 1)),),
    sympy.atanh: lambda c, x, y: (1 / ((1 - x) * (1 + x)),),
    sympy.erf: lambda c, x, y: (_gaussian(c, x),),
    sympy.erfc: lambda c, x, y: (-_gaussian(c, x),),
    erfc: lambda c, x, y: (-_gaussian(c, x),),
    sympy.gamma: lambda c, x, y: (y * c.digamma(x),),
    sympy.digamma: lambda c, x, y: (c.psi(1, x),),
    sympy.polygamma: lambda c, n, x, y: (c.nan, c.psi(n + 1, x)),
    sympy.loggamma: lambda c, x, y: (c.digamma(x),),
    sympy.Abs: lambda c, x, y: (_sign(c, x),),
    sympy.sign: lambda c, x, y: (c.zero,),
    stop_gradient: lambda c, x, y: (c.zero,),
}

SLOPES: Mapping[type, Slopes] = {
    kind: _guarded(kind) for kind in (*FUNCTIONS, sympy.loggamma, stop_gradient)
}
"""For every function of the oracle its derivatives, given the oracle, the arguments, the value."""


def power_slopes(oracle: Oracle, base: Any, exponent: Any, value: Any) -> tuple[Any, Any]:
    """The derivatives of base**exponent by both.

    Args:
        oracle: whose numbers they are.
        base, exponent: the operands.
        value: the power.

    Returns:
        At base 0 those by base are 0 (exponent 0, above 1 or, by convention, between 0 and 1),
        1 (exponent 1) or infinite, and that by a positive exponent is 0, the limit.
    """
    context = oracle.context
    if base == 0:
        by_base = context.one if exponent == 1 else context.zero if exponent >= 0 else context.inf
        return by_base, context.zero if exponent > 0 else context.nan
    by_base = exponent * oracle.arithmetic.power(base, exponent - 1)
    by_exponent = value * context.log(base) if base > 0 else context.nan
    return by_base, by_exponent

"""The first judge: scalar loops over the forward equations in multiprecision arithmetic.

It knows nothing of adjoints, rewrites or lowering, and shares no code with them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np
import sympy
from mpmath import MPContext
from sympy import Expr

from symbp.check.data import Data, lengths, plain
from symbp.check.scope import Arithmetic, Scope
from symbp.check.walk import both_sides, forward
from symbp.notation.layer import Layer
from symbp.ops import erfc, stop_gradient

__all__ = ["FUNCTIONS", "Oracle", "WAVES", "exponential", "is_far"]

REMEMBERED = 2048
SMALL_EXPONENT = 20
GUARD = 20
LARGEST_EXPONENT = 4096
"""Binary digits: beyond them a power takes more digits than there is room for."""

FUNCTIONS: Mapping[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.cot: "cot",
    sympy.sec: "sec",
    sympy.csc: "csc",
    sympy.asin: "asin",
    sympy.acos: "acos",
    sympy.atan: "atan",
    sympy.acot: "acot",
    sympy.atan2: "atan2",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.coth: "coth",
    sympy.sech: "sech",
    sympy.csch: "csch",
    sympy.asinh: "asinh",
    sympy.acosh: "acosh",
    sympy.atanh: "atanh",
    sympy.erf: "erf",
    sympy.erfc: "erfc",
    erfc: "erfc",
    sympy.gamma: "gamma",
    sympy.polygamma: "psi",
    sympy.digamma: "digamma",
    sympy.Abs: "fabs",
    sympy.sign: "sign",
}
"""SymPy's functions and mpmath's names for them."""

WAVES = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
FAR: Mapping[type, Callable[[MPContext, Any], Any]] = {
    sympy.sinh: lambda c, x: c.sign(x) * c.inf,
    sympy.cosh: lambda c, x: c.inf,
    **dict.fromkeys((sympy.tanh, sympy.coth, sympy.erf), lambda c, x: c.sign(x)),
    **dict.fromkeys((sympy.sech, sympy.csch), lambda c, x: c.zero),
    **dict.fromkeys(WAVES, lambda c, x: c.nan),
}
"""Values where mpmath would need as many digits as a huge argument has; a wave has none."""


class Oracle:
    """Evaluates layers at a precision of its own.

    Args:
        digits: the decimal digits to work with.

    Example:
        >>> float(Oracle(50).context.exp(0))
        1.0
    """

    def __init__(self, digits: int = 30) -> None:
        self.context = MPContext()
        self.context.dps = digits
        self.arithmetic = Arithmetic(
            number=self.number,
            power=self._power,
            functions=_table(self.context),
        )

    def number(self, value: Expr | float | int) -> Any:
        """A SymPy number, or a Python number taken exactly, as a multiprecision number."""
        if isinstance(value, int | float | np.number):
            return self.context.mpf(value.item() if isinstance(value, np.number) else value)
        if isinstance(value, sympy.Rational):
            return self.context.mpf(int(value.p)) / int(value.q)
        if value in (sympy.oo, -sympy.oo):
            return self.context.inf if value is sympy.oo else self.context.ninf
        if isinstance(value, sympy.Float):
            return self.context.mpf(str(value))
        return self.context.mpf(sympy.N(value, self.context.dps + 5)._to_mpmath(self.context.prec))

    def scope(self, layer: Layer, data: Data) -> Scope:
        """The arguments as multiprecision numbers."""
        seen = plain(layer, data)
        tensors = {
            name: array if layer.tensors[name].integer else self.array(array)
            for name, array in seen.items()
        }
        hyper = {name: self.number(data.hyper.get(name, v)) for name, v in layer.hyper.items()}
        return Scope(tensors, lengths(layer, seen), hyper)

    def array(self, array: np.ndarray) -> np.ndarray:
        """An array of multiprecision numbers; object arrays are taken as they are."""
        if array.dtype == object:
            return array
        result = np.empty(array.shape, object)
        for place in np.ndindex(*array.shape):
            result[place] = self.context.mpf(array[place].item())
        return result

    def forward(self, layer: Layer, data: Data) -> dict[str, np.ndarray]:
        """Every defined tensor of a layer.

        Args:
            layer: the layer.
            data: its arguments, floating, integer or multiprecision.

        Returns:
            Object arrays of multiprecision numbers by name; nan where there is no real value.
        """
        return self.evaluate(layer, self.scope(layer, data))

    def evaluate(self, layer: Layer, scope: Scope) -> dict[str, np.ndarray]:
        """The same from a scope that is already made."""
        return forward(layer, scope, self.arithmetic)

    def assumption_gap(self, layer: Layer, data: Data) -> float:
        """By how much the data miss the layer's assumptions at worst; nan counts as infinite."""
        worst = 0.0
        for assumption in layer.assumptions:
            scope = self.scope(layer, data)
            forward(layer, scope, self.arithmetic)
            for left, right in both_sides(assumption, scope, self.arithmetic):
                gap = float(abs(left - right))
                worst = max(worst, gap if gap == gap else float("inf"))
        return worst

    def _power(self, base: Any, exponent: Any) -> Any:
        return _real(self.context, lambda: _exact_power(self.context, base, exponent))


def _exact_power(context: MPContext, base: Any, exponent: Any) -> Any:
    whole = context.isint(exponent) and abs(exponent) < 2**30
    if not whole and base > 0 and base != 1 and context.mag(exponent) > LARGEST_EXPONENT:
        return context.inf if (base > 1) == (exponent > 0) else context.zero
    return base ** int(exponent) if whole else base**exponent


def _real(context: MPContext, compute: Callable[[], Any]) -> Any:
    """The result if it is real, else nan."""
    try:
        value = compute()
    except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence):
        return context.nan
    if isinstance(value, context.mpc):
        return value.real if value.imag == 0 else context.nan
    return context.mpf(value)


def _table(context: MPContext) -> dict[type, Callable[..., Any]]:
    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        # Differences move one entry at a time: most arguments come again.
        @functools.lru_cache(maxsize=REMEMBERED)
        def real(*arguments: Any) -> Any:
            return _real(context, lambda: function(*arguments))

        return real

    table = {kind: guarded(getattr(context, name)) for kind, name in FUNCTIONS.items()}
    for kind, far in FAR.items():
        table[kind] = guarded(functools.partial(_near, context, table[kind], far))
    table[sympy.exp] = guarded(functools.partial(exponential, context))
    table[stop_gradient] = lambda x: x
    for kind in (sympy.erfc, erfc):
        table[kind] = guarded(functools.partial(_erfc, context))
    # The notation's lgamma is log|gamma|; mpmath's has an imaginary part left of 0.
    table[sympy.loggamma] = guarded(functools.partial(_log_gamma, context))
    return table


def is_far(context: MPContext, x: Any) -> bool:
    """Whether a number is finite, and so large that its exponent has thousands of digits."""
    return bool(context.isfinite(x) and context.mag(x) > LARGEST_EXPONENT)


def _near(context: MPContext, function: Callable[..., Any], far: Callable[..., Any], x: Any) -> Any:
    return far(context, x) if is_far(context, x) else function(x)


def exponential(context: MPContext, x: Any) -> Any:
    """exp(x); mpmath's own takes powers of e where x is a whole number, however large."""
    if not context.isfinite(x) or context.mag(x) <= SMALL_EXPONENT:
        return context.exp(x)
    if context.mag(x) > LARGEST_EXPONENT:
        return context.inf if x > 0 else context.zero
    with context.workprec(context.prec + context.mag(x) + GUARD):
        logarithm = context.log(2)
        whole = int(context.floor(x / logarithm))
        rest = x - whole * logarithm
    return context.ldexp(context.exp(rest), whole)


def _erfc(context: MPContext, x: Any) -> Any:
    """Its leading term where x is so large that the next one is below any precision."""
    if context.mag(x) > context.prec + 10 and x > 0:
        return exponential(context, -x * x) / (x * context.sqrt(context.pi))
    return context.erfc(x)


def _log_gamma(context: MPContext, x: Any) -> Any:
    return context.re(context.loggamma(x))

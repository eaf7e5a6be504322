"""The closed list of functions and operators, as data.

Each has a SymPy form, which builds the expression, and a form in Python floats, which is run
first where all arguments are numbers: it is bounded in time, and refuses what is not real or is
beyond the range of float64, before SymPy starts exact arithmetic.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy
from sympy import Expr, Rational

from symbp.notation.expression import Maximum, MaxOver, Minimum, MinOver, SumOver
from symbp.ops import erfc, stop_gradient

__all__ = ["CONSTANTS", "FUNCTIONS", "REDUCTIONS", "Function"]


@dataclass(frozen=True)
class Function:
    """One function of the notation.

    Args:
        build: from SymPy expressions to a SymPy expression.
        number: the same on floats.
        arity: how many arguments it takes; "2 or more" where `nests`.
        nests: f(a, b, c) is f(f(a, b), c).
        partial: some real arguments have no real value, so the result is looked at.
    """

    build: Callable[..., Expr]
    number: Callable[..., float]
    arity: int = 1
    nests: bool = False
    partial: bool = False


def _sign(u: float) -> float:
    return float((u > 0) - (u < 0))


def _absolute(u: Expr) -> Expr:
    """|u| with the exponentials in u positive, which SymPy does not see where it cannot tell that
    their exponents are real.
    """
    factors = sympy.Mul.make_args(u)
    positive = [factor for factor in factors if isinstance(factor, sympy.exp)]
    rest = sympy.Mul(*(factor for factor in factors if factor not in positive))
    return sympy.Mul(*positive) * sympy.Abs(rest)


def _cube_root(u: Expr) -> Expr:
    return sympy.sign(u) * _absolute(u) ** Rational(1, 3)


def _power(a: float, b: float) -> float:
    if a == 0 and b < 0:
        raise ZeroDivisionError
    return math.pow(a, b)


def _log_gamma(u: Expr) -> Expr:
    # SymPy turns loggamma of an integer expression into log(gamma(u)), which overflows.
    return sympy.loggamma(u, evaluate=bool(u.is_number))


def _log_gamma_number(u: float) -> float:
    if u > 100:
        raise OverflowError
    return math.lgamma(u)


def _log_add_exp(a: Expr, b: Expr) -> Expr:
    return sympy.log(sympy.exp(a) + sympy.exp(b))


def _log_add_exp_number(a: float, b: float) -> float:
    return max(a, b) + (math.log1p(math.exp(-abs(a - b))) if a != b else math.log(2))


def _aliases(table: dict[str, Function], pairs: dict[str, str]) -> dict[str, Function]:
    return table | {alias: table[name] for alias, name in pairs.items()}


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    _aliases(
        {
            "+": Function(operator.add, operator.add, 2),
            "-": Function(operator.sub, operator.sub, 2),
            "*": Function(operator.mul, operator.mul, 2),
            "/": Function(operator.truediv, operator.truediv, 2, partial=True),
            "power": Function(sympy.Pow, _power, 2, partial=True),
            "negative": Function(operator.neg, operator.neg),
            "positive": Function(operator.pos, operator.pos),
            "reciprocal": Function(lambda u: 1 / u, lambda u: 1 / u, partial=True),
            "square": Function(lambda u: u**2, lambda u: u * u),
            "sqrt": Function(sympy.sqrt, math.sqrt, partial=True),
            "cbrt": Function(_cube_root, lambda u: _sign(u) * abs(u) ** (1 / 3)),
            "exp": Function(sympy.exp, math.exp),
            "exp2": Function(lambda u: sympy.Integer(2) ** u, lambda u: math.pow(2, u)),
            "expm1": Function(lambda u: sympy.exp(u) - 1, math.expm1),
            "log": Function(sympy.log, math.log, partial=True),
            "log2": Function(lambda u: sympy.log(u) / sympy.log(2), math.log2, partial=True),
            "log10": Function(lambda u: sympy.log(u) / sympy.log(10), math.log10, partial=True),
            "log1p": Function(lambda u: sympy.log(1 + u), math.log1p, partial=True),
            "logaddexp": Function(
                _log_add_exp,
                _log_add_exp_number,
                2,
            ),
            "sin": Function(sympy.sin, math.sin),
            "cos": Function(sympy.cos, math.cos),
            "tan": Function(sympy.tan, math.tan, partial=True),
            "arcsin": Function(sympy.asin, math.asin, partial=True),
            "arccos": Function(sympy.acos, math.acos, partial=True),
            "arctan": Function(sympy.atan, math.atan),
            "arctan2": Function(sympy.atan2, math.atan2, 2),
            "sinh": Function(sympy.sinh, math.sinh),
            "cosh": Function(sympy.cosh, math.cosh),
            "tanh": Function(sympy.tanh, math.tanh),
            "arcsinh": Function(sympy.asinh, math.asinh),
            "arccosh": Function(sympy.acosh, math.acosh, partial=True),
            "arctanh": Function(sympy.atanh, math.atanh, partial=True),
            "deg2rad": Function(lambda u: u * sympy.pi / 180, math.radians),
            "rad2deg": Function(lambda u: u * 180 / sympy.pi, math.degrees),
            "abs": Function(_absolute, abs),
            "sign": Function(sympy.sign, _sign),
            "erf": Function(sympy.erf, math.erf),
            "erfc": Function(erfc, math.erfc),
            "stop_gradient": Function(stop_gradient, float),
            "lgamma": Function(_log_gamma, _log_gamma_number, partial=True),
            "maximum": Function(Maximum, max, 2, nests=True),
            "minimum": Function(Minimum, min, 2, nests=True),
        },
        {
            "**": "power",
            "absolute": "abs",
            "fabs": "abs",
            "radians": "deg2rad",
            "degrees": "rad2deg",
        },
    )
)
"""Functions and operators by name."""

REDUCTIONS: Mapping[str, Callable[..., Expr]] = MappingProxyType(
    {"sum": SumOver, "mean": SumOver, "max": MaxOver, "min": MinOver}
)
"""Reductions over indices; a mean is a sum divided by the lengths."""

CONSTANTS: Mapping[str, tuple[Expr, float]] = MappingProxyType(
    {
        "pi": (sympy.pi, math.pi),
        "e": (sympy.E, math.e),
        "inf": (sympy.oo, math.inf),
    }
)
"""Constants by name: SymPy's and the float."""

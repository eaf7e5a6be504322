"""Exact decisions: what is 0 is proved, what is not 0 never is."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Rational, cosh, erf, exp, log, pi, sqrt, tanh

from symbp.check.algebra import Algebra
from symbp.check.digits import CONTEXT, evaluate, exact
from symbp.check.polynomial import UndecidedError

x, y, p = sympy.symbols("x y p", real=True)
VALUES = {x: CONTEXT.mpf("0.71"), y: CONTEXT.mpf("-0.33"), p: CONTEXT.mpf("1.93")}

ZERO = [
    (x + y) ** 3 - x**3 - 3 * x**2 * y - 3 * x * y**2 - y**3,
    x / (x + y) + y / (x + y) - 1,
    1 / (1 + exp(-x)) - exp(x) / (1 + exp(x)),
    tanh(x) - (exp(2 * x) - 1) / (exp(2 * x) + 1),
    log(1 + exp(x)) - x - log(1 + exp(-x)),
    log(exp(x) / (exp(x) + exp(y))) - x + log(exp(x) + exp(y)),
    tanh(log(1 + exp(x))) - ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1),
    1 / sqrt(x**2 + 2) - sqrt(x**2 + 2) / (x**2 + 2),
    sqrt(x**2 / 4 + Rational(1, 2)) - sqrt(x**2 + 2) / 2,
    sqrt(2) * sqrt(pi) / (2 * pi) - 1 / sqrt(2 * pi),
    log(cosh(x)) - x - log(1 + exp(-2 * x)) + log(2),
    sympy.diff(erf(x / sqrt(2)), x) - sqrt(2) * exp(-(x**2) / 2) / sqrt(pi),
    x**p * p / x - p * x ** (p - 1),
    x**p - exp(p * log(x)),
    log(x**2) - 2 * log(x),
    Abs(y) + y,
    sympy.sin(2 * x) ** 2 + sympy.cos(2 * x) ** 2 - 1,
    exp(Rational(1702, 1000) * x) ** 2 - exp(Rational(3404, 1000) * x),
    sympy.asinh(x) - log(x + sqrt(1 + x**2)),
    x ** Rational(1, 3) * x ** Rational(2, 3) - x,
]


@pytest.mark.parametrize("expression", ZERO, ids=str)
def test_proves_zero(expression: sympy.Expr) -> None:
    assert Algebra(VALUES, CONTEXT, 100_000).is_zero(expression)


@pytest.mark.parametrize("expression", ZERO, ids=str)
def test_never_proves_what_is_not_zero(expression: sympy.Expr) -> None:
    for off in (x / 10**6, exp(y), Rational(1, 10**9), sqrt(2) * p):
        assert abs(evaluate(expression + off, VALUES)) > 1e-12
        assert not Algebra(VALUES, CONTEXT, 100_000).is_zero(expression + off)


def test_work_is_bounded() -> None:
    symbols = sympy.symbols("z:12", real=True)
    values = {s: CONTEXT.mpf(n + 1) / 7 for n, s in enumerate(symbols)}
    with pytest.raises(UndecidedError):
        Algebra(values, CONTEXT, 10_000).is_zero(sum(symbols) ** 12)


def test_a_float_is_the_simplest_number_that_rounds_to_it() -> None:
    assert exact(0.1) == Rational(1, 10)
    assert exact(1 / 3) == Rational(1, 3)
    assert exact(0.044715) == Rational(44715, 1000000)
    assert exact(1.0507009873554805) == Rational("1.0507009873554805")
    assert exact(True) == 1

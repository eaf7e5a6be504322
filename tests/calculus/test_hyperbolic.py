"""Hyperbolic functions that are written out, and what is none."""

from __future__ import annotations

import pytest
import sympy
from sympy import cosh, exp, sinh, tanh

from symbp.calculus.hyperbolic import as_tanh, with_hyperbolics
from symbp.calculus.spot_check import do_differ
from symbp.notation import Entry, Index, SumOver

H = Index("h", "h")
X, Y, R = Entry("x"), Entry("y"), Entry("r", H)


@pytest.mark.parametrize(
    ("quotient", "function"),
    [
        ((exp(X) - exp(-X)) / (exp(X) + exp(-X)), tanh(X)),
        ((exp(-X) - exp(X)) / (exp(X) + exp(-X)), -tanh(X)),
        ((1 - exp(-X)) / (1 + exp(-X)), tanh(X / 2)),
        ((exp(X) - exp(Y)) / (exp(X) + exp(Y)), tanh(X / 2 - Y / 2)),
        ((3 * exp(X) - 3) / (2 * exp(X) + 2), sympy.Rational(3, 2) * tanh(X / 2)),
        (sinh(X) * Y / cosh(X), Y * tanh(X)),
        ((Y * exp(X) - Y) / (exp(X) + 1) ** 2, Y * tanh(X / 2) / (exp(X) + 1)),
        (1 + (exp(R) - 1) / (exp(R) + 1), 1 + tanh(R / 2)),
        (sympy.log(X + sympy.sqrt(X**2 + 1)), sympy.asinh(X)),
        (2 * sympy.log(X * Y + sympy.sqrt(X**2 * Y**2 - 1)), 2 * sympy.acosh(X * Y)),
        (SumOver((exp(R) - 1) / (exp(R) + 1), H), SumOver(tanh(R / 2), H)),
    ],
    ids=str,
)
def test_is_the_function(quotient, function):
    assert with_hyperbolics(quotient) == function
    assert not do_differ(quotient, function)


@pytest.mark.parametrize(
    "other",
    [
        (exp(X) - exp(-Y)) / (exp(X) + exp(-X)),
        (exp(X) - 2) / (exp(X) + 1),
        (2 * exp(X) - 1) / (2 * exp(X) + 1),
        (exp(X) + exp(-X)) / (exp(X) + exp(-X) + 1),
        (X - 1) / (X + 1),
        sinh(X) / cosh(Y),
        sympy.log(X + sympy.sqrt(Y**2 + 1)),
        sympy.log(X + sympy.sqrt(X**2 + 2)),
        X * Y,
    ],
    ids=str,
)
def test_is_none(other):
    assert as_tanh(other) == other
    assert with_hyperbolics(other) == other

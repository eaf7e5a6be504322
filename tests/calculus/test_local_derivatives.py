"""Local derivatives against mpmath's numerical ones, and the conventions at kinks."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from calculus.by_numbers import Evaluator
from sympy import Abs, Integer, Rational, exp, log, sign, sin, sqrt, tanh

from symbp.calculus.local import local_derivative, with_kinks_resolved
from symbp.notation import Differs, Entry, Maximum, Minimum, Where, scalar
from symbp.ops import erfc

X, V, Y = Entry("x"), Entry("v"), Entry("y")
P = scalar("p")

OPERATIONS = {
    "exp": exp(X), "log": log(X), "sqrt": sqrt(X), "reciprocal": 1 / X, "square": X**2,
    "power": X**P, "cube root": X ** Rational(1, 3), "inverse square": X**-2,
    "by exponent": V**X, "by base": X**V, "product": 3 * X * V, "sum": X + V - 1,
    "difference": V - X, "sin": sin(X), "tan": sympy.tan(X), "tanh": tanh(X),
    "arctan": sympy.atan(X), "arcsin": sympy.asin(X / 2), "erf": sympy.erf(X),
    "erfc": erfc(X), "erfc of the opposite": erfc(-X),
    "lgamma": sympy.loggamma(X), "abs": Abs(X), "maximum": Maximum(X, V), "minimum": Minimum(X, V),
    "where": Where(X > V, X**2, V), "square of itself": X * X * V, "arcsinh": sympy.asinh(X),
    "arctanh": sympy.atanh(X / 2), "cosh": sympy.cosh(X),
}  # fmt: skip


def value(expression, x: float, v: float):
    with mpmath.workdps(30):
        tensors = {"x": x, "v": v}
        tensors["y"] = 0
        return Evaluator(tensors, {}, {"p": 1.7})(expression, {})


@pytest.mark.parametrize("x", [0.4, 1.9])
@pytest.mark.parametrize("name", OPERATIONS)
def test_agrees_with_numerical_differentiation(name, x):
    operation = OPERATIONS[name]
    found = value(local_derivative(operation, X), x, 1.1)
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -20
        evaluate = Evaluator({"x": 0, "v": 1.1}, {}, {"p": 1.7})
        ends = []
        for moved in (mpmath.mpf(x) + step, mpmath.mpf(x) - step):
            evaluate.tensors["x"] = np.array(moved, dtype=object)
            ends.append(evaluate(operation, {}))
        wanted = (ends[0] - ends[1]) / (2 * step)
    assert float(found) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize(
    ("operation", "derivative"),
    [
        (exp(X), Y),
        (1 / X, -(Y**2)),
        (sqrt(X), 1 / (2 * Where(sympy.Not(Differs(Y, sympy.S.Zero)), sympy.oo, Y))),
        (sqrt(X**2 + 1), X / Y),
        (tanh(X), 1 - Y**2),
        (X**2, 2 * X),
        (log(X), 1 / X),
        (-X, Integer(-1)),
        (1 + X, Integer(1)),
        (X * V, V),
    ],
)
def test_is_written_with_the_output_where_that_is_shorter(operation, derivative):
    assert sympy.expand(local_derivative(operation, X, Y) - derivative) == 0


@pytest.mark.parametrize(
    ("operation", "x", "v", "slope"),
    [
        (Maximum(X, Integer(0)), 0, 0, 0),
        (Maximum(Integer(0), X), 0, 0, 0),
        (Minimum(X, Integer(6)), 6, 0, 1),
        (Minimum(Integer(6), X), 6, 0, 1),
        (Maximum(X, V), 2, 2, 1),
        (Maximum(V, X), 2, 2, 0),
        (Minimum(X, V), 2, 2, 0),
        (Minimum(V, X), 2, 2, 1),
        (Maximum(X, P), 1.7, 0, 0),
        (Abs(X), 0, 0, 0),
        (sign(X), 0, 0, 0),
        (Where(X > 0, X, 2 * X), 0, 0, 2),
        (Where(X >= 0, X, 2 * X), 0, 0, 1),
    ],
)
def test_the_declared_subgradient_at_a_kink(operation, x, v, slope):
    assert value(local_derivative(operation, X), x, v) == slope


@pytest.mark.parametrize("other", [V, Integer(2), P])
def test_a_maximum_and_a_minimum_have_the_slope_of_the_sum_at_a_tie(other):
    for a, b in ((X, other), (other, X)):
        slopes = [local_derivative(node, X) for node in (Maximum(a, b), Minimum(a, b))]
        assert sum(value(slope, 2 if other != P else 1.7, 2) for slope in slopes) == 1


@pytest.mark.parametrize("power", [Rational(1, 2), Rational(1, 3), Rational(3, 10)])
def test_the_slope_of_a_root_at_zero_is_zero(power):
    with mpmath.workdps(30):
        evaluate = Evaluator({"x": 0, "y": 0}, {})
        assert evaluate(local_derivative(X**power, X, Y), {}) == 0


def test_a_tie_goes_to_exactly_one_side():
    for operation in (Maximum(X, V), Minimum(X, V)):
        slopes = [value(local_derivative(operation, by), 3, 3) for by in (X, V)]
        assert sum(slopes) == 1


def test_the_slope_of_zero_to_a_positive_power_by_the_power_is_zero():
    assert value(local_derivative(X**V, V), 0, 2) == 0


def test_resolved_kinks_are_worth_the_same():
    for name in ("maximum", "minimum"):
        for x in (0.5, 1.1, 2.0):
            assert value(with_kinks_resolved(OPERATIONS[name]), x, 1.1) == value(
                OPERATIONS[name], x, 1.1
            )

"""Dual numbers: every slope against differences at many digits, and the conventions at ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from symbp.check.data import Data
from symbp.check.dual_gradients import dual_gradients
from symbp.check.oracle import Oracle
from symbp.check.slopes import SLOPES, power_slopes
from symbp.notation import layer
from symbp.ops import stop_gradient

ORACLE = Oracle(40)
OUTSIDE_OF_1 = {sympy.acosh}


DIFFERENTIABLE = [kind for kind in SLOPES if kind is not stop_gradient]  # which is declared 0


@pytest.mark.parametrize("kind", DIFFERENTIABLE, ids=lambda kind: kind.__name__)
def test_every_slope_is_that_of_differences(kind: type) -> None:
    function, context = ORACLE.arithmetic.functions[kind], ORACLE.context
    x = context.mpf("1.7" if kind in OUTSIDE_OF_1 else "0.37")
    before = {sympy.polygamma: (context.mpf(2),), sympy.atan2: (context.mpf("0.8"),)}.get(kind, ())
    h = context.mpf("1e-13")
    wanted = (function(*before, x + h) - function(*before, x - h)) / (2 * h)
    got = SLOPES[kind](ORACLE, *before, x, function(*before, x))[-1]
    assert abs(got - wanted) <= 1e-20 * max(1, abs(wanted))


@pytest.mark.parametrize(("base", "exponent"), [("0.7", "2.3"), ("1.9", "-1"), ("2", "0.5")])
def test_both_slopes_of_a_power(base: str, exponent: str) -> None:
    context = ORACLE.context
    b, p = context.mpf(base), context.mpf(exponent)
    by_base, by_exponent = power_slopes(ORACLE, b, p, b**p)
    h = context.mpf("1e-13")
    assert abs(by_base - ((b + h) ** p - (b - h) ** p) / (2 * h)) < 1e-20
    assert abs(by_exponent - (b ** (p + h) - b ** (p - h)) / (2 * h)) < 1e-20


def gradients(text: str, **arrays: Any) -> dict[str, list[float]]:
    one = layer("One", text)
    data = Data({name: np.asarray(a, float) for name, a in arrays.items()})
    shape = Oracle().forward(one, data)[one.outputs[0]].shape
    found = dual_gradients(one, Oracle(), data, {one.outputs[0]: np.ones(shape)})
    assert found.ties
    assert not found.blurred
    return {name: a.astype(float).tolist() for name, a in found.gradients.items()}


AT_TIES = {
    "maximum with a constant": ("y = maximum(x, 0)", {"x": 0}, {"x": 0}),
    "minimum with a constant": ("y = minimum(x, 0)", {"x": 0}, {"x": 1}),
    "the constant first": ("y = maximum(0, x) + 3*minimum(0, x)", {"x": 0}, {"x": 3}),
    "maximum of tensors": ("y = maximum(a, b)", {"a": 2, "b": 2}, {"a": 1, "b": 0}),
    "minimum of tensors": ("y = minimum(a, b)", {"a": 2, "b": 2}, {"a": 0, "b": 1}),
    "first maximal entry": ("y = max(x[i], i)", {"x": [1, 4, 4]}, {"x": [0, 1, 0]}),
    "first minimal entry": ("y = min(x[i], i)", {"x": [4, 1, 1]}, {"x": [0, 1, 0]}),
    "abs and sign": ("y = abs(x) + sign(x)", {"x": 0}, {"x": 0}),
    "branch taken": ("y = where(x > 0, 2*x, 5*x)", {"x": 0}, {"x": 5}),
    "norm": ("y = sqrt(sum(x[i]**2, i))", {"x": [0, 0]}, {"x": [0, 0]}),
    "a third of three": ("y = maximum(x/3, 1)", {"x": 3}, {"x": 0}),
}


@pytest.mark.parametrize(("text", "given", "wanted"), AT_TIES.values(), ids=list(AT_TIES))
def test_conventions_at_ties(text: str, given: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert gradients(text, **given) == wanted


def test_the_slope_of_what_is_stopped_is_0() -> None:
    one = layer("One", "y = x*stop_gradient(x)")
    found = dual_gradients(one, Oracle(), Data({"x": np.asarray(3.0)}), {"y": np.ones(())})
    assert float(found.gradients["x"][()]) == 3


def test_a_tie_that_rounding_may_break_is_blurred() -> None:
    one = layer("One", "y = maximum(x + z, 0.3)")
    data = Data({"x": np.asarray(0.1), "z": np.asarray(0.2)})
    found = dual_gradients(one, Oracle(), data, {"y": np.ones(())})
    assert found.blurred == 1


def test_a_slope_of_0_wins_against_infinity() -> None:
    one = layer("One", "p[k] = exp(x[k])/sum(exp(x[j]), j)\ny = sum(p[k]*log(p[k]), k)")
    data = Data({"x": np.array([0.5, -np.inf, 1.0])})
    found = dual_gradients(one, Oracle(), data, {"y": np.ones(())})
    assert np.isfinite(found.values["y"].astype(float))
    assert found.gradients["x"][1] == 0
    assert np.isfinite(found.gradients["x"].astype(float)).all()


def test_noise_shows_what_is_ill_conditioned() -> None:
    one = layer("One", "y = 1/(x - 1)")
    for x, low, high in ((3.0, 1e-17, 1e-14), (1 + 1e-9, 1e3, 1e15)):
        data = Data({"x": np.asarray(x)})
        exact, moved = (
            dual_gradients(one, Oracle(), data, {"y": np.ones(())}, noise=noise).gradients["x"][()]
            for noise in (0.0, 2.0**-52)
        )
        assert low < abs(float(exact - moved)) < high

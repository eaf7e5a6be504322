"""Kinks are met by arguments that are made for them, and told where they never are."""

from __future__ import annotations

import numpy as np
import pytest

from symbp import pipeline
from symbp.check import Verdict, check_layer
from symbp.check.conditioning import DOUBLE, rounding_errors
from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.sampling import find_recipe
from symbp.check.ties import kinks_of, tie_points
from symbp.notation import Layer, layer

MET = {
    "constants": layer("A", "y = minimum(maximum(x, -1.5), 6)"),
    "tensors": layer("B", "y[n, i] = maximum(x[n, i]*s[i], t[i])", parameters=["s", "t"]),
    "an index": layer("C", "y[n] = max(x[n, i], i) + min(x[n, i], i)"),
    "absolute value": layer("D", "y = abs(x - z)"),
    "sign": layer("E", "y = x*sign(x + 1)"),
    "a condition": layer("F", "y = where(x > k and x < 2*k, x**2, x)", hyper={"k": 0.75}),
    "a norm": layer("G", "y[n] = sqrt(sum(x[n, i]**2, i))"),
    "inside": layer(
        "H", "h[n, j] = sum(x[n, i]*W[i, j], i)\ny[n, j] = maximum(h[n, j], 0.1*h[n, j])"
    ),
    "a number": layer("I", "y[n] = abs(a)*x[n]", parameters=["a"]),
    "gathered": layer("J", "y[n] = maximum(E[t[n]], x[n])", parameters=["E"], constants=["t"]),
}  # fmt: skip


@pytest.mark.parametrize("one", MET.values(), ids=list(MET))
def test_every_kink_is_met(one: Layer) -> None:
    oracle = Oracle()
    recipe = find_recipe(one, oracle)
    met = set()
    for data, nodes in tie_points(one, recipe, oracle, np.random.default_rng(0)):
        assert all(np.isfinite(array).all() for array in data.arrays.values())
        met |= nodes
    assert met == {kink.node for kink in kinks_of(one)}


def test_smooth_layers_have_none() -> None:
    for text in ("y = x**2 + exp(x)", "y = 1/sqrt(2)*x", "y[i] = where(i > 1, x[i], 0)"):
        assert not kinks_of(layer("Smooth", text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("y = maximum(x, 0)", "1 of 1 kinks as declared, at 24 points"),
        ("y = maximum(x**2 + 1, -(z**2))", "0 of 1 kinks as declared, at 0 points; never met: "),
        ("y = maximum(x, 0) + maximum(x**2, -z**2 - 1)", "1 of 2 kinks as declared"),
        ("y = exp(x)", "largest error"),
    ],
)
def test_what_was_shown_of_kinks_is_told(text: str, shown: str) -> None:
    one = layer("One", text)
    source = pipeline.emit(one)
    (result,) = check_layer(
        one, pipeline.load_class(source), source.text, judges=("gradient",)
    ).results
    assert result.verdict is Verdict.PASSED, str(result)
    assert shown in result.detail


def test_rounding_explains_what_cancels_and_nothing_else() -> None:
    one = layer("One", "y[n] = sum(x[n, i]*w[i], i)", parameters=["w"])
    data = Data({"x": np.array([[1e8, -1e8, 1.0]]), "w": np.ones(3)})
    allowed = rounding_errors(one, data, {"y": np.ones(1)}, DOUBLE)
    assert 1e-9 < allowed["y"][0] < 1e-5
    assert np.all(allowed["dx"] < 1e-12)
    assert np.all(allowed["dw"] < 1e-5)


def test_ties_are_kept_where_only_derivatives_are_disturbed() -> None:
    one = layer("One", "y[n] = maximum(x[n]*w[n], 2)", parameters=["w"])
    data = Data({"x": np.array([0.5, 3.0]), "w": np.array([4.0, 1.0])})
    kept = rounding_errors(one, data, {"y": np.ones(2)}, DOUBLE, ties_kept=True)
    moved = rounding_errors(one, data, {"y": np.ones(2)}, DOUBLE)
    assert kept["dx"][0] == 0
    assert moved["dx"][0] > 1
    assert 0 < kept["dx"][1] < 1e-12

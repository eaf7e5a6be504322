"""Tests for nan and infinity are conditions that survive, and what they exclude stays out."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

X = np.array([1.5, np.nan, np.inf, -np.inf, -2, 0])
NAN = np.isnan(X)
POS, FINITE = np.isposinf(X), np.isfinite(X)
ABOVE = ~NAN & ~np.isneginf(X)


def kept(mask, value, other=0.0):
    return np.where(mask, value, other)


with np.errstate(all="ignore"):
    LAYERS = {
        "y = where(x != x, 0, x)": (kept(~NAN, X), kept(~NAN, 1)),
        "y = where(x == x, x**2, 0)": (kept(~NAN, X**2), kept(~NAN, 2 * X)),
        "y = where(not x != x, 3*x, 0)": (kept(~NAN, 3 * X), kept(~NAN, 3)),
        "y = where(x <= x, x, 2)": (kept(~NAN, X, 2), kept(~NAN, 1)),
        "y = where(x < x, 2, x)": (X, np.ones(6)),
        "y = where(x == inf, 0, x*x)": (kept(~POS, X**2), kept(~POS, 2 * X)),
        "y = where(inf != x, x, 4)": (kept(~POS, X, 4), kept(~POS, 1)),
        "y = where(x < inf, x, 4)": (kept(~POS & ~NAN, X, 4), kept(~POS & ~NAN, 1)),
        "y = where(x >= inf, 4, x)": (kept(~POS, X, 4), kept(~POS, 1)),
        "y = where(x <= inf, x, 4)": (kept(~NAN, X, 4), kept(~NAN, 1)),
        "y = where(x > -inf, x, 4)": (kept(ABOVE, X, 4), kept(ABOVE, 1)),
        "y = where(abs(x) < inf, exp(x), 0)": (kept(FINITE, np.exp(X)),) * 2,
        "y = where(x - 1 != x - 1, 0, x)": (kept(~NAN, X), kept(~NAN, 1)),
        "y = where(x != x or abs(x) == inf, 7, x)": (kept(FINITE, X, 7), kept(FINITE, 1)),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("forward", LAYERS)
def test_values_and_slopes(forward, dtype):
    layer = symbp.layer("F", forward)
    made = load_class(emit(layer))()
    value, slope = LAYERS[forward]
    with np.errstate(invalid="ignore", over="ignore"):
        y = made.forward(X.astype(dtype))
        dx = made.backward(np.ones(6, dtype))
    assert y.dtype == dx.dtype == dtype
    np.testing.assert_allclose(y, value, rtol=1e-6)
    np.testing.assert_allclose(dx, slope, rtol=1e-6)


@pytest.mark.parametrize("forward", LAYERS)
def test_the_judges_accept_it(forward):
    layer = symbp.layer("F", forward)
    source = emit(layer)
    assert check_layer(layer, load_class(source), source.text).ok


def test_a_mean_of_what_is_there():
    forward = (
        "y[n] = sum(where(x[n, i] != x[n, i], 0, x[n, i]*w[i]), i)"
        "/sum(where(x[n, i] != x[n, i], 0, 1), i)"
    )
    made = load_class(emit(symbp.layer("F", forward, parameters=["w"])))(np.array([1.0, 2, 3]))
    y = made.forward(np.array([[1, np.nan, 3], [4, 5, 6]]))
    np.testing.assert_allclose(y, [5, 32 / 3])
    np.testing.assert_allclose(made.backward(np.ones(2)), [[0.5, 0, 1.5], [1 / 3, 2 / 3, 1]])
    np.testing.assert_allclose(made.dw, [0.5 + 4 / 3, 5 / 3, 1.5 + 2])


def test_a_graph_with_numbers_takes_the_branch():
    graph = symbp.graph("y = where(x != x, 0, 2*x)", x=3)
    assert graph.values["y"] == 6
    assert graph.gradients["x"] == 2

"""What is held fixed has its value going forward and no slope going back."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class
from symbp.reports import report

X = np.random.default_rng(2).normal(size=(4, 5))
DY = np.random.default_rng(3).normal(size=(4, 5))


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


LAYERS = {
    "straight through": ("y = x + stop_gradient(sign(x) - x)", np.sign(X), DY),
    "a factor": ("y = x*stop_gradient(exp(x))", X * np.exp(X), DY * np.exp(X)),
    "all of it": ("y = stop_gradient(x**2) + 0.5*x", X**2 + X / 2, DY / 2),
    "a shift": (
        "y[n, c] = exp(x[n, c] - stop_gradient(max(x[n, k], k)))",
        np.exp(X - X.max(1, keepdims=True)),
        DY * np.exp(X - X.max(1, keepdims=True)),
    ),
    "a weight": (
        "y[n, c] = stop_gradient(softmax(x[n, c], c))*x[n, c]",
        softmax(X) * X,
        softmax(X) * DY,
    ),
    "nested": ("y = stop_gradient(x*stop_gradient(x))*x", X**3, DY * X**2),
    "a quotient of equals": ("y = exp(x)/stop_gradient(exp(x))", np.ones_like(X), DY),
    "a named value": ("a = stop_gradient(x)\ny = a*x + a", X**2 + X, DY * X),
}


@pytest.mark.parametrize("name", LAYERS)
def test_values_and_slopes(name):
    forward, value, slope = LAYERS[name]
    made = load_class(emit(symbp.layer("F", forward)))()
    np.testing.assert_allclose(made.forward(X), value, rtol=1e-12)
    np.testing.assert_allclose(made.backward(DY), slope, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", LAYERS)
def test_the_judges_accept_it(name):
    layer = symbp.layer("F", LAYERS[name][0])
    source = emit(layer)
    found = check_layer(
        layer, load_class(source), source.text, judges=("oracle", "gradient", "certificate")
    )
    assert found.ok, found.results


@pytest.mark.parametrize("name", ["a factor", "a shift", "a weight"])
def test_the_judges_reject_the_gradient_of_the_plain_formula(name):
    """A module that derives through what is to be held fixed, for the layer that holds it."""
    forward = LAYERS[name][0]
    plain = symbp.layer("F", forward.replace("stop_gradient(", "("))
    source = emit(plain)
    found = check_layer(
        symbp.layer("F", forward),
        load_class(source),
        source.text,
        judges=("gradient", "certificate"),
    )
    assert [result.verdict.value for result in found.results] == ["failed", "failed"]


def test_the_docstring_says_so():
    text = emit(symbp.layer("F", "y = x*stop_gradient(exp(x))")).text
    assert "the slope of stop_gradient(exp(x)) is 0 everywhere" in text


def test_of_a_hyper_parameter():
    layer = symbp.layer("F", "y = stop_gradient(a + 1)*x", hyper={"a": 2.0})
    made = load_class(emit(layer))()
    np.testing.assert_allclose(made.forward(X), 3 * X)
    np.testing.assert_allclose(made.backward(DY), 3 * DY)


def test_numbers_and_reports():
    graph = symbp.graph("y = x*stop_gradient(x)", x=3)
    assert graph.gradients["x"] == 3
    found = report(symbp.layer("F", "y = x*stop_gradient(x)"), judged=False)
    assert "stop_gradient(x)" in found.to_text()
    assert r"stop\_gradient" in found.to_latex()

"""The update rules against their published formulas, one number at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from symbp.training import SGD, Adam, Momentum

GRADIENTS = [0.5, -2.0, 0.0, 1e-3, 7.0]


def descend(w):
    for g in GRADIENTS:
        w -= 0.1 * g
    return w


def roll(w):
    v = 0.0
    for g in GRADIENTS:
        v = 0.8 * v - 0.1 * g
        w += v
    return w


def adapt(w):
    m = v = 0.0
    for k, g in enumerate(GRADIENTS, 1):
        m = 0.7 * m + 0.3 * g
        v = 0.9 * v + 0.1 * g**2
        w -= 0.1 * (m / (1 - 0.7**k)) / (math.sqrt(v / (1 - 0.9**k)) + 1e-6)
    return w


RULES = {
    "sgd": (SGD(0.1), descend),
    "momentum": (Momentum(0.1, 0.8), roll),
    "adam": (Adam(0.1, 0.7, 0.9, 1e-6), adapt),
}


@pytest.mark.parametrize(("rule", "formula"), RULES.values(), ids=RULES)
@pytest.mark.parametrize(("dtype", "digits"), [("float32", 1e-6), ("float64", 1e-14)])
def test_rule_is_the_published_one(rule, formula, dtype, digits):
    w = np.array([[1.0, -2.0]], dtype)
    params, wanted = {"W": w}, [[formula(1.0), formula(-2.0)]]
    state = rule.begin(params)
    for g in GRADIENTS:
        grads = {"W": np.full((1, 2), g, dtype)}
        kept = grads["W"].copy()
        rule.update(params, grads, state)
        np.testing.assert_array_equal(grads["W"], kept)
    assert params["W"] is w
    np.testing.assert_allclose(w, wanted, rtol=digits)
    moments = {array.dtype for name, array in state.items() if name != "k"}
    assert moments <= {np.dtype(dtype)}


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES.values()], ids=RULES)
def test_rule_is_frozen(rule):
    with pytest.raises(AttributeError):
        rule.rate = 1.0


def test_first_step_of_adam_is_the_rate_whatever_the_gradient():
    params = {"w": np.array([3.0, 3.0, 3.0])}
    rule = Adam(rate=0.01)
    rule.update(params, {"w": np.array([1e-3, -50.0, 2.0])}, rule.begin(params))
    np.testing.assert_allclose(params["w"], [2.99, 3.01, 2.99], rtol=1e-5)

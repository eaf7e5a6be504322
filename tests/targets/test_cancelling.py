"""Tensors that cancel from an equation, and gradients that are exactly 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

LAYERS: dict[str, dict[str, Any]] = {
    "a difference": {"forward": "y[n] = x[n] - x[n] + z[n]"},
    "a factor 0": {"forward": "y[n, i] = x[n, i] + 0*z[i]"},
    "a factor 1": {"forward": "y[n, i] = x[n]*z[i]/z[i]"},
    "a power 0": {"forward": "y[n] = x[n]**0*z[n]"},
    "a number": {"forward": "y[n] = sum(x[n, i], i)*w/w", "parameters": ["w"]},
    "a summed index": {"forward": "y[n] = sum(x[n, i]/x[n, i], i)*z[n]"},
    "an averaged index": {"forward": "y[n] = mean(x[n, i]/x[n, i], i)*z[n]"},
    "an index of a maximum": {"forward": "y[n] = max(x[n, i]/x[n, i]*z[n], i)"},
    "a hyper-parameter": {"forward": "y[n] = x[n]*(a - a + 1)", "hyper": {"a": 2}},
    "an index": {"forward": "y[n] = x[n]*n**0 + n - n"},
    "behind leading axes": {"forward": "y[..., i] = x[..., i]*z[...]/z[...]"},
    "over all axes": {"forward": "y = mean(x*z/z, ...)"},
    "steps of numbers": {"forward": "y[n] = sign(a)*sign(b)*x[n]"},
    "a choice by a number": {"forward": "y[n] = where(a <= 0, x[n], 1)"},
    "a choice by a parameter": {"forward": "y = where(a <= 0, x, 1)", "parameters": ["a"]},
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_judges_accept_it(name):
    layer = symbp.layer("F", **LAYERS[name])
    source = emit(layer)
    report = check_layer(layer, load_class(source), source.text)
    assert report.ok, report.results


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_that_are_0_have_the_dtype_and_shape(dtype):
    layer = symbp.layer("F", "y[n, i] = sign(a)*x[n]*w/w + 0*z[i]", parameters=["w"])
    made = load_class(emit(layer))(np.array(2, dtype))
    x = np.ones(3, dtype)
    y = made.forward(np.array(-1, dtype), x, np.ones(2, dtype))
    np.testing.assert_allclose(y, -np.ones((3, 2)))
    da, dx, dz = made.backward(np.ones_like(y))
    for gradient, shape in ((da, ()), (dz, (2,)), (made.dw, ())):
        assert gradient.dtype == dtype
        assert gradient.shape == shape
        assert not gradient.any()
    np.testing.assert_allclose(dx, [-2, -2, -2])

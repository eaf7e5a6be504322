"""No rewrite brings in a cancellation that the plain derivative does not have."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.pipeline import emit, load_class


@pytest.mark.parametrize(
    ("forward", "large"),
    [
        ("y = x/(1 + exp(-x))", 1e17),
        ("y = x*exp(x)/(1 + exp(x))", 1e17),
        ("s = 1/(1 + exp(-x))\ny = x*s", 1e17),
        ("y = (3 + x)/(1 + exp(-2*x))", 1e17),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_complement_is_not_multiplied_out(forward, large, dtype):
    made = load_class(emit(symbp.layer("F", forward)))()
    x = np.array([large, large**0.5, -large], dtype)
    made.forward(x)
    np.testing.assert_array_equal(made.backward(np.ones_like(x)), [1, 1, 0])


def test_a_square_of_a_difference_stays_one():
    layer = symbp.layer(
        "Mixture",
        "l[n, k] = log(w[n, k]) - (t[n] - m[n, k])**2/2*exp(-2*s[n, k]) - s[n, k]\n"
        "loss = -mean(log(sum(exp(l[n, k]), k)), n)",
        constants=["t"],
        inputs=["w", "m", "s"],
    )
    made = load_class(emit(layer))()
    given = [[[0.4, 0.6]], [[1000, 1000.1]], [[-3, -3]], [1000.05]]
    narrow = [np.array(value, np.float32) for value in given]
    wide = [value.astype(np.float64) for value in narrow]
    assert made.forward(*narrow) == pytest.approx(made.forward(*wide), rel=1e-5)
    gradients = made.backward()
    made.forward(*narrow)
    for got, expected in zip(made.backward(), gradients, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-3)

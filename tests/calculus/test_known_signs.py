"""The sign of what is rectified, asked of the rectified tensor that backward reads anyway."""

from __future__ import annotations

import numpy as np
import pytest

from symbp import derive, layer, pipeline

HIDDEN = "h[n, j] = sum(x[n, i]*V[i, j], i)\nr[n, j] = maximum(h[n, j], 0)\n"
SCORES = "y[n, k] = sum(r[n, j]*W[j, k], j)"
LAYERS = {
    "the rectified tensor is kept anyway": (HIDDEN + SCORES, "r[n, j] > 0"),
    "what is rectified is kept as well": (
        HIDDEN + SCORES + " + sum(h[n, j]**2*W[j, k], j)",
        "h[n, j] > 0",
    ),
    "nothing else reads the rectified tensor": (
        HIDDEN + "y[n] = r[n, 0]*3",
        "h[n, j] > 0",
    ),
    "it is cut at another number": (HIDDEN.replace("], 0)", "], 1)") + SCORES, "h[n, j] > 1"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_which_sign_is_asked(name):
    forward, asked = LAYERS[name]
    made = derive(layer("Made", forward, parameters=["V", "W"] if "W" in forward else ["V"]))
    assert asked in str(made.vjp)


def test_backward_is_the_same_with_ties_and_nan():
    made = pipeline.load_class(pipeline.emit(layer("Made", HIDDEN + SCORES, parameters=["V", "W"])))
    x = np.array([[1.0, 0.0], [-1.0, 2.0], [0.0, 0.0], [np.nan, 1.0]])
    V, W = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([[1.0], [3.0]])
    instance = made(V, W)
    instance.forward(x)
    h = x @ V
    expected = np.where(h > 0, np.ones((4, 1)) @ W.T, 0) @ V.T
    np.testing.assert_array_equal(instance.backward(np.ones((4, 1))), expected)

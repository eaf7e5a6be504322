"""Tensors whose every use cancels: the module still takes them, and checks what is left."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

LAYERS = {
    "a difference": "y = x - (t[t[0, 0], 0] - t[t[0, 0], 0])",
    "a choice": "y = where(x < z[t[0, 1]], x, x)",
}


@pytest.mark.parametrize("name", LAYERS)
def test_an_integer_tensor_that_picks_nothing(name):
    layer = symbp.layer("F", LAYERS[name], constants=["t"])
    source = emit(layer)
    cls = load_class(source)
    positions = np.array([[5, 7]])
    others = [np.array([1.0, 2.0])] if "z" in layer.inputs else []
    assert cls().forward(np.float64(2.0), *others, positions) == 2
    with pytest.raises(IndexError, match="t holds -1"):
        cls().forward(np.float64(2.0), *others, -np.ones((1, 2), int))
    assert check_layer(layer, cls, source.text).ok

"""Entries that a mask leaves out are 0 whatever they hold, in every layout of their arrays."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from symbp.notation import layer
from symbp.pipeline import emit, load_class

HOLDS = np.array([[np.nan, np.inf, -np.inf, 3e38], [1.5, -0.0, 1e-45, -2.5]])
KEPT = np.array([[0.0, 0, 0, 1], [1, 0, 1, 0]])


def layouts(array):
    yield array
    yield np.asfortranarray(array)
    yield np.repeat(array, 2, axis=1)[:, ::2]
    yield np.broadcast_to(array[:, :1], array.shape)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("value", ["where(m[n,k] > 0, x[n,k], 0)", "where(m[n,k] <= 0, 0, x[n,k])"])
def test_what_is_left_out_is_0(value, dtype):
    emitted = emit(layer("L", f"y[n,k] = {value}", constants=["m"]))
    assert "_masked(" in emitted.text
    assert "np.where(" not in emitted.text
    instance = load_class(emitted)()
    for x, m in zip(layouts(HOLDS.astype(dtype)), layouts(KEPT.astype(dtype)), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y = instance.forward(x, m)
            dx = instance.backward(np.ones_like(x))
        assert y.dtype == dx.dtype == dtype
        np.testing.assert_array_equal(y, np.where(m > 0, x, 0))
        np.testing.assert_array_equal(dx, m > 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_mask_is_broadcast(dtype):
    instance = load_class(
        emit(layer("L", "y[n,k] = where(m[n] > 0, x[k]*2, 0)", constants=["m"]))
    )()
    y = instance.forward(HOLDS[0].astype(dtype) / 2, np.array([1, 0], dtype))
    np.testing.assert_array_equal(y, np.stack([HOLDS[0].astype(dtype), np.zeros(4, dtype)]))

"""Differences of one sum under two indices: nothing is left where the indices are equal."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.notation import layer
from symbp.pipeline import emit, load_class


@pytest.mark.parametrize(
    "forward",
    [
        "y[i,k] = g[i] + l[i] - l[k] - g[k]",
        "y[i,k] = w*g[k] + l[k] - (l[i] + w*g[i])",
        "y[i,k] = a[i,k] - a[k,i] + l[i]*g[k] - l[k]*g[i]",
        "f[i] = log(sum(exp(a[i,j]), j))\nh[i] = f[i] + g[i]\ny[i,k] = h[i] - h[k] + a[k,i]*0",
    ],
)
def test_the_diagonal_is_exactly_0(forward):
    rng = np.random.default_rng(3)
    emitted = load_class(emit(layer("L", forward)))
    layer_ = emitted()
    arguments = {"w": 0.1, "a": rng.normal(size=(7, 7)), "l": rng.normal(size=7) * 1e3}
    arguments["g"] = rng.normal(size=7)
    names = layer_.forward.__code__.co_varnames[1 : layer_.forward.__code__.co_argcount]
    y = layer_.forward(*(np.float32(arguments[name]) for name in names))
    assert not np.diagonal(y).any()

"""Diagonals and gathers behind leading axes of any number."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

RNG = np.random.default_rng(8)
X = RNG.normal(size=(2, 3, 4, 4))
T = np.array([2, 0, 0, 3])

VALUES = {
    "y[...] = sum(x[..., i, i], i)": np.trace(X, axis1=-2, axis2=-1),
    "y[..., i] = x[..., i, i]**2": np.diagonal(X, axis1=-2, axis2=-1) ** 2,
    "y[..., h] = x[..., t[h], h]": X[..., T, np.arange(4)],
    "y[..., h] = x[..., h, t[h]]*x[..., 0, h]": X[..., np.arange(4), T] * X[..., 0, :],
    "y[..., h, i] = x[..., t[h], i]": X[..., T, :],
    "y[..., i, h] = x[..., i, t[h]]": X[..., T],
    "y[..., h] = x[..., t[h], t[h]]*x[..., h, h]": X[..., T, T]
    * np.diagonal(X, axis1=-2, axis2=-1),
    "y[..., h] = sum(x[..., t[h], i]*x[..., i, i], i)": (
        X[..., T, :] @ np.diagonal(X, axis1=-2, axis2=-1)[..., None]
    )[..., 0],
    "y[..., i, h, k] = x[..., i, s[h, k]]*t[h]": X[..., np.array([T, T[::-1]]).T] * T[:, None],
}


@pytest.mark.parametrize("forward", VALUES)
def test_any_number_of_leading_axes(forward):
    layer = made_of(forward)
    made = load_class(emit(layer))()
    constants = {"t": T, "s": np.array([T, T[::-1]]).T}
    given = [constants[name] for name in layer.constants]
    for x, wanted in ((X, VALUES[forward]), (X[0], VALUES[forward][0])):
        y = made.forward(x, *given)
        np.testing.assert_allclose(y, wanted)
        upstream = RNG.normal(size=y.shape)
        dx = made.backward(upstream)
        step = RNG.normal(size=x.shape)
        high, low = (made.forward(x + s * step, *given) for s in (1e-6, -1e-6))
        slope = np.sum(upstream * (high - low)) / 2e-6
        np.testing.assert_allclose(np.sum(dx * step), slope, rtol=1e-7)


@pytest.mark.parametrize("forward", VALUES)
def test_the_judges_accept_it(forward):
    layer = made_of(forward)
    source = emit(layer)
    report = check_layer(layer, load_class(source), source.text)
    assert report.ok, report.results


def made_of(forward: str):
    return symbp.layer("F", forward, constants=[name for name in "ts" if f"{name}[" in forward])

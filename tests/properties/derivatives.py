"""The oracle's own derivatives, one entry at a time, and how much rounding changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from properties.noise import Noisy
from symbp.check import Oracle, subject
from symbp.check.data import Data
from symbp.notation import Layer

__all__ = ["DIGITS", "Exact", "gradients", "outputs", "seen"]

DIGITS = 120
STEP = "1e-50"
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Exact:
    """Arrays by name: values (nan where there is none), and how uncertain they are.

    Args:
        values: multiprecision numbers.
        noise: by how much they change if every step of the evaluation is rounded.
        kinks: where the derivatives from the two sides differ.
    """

    values: dict[str, np.ndarray]
    noise: dict[str, np.ndarray]
    kinks: dict[str, np.ndarray]


def seen(layer: Layer, data: Data) -> Noisy:
    """What comes up when the equations are evaluated as written."""
    oracle = Noisy(DIGITS, 0.0)
    oracle.forward(layer, data)
    return oracle


def outputs(layer: Layer, data: Data, amplitude: float) -> Exact:
    """The outputs, and the effect of relative errors of the given amplitude."""
    values = Oracle(DIGITS).forward(layer, data)
    exact = {name: values[name] for name in layer.outputs}
    noise = {name: np.zeros(array.shape) for name, array in exact.items()}
    for seed in SEEDS:
        noisy = Noisy(DIGITS, amplitude, seed).forward(layer, _rounded(data, amplitude, seed))
        noise = {n: np.maximum(noise[n], _gaps(exact[n], noisy[n])) for n in exact}
    return Exact(exact, noise, {name: np.zeros(a.shape, bool) for name, a in exact.items()})


def gradients(
    layer: Layer, data: Data, upstreams: dict[str, np.ndarray], amplitude: float
) -> Exact:
    """The gradients, and the effect of relative errors of the given amplitude."""
    values, kinks = _gradients(layer, Oracle(DIGITS), data, upstreams)
    noise = {name: np.zeros(array.shape) for name, array in values.items()}
    for seed in SEEDS:
        oracle = Noisy(DIGITS, amplitude, seed)
        noisy, _ = _gradients(layer, oracle, _rounded(data, amplitude, seed), upstreams)
        noise = {n: np.maximum(noise[n], _gaps(values[n], noisy[n])) for n in values}
    return Exact(values, noise, kinks)


def _gradients(
    layer: Layer, oracle: Oracle, data: Data, upstreams: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    step = oracle.context.mpf(STEP)
    weights = {name: oracle.array(np.asarray(a, np.float64)) for name, a in upstreams.items()}

    def weighted(moved: Data) -> Any:
        found = oracle.forward(layer, moved)
        return sum(np.sum(array * found[name]) for name, array in weights.items())

    middle = weighted(data)
    values, kinks = {}, {}
    for name in subject.differentiable(layer):
        array = oracle.array(data.arrays[name])
        values[name] = np.empty(array.shape, object)
        kinks[name] = np.zeros(array.shape, bool)
        for place in np.ndindex(*array.shape):
            high, low = array.copy(), array.copy()
            high[place] += step
            low[place] -= step
            right = (weighted(data.with_array(name, high)) - middle) / step
            left = (middle - weighted(data.with_array(name, low))) / step
            values[name][place] = (right + left) / 2
            size = max(abs(right), abs(left), oracle.context.mpf("1e-30"))
            kinks[name][place] = abs(right - left) > 1e-6 * size
    return values, kinks


def _rounded(data: Data, amplitude: float, seed: int) -> Data:
    """Every floating argument off by a relative error."""
    rng = np.random.default_rng(seed)
    oracle = Oracle(DIGITS)
    arrays = {}
    for name, array in data.arrays.items():
        if array.dtype.kind != "f":
            arrays[name] = array
            continue
        errors = oracle.array(np.asarray(rng.uniform(-1, 1, array.shape)))
        moved = np.empty(array.shape, object)
        moved[...] = oracle.array(array) * (1 + errors * amplitude)
        arrays[name] = moved
    return Data(arrays, data.hyper, data.label)


def _gaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances; infinite where one is no number."""
    result = np.zeros(a.shape)
    for place in np.ndindex(*a.shape):
        gap = float(abs(a[place] - b[place]))
        result[place] = gap if np.isfinite(gap) else np.inf
    return result

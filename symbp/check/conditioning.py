"""How far rounding alone may move a result: what a judge must not blame the code for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symbp.check.data import Data
from symbp.check.dual_gradients import dual_gradients
from symbp.check.oracle import Oracle
from symbp.notation.layer import Layer

__all__ = ["DOUBLE", "SINGLE", "rounding_errors"]

DOUBLE, SINGLE = 2.0**-50, 2.0**-23
TRIALS, NOISES = 3, 30.0


def rounding_errors(
    layer: Layer,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    rounding: float,
    *,
    ties_kept: bool = False,
) -> dict[str, np.ndarray]:
    """What errors of every step of the formula do to its values and gradients.

    Args:
        layer: the layer.
        data: its arguments.
        upstreams: the outputs' weights by name; without them only the values matter.
        rounding: the relative error of one step.
        ties_kept: whether only the derivatives have errors, so that no decision changes.

    Returns:
        By name of tensor or gradient an allowance for every entry: many times what a few random
        trials show.
    """
    oracle = Oracle()

    def results(noise: float, seed: int) -> dict[str, np.ndarray]:
        found = dual_gradients(
            layer, oracle, data, upstreams, noise=noise, seed=seed, ties_kept=ties_kept
        )
        return found.values | {layer.gradient(n): array for n, array in found.gradients.items()}

    exact = results(0.0, 0)
    moved = [results(rounding, seed) for seed in range(TRIALS)]
    return {
        name: NOISES * np.max([_distance(array, trial[name]) for trial in moved], axis=0)
        for name, array in exact.items()
    }


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    gaps = [float(abs(x - y)) for x, y in zip(a.flat, b.flat, strict=True)]
    return np.reshape(np.array(gaps, float), a.shape)

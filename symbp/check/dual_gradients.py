"""Gradients of a whole layer by dual numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.check.data import Data
from symbp.check.duals import Duals
from symbp.check.oracle import Oracle
from symbp.check.walk import forward
from symbp.notation.layer import Layer

__all__ = ["Gradients", "differentiated", "dual_gradients"]


@dataclass(frozen=True)
class Gradients:
    """What dual numbers find at one set of arguments.

    Args:
        values: every defined tensor, as object arrays of multiprecision numbers.
        gradients: of the upstream-weighted sum of the outputs by every entry, by name.
        ties: how many decisions were between equals that float64 sees as equal too.
        blurred: how many were between numbers that float64 may order in another way.
    """

    values: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]
    ties: int
    blurred: int


def dual_gradients(
    layer: Layer,
    oracle: Oracle,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    *,
    noise: float = 0.0,
    seed: int = 0,
    ties_kept: bool = False,
) -> Gradients:
    """Values and gradients by the declared conventions.

    Args:
        layer: the layer.
        oracle: whose multiprecision numbers are used.
        data: its arguments.
        upstreams: the outputs' weights by name.
        noise: a relative error of up to this is made in every step and every argument: how much
            it changes the gradients tells how ill-conditioned they are.
        seed: of these errors.
        ties_kept: whether they are made in the derivatives alone, so that no decision changes.
    """
    return differentiated(layer, Duals(oracle, noise, seed, ties_kept), data, upstreams)


def differentiated(
    layer: Layer, duals: Duals, data: Data, upstreams: Mapping[str, np.ndarray]
) -> Gradients:
    """The same by dual numbers of any kind."""
    oracle = duals.oracle
    scope, first = duals.scope(layer, data)
    found = forward(layer, scope, duals.arithmetic)
    total: dict[int, Any] = {}
    for name, weights in upstreams.items():
        given = oracle.array(np.asarray(weights))
        for weight, dual in zip(given.flat, found[name].flat, strict=True):
            duals.accumulate(total, weight, dual.slopes)
    gradients = {}
    for name, start in first.items():
        array = np.empty(data.arrays[name].shape, object)
        for flat in range(array.size):
            array.flat[flat] = total.get(start + flat, oracle.context.zero)
        gradients[name] = array
    values = {name: _values(array) for name, array in found.items()}
    return Gradients(values, gradients, duals.ties, duals.blurred)


def _values(array: np.ndarray) -> np.ndarray:
    result = np.empty(array.shape, object)
    for flat, dual in enumerate(array.flat):
        result.flat[flat] = dual.value
    return result

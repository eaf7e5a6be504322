"""How far from the exact value may count as right.

- What the exact value itself changes by when every argument moves to a neighbouring float.
- In a gradient of an elementwise layer, what it changes by when the outputs are rounded: a slope
  that is computed from the output, as y*(1 - y) is, can know no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data, outside
from symbp.check.exact import clean_numbers
from symbp.check.extreme_points import is_elementwise
from symbp.check.ties import kinks_of
from symbp.notation.layer import Layer

__all__ = ["base_tolerance", "conditioned", "distance"]

RELATIVE = {np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-10}
MOVES = 4
CONDITION = 4
OUTPUTS = 8
"""Units in the last place of the outputs."""
STEP = 1e-5

Numbers = Mapping[str, np.ndarray]


def base_tolerance(exact: np.ndarray, dtype: Any) -> np.ndarray:
    """What is allowed anywhere: a few digits, and what is less than a normal number."""
    info = np.finfo(dtype)
    return np.asarray(RELATIVE[np.dtype(dtype)] * np.abs(exact) + 4 * float(info.tiny))


def conditioned(
    layer: Layer, data: Data, upstreams: Numbers, dtype: Any, exact: Numbers, seed: int = 0
) -> dict[str, np.ndarray]:
    """The errors that arguments or outputs off by a rounding explain, by output and argument.

    Args:
        layer: the layer.
        data: its arguments, in float64.
        upstreams: the outputs' weights.
        dtype: the float type that the class was run in.
        exact: outputs and gradients.
        seed: of the directions in which the arguments move.
    """
    rng = np.random.default_rng(seed)
    room = {name: base_tolerance(array, dtype) for name, array in exact.items()}
    free = not kinks_of(layer)
    worst = {name: np.zeros(array.shape) for name, array in exact.items()}
    for number in range(MOVES):
        moved = _moved(layer, data, dtype, rng, together=not (free and number % 2))
        found = clean_numbers(layer, moved, upstreams, dtype)
        for name, array in exact.items():
            with np.errstate(all="ignore"):
                change = _finite(np.abs(found[name] - array))
            worst[name] = np.maximum(worst[name], CONDITION * change)
    if is_elementwise(layer):
        for name, part in _output_room(layer, data, upstreams, dtype, exact).items():
            worst[name] = worst[name] + part
    return {name: room[name] + worst[name] for name in exact}


def _finite(array: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(array), array, 0.0)


def _moved(layer: Layer, data: Data, dtype: Any, rng: np.random.Generator, together: bool) -> Data:
    """Every entry at a neighbouring float; equal ones together, so that ties stay ties."""
    names = [n for n in outside(layer) if data.arrays[n].dtype.kind == "f"]
    if not names:
        return data
    entries = np.concatenate([data.arrays[name].ravel() for name in names])
    kept, which = np.unique(np.abs(entries), return_inverse=True)
    ups = rng.random(len(kept))[which] if together else rng.random(len(entries))
    largest = np.finfo(dtype).max
    towards = np.where(ups < 0.5, -np.inf, np.inf)
    with np.errstate(all="ignore"):
        near = np.nextafter(entries.astype(dtype), towards.astype(dtype)).astype(float)
    still = (entries == 0) | ~(np.abs(near) <= float(largest))
    near = np.where(still, entries, near)
    for name in names:
        array = data.arrays[name]
        head, near = near[: array.size], near[array.size :]
        data = data.with_array(name, head.reshape(array.shape))
    return data


def _output_room(
    layer: Layer, data: Data, upstreams: Numbers, dtype: Any, exact: Numbers
) -> dict[str, np.ndarray]:
    """What rounding the output does to each gradient, through every argument that moves it."""
    size = sum(np.abs(upstreams[name] * exact[name]) for name in layer.outputs)
    names = subject.differentiable(layer)
    room = {name: np.zeros(exact[name].shape) for name in names}
    epsilon = OUTPUTS * float(np.finfo(dtype).eps)
    for by in names:
        array = data.arrays[by]
        step = np.where(array == 0, STEP**2, STEP * array)
        found = clean_numbers(layer, data.with_array(by, array + step), upstreams, dtype)
        for name in names:
            with np.errstate(all="ignore"):
                slope = np.abs(found[name] - exact[name]) / np.abs(step)
                part = slope / np.abs(exact[by]) * (epsilon * size)
            room[name] = room[name] + _finite(part)
    return room


def distance(got: Any, wanted: Any) -> np.ndarray:
    """How far numbers are apart: not at all where both are the same infinity."""
    with np.errstate(invalid="ignore"):
        return np.where(got == wanted, 0.0, np.abs(got - wanted))

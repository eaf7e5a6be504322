"""Values and gradients where entries are infinite, such as a logit of -inf.

Two sources that share nothing must agree. The formula is evaluated at infinity itself: there
exp(-inf) is 0, log(0) is a number beyond all others that are finite, so that 0*log(0) is 0, and
0*inf or inf - inf has no value. And it is evaluated at large finite entries in the place of the
infinite ones, each of another size, twice: that is a limit if it does not matter how large they
are. That an output is infinite is asked only of logits, -inf in the only input, and no gradient
there but one that is 0; a parameter's gradient, the product with an infinite input, is not asked
at all. Where the outputs have a limit and a gradient depends on the way there, as that of a
log-sum-exp of nothing but -inf, the value at infinity is the declared convention and is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.dual_gradients import differentiated
from symbp.check.exact import Multiprecision, names_of, oracle_of
from symbp.check.extended import Extended
from symbp.check.extreme_points import is_elementwise
from symbp.notation.layer import Layer

__all__ = ["limits"]

DIGITS = 60
WAYS = ((1e7, 0.0), (1e9, 0.0), (1e9, 0.7))
"""The size of what stands for infinity, and by how much it grows from entry to entry."""
AGREES = 1e-6


def limits(
    layer: Layer, data: Data, upstreams: Mapping[str, np.ndarray], dtype: Any
) -> dict[str, np.ndarray]:
    """What is expected at arguments of which some are infinite.

    Args:
        layer: the layer.
        data: its arguments.
        upstreams: the outputs' weights.
        dtype: the float type; what is beyond its range is infinite.

    Returns:
        Outputs and gradients by name, infinite where they are; nan where nothing is asked.
    """
    oracle = oracle_of(DIGITS)
    at_infinity = _numbers(layer, Extended(oracle), data, upstreams)
    near = [
        _numbers(layer, Multiprecision(oracle), _replaced(data, size, growth), upstreams)
        for size, growth in WAYS
    ]
    expected = {}
    for name in names_of(layer):
        values = at_infinity[name]
        agree = np.logical_and.reduce([_agrees(values, way[name]) for way in near])
        free = np.zeros(values.shape, bool)
        if name not in layer.outputs:
            # By convention: no way there is told from another.
            free = ~_agrees(near[1][name], near[2][name]) & (values == 0)
        expected[name] = np.where(agree | free, values, np.nan)
    infinite = [np.isinf(_ranged(expected[name], dtype)) for name in layer.outputs]
    lacking = [np.isnan(expected[name]) for name in layer.outputs]
    logits = _are_logits(layer, data)
    for name, array in expected.items():
        without = _spread(layer, lacking, array)
        if name in layer.outputs and not logits:
            without = without | np.isinf(_ranged(array, dtype))
        elif name not in layer.outputs:
            without = without | (_spread(layer, infinite, array) & ((array != 0) | (not logits)))
            without = without | (name in layer.parameters)
        expected[name] = np.where(without, np.nan, array)
    return {name: _ranged(array, dtype) for name, array in expected.items()}


def _are_logits(layer: Layer, data: Data) -> bool:
    """Whether what is infinite is -inf, in a layer of one input."""
    floating = [n for n in subject.differentiable(layer) if not layer.tensors[n].integer]
    entries = [a for a in data.arrays.values() if a.dtype.kind == "f"]
    return len(floating) == 1 and not any(np.any(a == np.inf) for a in entries)


def _spread(layer: Layer, masks: list[np.ndarray], array: np.ndarray) -> np.ndarray:
    """Where one of the masks is set: anywhere, unless the entries are cases of their own."""
    if is_elementwise(layer):
        return np.asarray(np.logical_or.reduce(masks))
    return np.full(array.shape, any(mask.any() for mask in masks))


def _numbers(
    layer: Layer, duals: Multiprecision, data: Data, upstreams: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    found = differentiated(layer, duals, data, upstreams)
    numbers = {**{n: found.values[n] for n in layer.outputs}, **found.gradients}
    return {name: array.astype(float) for name, array in numbers.items()}


def _replaced(data: Data, size: float, growth: float) -> Data:
    count = 0
    for name, array in data.arrays.items():
        if array.dtype.kind != "f" or not np.isinf(array).any():
            continue
        places = np.isinf(array)
        sizes = size * (1 + growth * np.arange(count, count + np.count_nonzero(places)))
        count += len(sizes)
        moved = array.copy()
        moved[places] = np.sign(array[places]) * sizes
        data = data.with_array(name, moved)
    return data


def _agrees(expected: np.ndarray, near: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        close = np.abs(near - expected) <= AGREES * np.maximum(np.abs(expected), 1)
    diverges = np.isinf(expected) & (np.sign(near) == np.sign(expected)) & (np.abs(near) > 1e6)
    return np.asarray((close & np.isfinite(expected)) | diverges)


def _ranged(array: np.ndarray, dtype: Any) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.where(np.abs(array) > float(np.finfo(dtype).max), np.sign(array) * np.inf, array)

"""Exact values and gradients by the oracle alone, with what rounding of the arguments does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.extreme_points import is_elementwise
from symbp.check.oracle import Oracle
from symbp.notation.layer import Layer

__all__ = ["Exact", "exact_gradients", "exact_values"]

STEP = "1e-50"
ROUNDING = 2.0**-23


@dataclass(frozen=True)
class Exact:
    """Arrays by name: values, and for every entry how far from them may count as right.

    Args:
        values: multiprecision numbers; nan where there is none.
        kinks: where the derivatives from the two sides differ.
        slack: by how much the value changes if every argument is off by float32 rounding.
        scale: the size of the numbers that rounding errors are relative to.
    """

    values: Mapping[str, np.ndarray]
    kinks: Mapping[str, np.ndarray]
    slack: Mapping[str, np.ndarray]
    scale: Mapping[str, np.ndarray]

    def picked(self, chosen: Any) -> Exact:
        """Some entries of every array."""
        parts = (self.values, self.kinks, self.slack, self.scale)
        return Exact(*({n: _array(a[chosen]) for n, a in part.items()} for part in parts))


def exact_values(
    layer: Layer, oracle: Oracle, data: Data, rng: np.random.Generator | None
) -> Exact:
    """The outputs.

    Args:
        layer: the layer.
        oracle: at a high precision.
        data: floating arguments.
        rng: of the rounding errors that are tried; none are where it is None.
    """
    values = oracle.forward(layer, data)
    moved = values if rng is None else oracle.forward(layer, _rounded(oracle, data, rng))
    found = {name: values[name] for name in layer.outputs}
    smooth = {n: np.zeros(a.shape, bool) for n, a in found.items()}
    return _exact(found, moved, smooth, _floating(data), is_elementwise(layer))


def exact_gradients(
    layer: Layer,
    oracle: Oracle,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    rng: np.random.Generator | None,
) -> Exact:
    """Gradients by differences of the oracle, at so high a precision that they are exact.

    Args:
        layer: the layer.
        oracle: at a precision of more than 100 digits.
        data: floating arguments.
        upstreams: by output.
        rng: of the rounding errors that are tried; none are where it is None.
    """
    # Entries that do not depend on each other are moved all at once.
    elementwise = is_elementwise(layer)
    at = {n: oracle.array(a) for n, a in upstreams.items()}
    values, kinks = _gradients(layer, oracle, data, at, elementwise)
    moved = values
    if rng is not None:
        rounded = _rounded(oracle, data, rng)
        moved, _ = _gradients(layer, oracle, rounded, at, elementwise, one_sided=True)
    outside = _edge(layer, oracle, data, elementwise)
    for array in values.values():
        array[np.broadcast_to(outside, array.shape)] = oracle.context.nan
    outputs = oracle.forward(layer, data)
    sources = (*_floating(data), *(outputs[name] for name in layer.outputs))
    return _exact(values, moved, kinks, sources, elementwise)


def _floating(data: Data) -> tuple[np.ndarray, ...]:
    return tuple(array for array in data.arrays.values() if array.dtype.kind == "f")


def _gradients(
    layer: Layer,
    oracle: Oracle,
    data: Data,
    upstreams: Mapping[str, Any],
    elementwise: bool,
    one_sided: bool = False,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Gradients and kinks; from one side alone they take half the time, and kinks are not seen."""
    step = oracle.context.mpf(STEP)

    def weighted(moved: Data) -> np.ndarray:
        values = oracle.forward(layer, moved)
        total: Any = 0
        for name in layer.outputs:
            part = upstreams[name] * values[name]
            total = total + (part if elementwise else np.sum(part))
        return _array(total)

    def ends(name: str, move: Callable[[Any], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        high = weighted(data.with_array(name, move(step)))
        mirrored = _array(2 * middle - high)
        low = mirrored if one_sided else weighted(data.with_array(name, move(-step)))
        return high, low

    middle = weighted(data)
    gradients, kinks = {}, {}
    for name in subject.differentiable(layer):
        array = oracle.array(data.arrays[name])
        if elementwise:
            high, low = ends(name, partial(_added, array))
            gradients[name], kinks[name] = _derivative(middle, high, low, step)
            continue
        gradients[name] = np.empty(array.shape, object)
        kinks[name] = np.zeros(array.shape, bool)
        for place in np.ndindex(*array.shape):
            high, low = ends(name, partial(_nudged, array, place))
            gradient, kink = _derivative(middle, high, low, step)
            gradients[name][place], kinks[name][place] = gradient[()], kink[()]
    return gradients, kinks


def _edge(layer: Layer, oracle: Oracle, data: Data, elementwise: bool) -> np.ndarray:
    """Where there is no value if all arguments move a little: no gradient is asked there."""
    rng = np.random.default_rng(0)
    outside: np.ndarray = np.zeros((), bool)
    for _ in range(4):
        moved = data
        for name in subject.differentiable(layer):
            array = oracle.array(data.arrays[name])
            nudge = oracle.array(rng.uniform(-1, 1, array.shape)) * oracle.context.mpf(STEP)
            moved = moved.with_array(name, _array(array + nudge))
        values = oracle.forward(layer, moved)
        for name in layer.outputs:
            missing = np.array([v != v for v in values[name].flat], bool)
            missing = missing.reshape(values[name].shape)
            outside = outside | (missing if elementwise else missing.any())
    return outside


def _added(array: np.ndarray, step: Any) -> np.ndarray:
    return _array(array + step)


def _nudged(array: np.ndarray, place: tuple[int, ...], step: Any) -> np.ndarray:
    result = array.copy()
    result[place] += step
    return result


def _derivative(
    middle: np.ndarray, high: np.ndarray, low: np.ndarray, step: Any
) -> tuple[np.ndarray, np.ndarray]:
    values = np.empty(middle.shape, object)
    kinks = np.zeros(middle.shape, bool)
    for place in np.ndindex(*middle.shape):
        right = (high[place] - middle[place]) / step
        left = (middle[place] - low[place]) / step
        values[place] = (right + left) / 2
        # Both may be of the size of the step, as those of x**2 are at 0.
        kinks[place] = abs(right - left) > 1e-6 * max(abs(right), abs(left), 1e-30)
    return values, kinks


def _rounded(oracle: Oracle, data: Data, rng: np.random.Generator) -> Data:
    """Every floating argument off by the rounding of float32, up or down."""
    arrays = {}
    for name, array in data.arrays.items():
        if array.dtype.kind != "f":
            arrays[name] = array
            continue
        signs = np.where(rng.random(array.shape) < 0.5, -ROUNDING, ROUNDING)
        arrays[name] = _array(oracle.array(array) * (1 + oracle.array(np.asarray(signs))))
    return Data(arrays, data.hyper, data.label)


def _exact(
    values: Mapping[str, np.ndarray],
    moved: Mapping[str, np.ndarray],
    kinks: Mapping[str, np.ndarray],
    sources: Iterable[np.ndarray],
    elementwise: bool,
) -> Exact:
    sizes = {name: _floats(array, lambda v, m: abs(v), array) for name, array in values.items()}
    slack = {n: _floats(a, lambda v, m: abs(v - m), moved[n]) for n, a in values.items()}
    # A result may have cancelled from numbers of the size of the arguments and of its fellows.
    around = [_floats(array, lambda v, m: abs(v), array) for array in sources]
    scale = {}
    for name, size in sizes.items():
        if elementwise:
            scale[name] = np.maximum.reduce([np.ones(size.shape), size, *around])
        else:
            largest = max(float(np.max(a, initial=1.0)) for a in (*sizes.values(), *around))
            scale[name] = np.full(size.shape, largest)
    return Exact(values, kinks, slack, scale)


def _floats(array: np.ndarray, function: Callable[[Any, Any], Any], other: np.ndarray) -> Any:
    result = np.zeros(array.shape)
    for place in np.ndindex(*array.shape):
        value = float(function(array[place], other[place]))
        result[place] = value if np.isfinite(value) else 0.0
    return result


def _array(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), object if not isinstance(value, np.generic) else value.dtype)
    array[()] = value
    return array

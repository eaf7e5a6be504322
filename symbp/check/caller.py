"""What the caller does to its arrays between the calls must corrupt no gradient silently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.notation.layer import Layer

__all__ = ["caller_faults"]


def caller_faults(layer: Layer, cls: type, data: Data, rng: np.random.Generator) -> str:
    """Writes to all that the caller has in hand, wherever NumPy lets it, before backward.

    Args:
        layer: the layer.
        cls: the emitted class.
        data: its arguments.
        rng: the source of upstream values.

    Returns:
        "" or what was written to and which gradient is another one for it.
    """
    data = _private(data)
    instance = subject.build(layer, cls, data, validate=False)
    upstreams = subject.random_upstreams(subject.forward(layer, instance, data), rng)
    upstreams = {name: np.asarray(u, _dtype(data)) for name, u in upstreams.items()}
    expected = _backward(layer, instance, upstreams)
    for what in ("outputs", "arguments", "gradients"):
        given = _private(data)
        outputs = subject.forward(layer, instance, given)
        written = {"outputs": outputs, "arguments": _arguments(layer, given)}.get(what)
        if written is None:
            written = subject.backward(layer, instance, _copies(upstreams))
        for array in written.values():
            _write(array)
        if what == "outputs" and (name := _changed(given.arrays, data.arrays)):
            return f"the returned outputs share memory with {name}"
        if name := _changed(_backward(layer, instance, upstreams), expected):
            return f"the gradient of {name} is another one after the {what} were written to"
    return ""


def _dtype(data: Data) -> np.dtype[Any]:
    """The floating type of the arguments; float64 if none is floating."""
    floating = (array.dtype for array in data.arrays.values() if array.dtype.kind == "f")
    return next(floating, np.dtype(np.float64))


def _private(data: Data) -> Data:
    return Data(_copies(data.arrays), data.hyper, data.label)


def _copies(arrays: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.array(array) for name, array in arrays.items()}


def _arguments(layer: Layer, data: Data) -> dict[str, np.ndarray]:
    """What was handed to forward; parameters are read again by backward, as they must be."""
    return {name: data.arrays[name] for name in (*layer.inputs, *layer.constants)}


def _backward(
    layer: Layer, instance: Any, upstreams: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    return _copies(subject.backward(layer, instance, _copies(upstreams)))


def _write(array: Any) -> None:
    """Changes every entry of an array that is writable."""
    if isinstance(array, np.ndarray) and array.flags.writeable:
        array[...] = array + 1 if array.dtype.kind in "iu" else 3 * array + 1


def _changed(now: Mapping[str, np.ndarray], before: Mapping[str, np.ndarray]) -> str:
    """The first array that is another one; "" if none is."""
    for name, array in before.items():
        if not np.array_equal(now[name], array, equal_nan=array.dtype.kind == "f"):
            return name
    return ""

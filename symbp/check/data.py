"""One set of arguments of a layer, and what the equations see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symbp.notation.expression import VARIADIC
from symbp.notation.layer import Layer, Tensor

__all__ = ["Data", "lengths", "outside", "plain"]


@dataclass(frozen=True)
class Data:
    """The arrays and numbers that a layer is given.

    Args:
        arrays: inputs, parameters and constants by name, as an emitted class takes them.
        hyper: hyper-parameters by name.
        label: where it comes from, for messages: the lengths and the leading shape.
    """

    arrays: Mapping[str, np.ndarray]
    hyper: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def with_array(self, name: str, array: np.ndarray) -> Data:
        """The same with another array."""
        return replace(self, arrays={**self.arrays, name: array})

    def entry(self, place: Any) -> Data:
        """One entry of arrays of one shape, as arrays of length 1."""
        arrays = {name: np.asarray(array[place])[None] for name, array in self.arrays.items()}
        return replace(self, arrays=arrays)

    def cast(self, dtype: Any) -> Data:
        """The same with floating arrays of another dtype."""
        return replace(
            self,
            arrays={
                name: array.astype(dtype) if array.dtype.kind == "f" else array.copy()
                for name, array in self.arrays.items()
            },
        )


def outside(layer: Layer) -> tuple[str, ...]:
    """The tensors given from outside: inputs, parameters, constants."""
    return (*layer.inputs, *layer.parameters, *layer.constants)


def plain(layer: Layer, data: Data) -> dict[str, np.ndarray]:
    """The arrays as the equations see them: `*i` flattened, classes made one-hot.

    Args:
        layer: the layer.
        data: its arguments.

    Returns:
        Arrays by name; an axis of a one-hot constant that was given as classes is appended with
        the length that the other tensors give it.
    """
    result = {}
    given = _lengths(layer, {n: a for n, a in data.arrays.items() if not _is_classes(layer, n, a)})
    for name in outside(layer):
        tensor, array = layer.tensors[name], data.arrays[name]
        if _is_classes(layer, name, array):
            assert tensor.one_hot is not None
            count = given[tensor.axes[tensor.one_hot].space]
            array = np.moveaxis(np.eye(count)[array], -1, tensor.one_hot - len(tensor.axes))
        result[name] = _flattened(tensor, array)
    return result


def lengths(layer: Layer, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The length of every index space, `...` as a tuple, from flattened arrays."""
    return _lengths(layer, arrays)


def _is_classes(layer: Layer, name: str, array: np.ndarray) -> bool:
    tensor = layer.tensors[name]
    return tensor.one_hot is not None and not tensor.integer and array.dtype.kind in "iu"


def _flattened(tensor: Tensor, array: np.ndarray) -> np.ndarray:
    return array.reshape(*array.shape[: tensor.rank - 1], -1) if tensor.flattened else array


def _lengths(layer: Layer, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    found: dict[str, Any] = {VARIADIC: ()}
    for name, array in arrays.items():
        tensor = layer.tensors[name]
        shape = _flattened(tensor, array).shape
        if tensor.variadic:
            heads = len(shape) - tensor.rank
            found[VARIADIC] = np.broadcast_shapes(found[VARIADIC], shape[:heads])
            shape = shape[heads:]
        plain_axes = tensor.axes[tensor.variadic :]
        found.update((axis.space, n) for axis, n in zip(plain_axes, shape, strict=True))
    return found

"""The same arguments in other accepted forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbp.check.data import Data
from symbp.notation.layer import Layer

__all__ = ["other_hyper", "other_hypers", "variants"]


def variants(layer: Layer, data: Data) -> tuple[Data, ...]:
    """The arguments, and once more with integer classes for every one-hot constant.

    Args:
        layer: the layer.
        data: arguments with dense constants.

    Returns:
        One or two sets of arguments.
    """
    labels = [
        name
        for name in layer.constants
        if layer.tensors[name].one_hot is not None and not layer.tensors[name].integer
    ]
    if not labels:
        return (data,)
    classes = data
    for name in labels:
        tensor = layer.tensors[name]
        assert tensor.one_hot is not None
        axis = tensor.one_hot - len(tensor.axes)
        classes = classes.with_array(name, np.argmax(data.arrays[name], axis=axis))
    return (data, replace(classes, label=f"{data.label}, classes"))


FACTORS = (1.3, 0.7, 2.0, 0.9, 1.01)


def other_hyper(data: Data) -> Data:
    """The same arguments with every floating hyper-parameter changed a little."""
    return _scaled(data, FACTORS[0])


def other_hypers(data: Data) -> tuple[Data, ...]:
    """The same arguments with other hyper-parameters, in the order in which they are tried."""
    return tuple(_scaled(data, factor) for factor in FACTORS) if data.hyper else ()


def _scaled(data: Data, factor: float) -> Data:
    changed = {
        name: round(value * factor + 0.01, 4) if isinstance(value, float) else value
        for name, value in data.hyper.items()
    }
    label = ", ".join(f"{name}={value:.4g}" for name, value in changed.items())
    return replace(data, hyper=changed, label=f"{data.label}, {label}")

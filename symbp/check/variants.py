"""The same arguments in other accepted forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbp.check.data import Data
from symbp.notation.layer import Layer

__all__ = ["variants"]


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

"""Small arguments of a layer: enough to run what was emitted, without regard to its domain."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from symbp.notation.layer import Layer, Tensor
from symbp.targets.code import Least

__all__ = ["PLAIN", "POINT", "Array", "SmallArguments", "Style", "small_arguments"]

Shape = tuple[int, ...]
Array = np.ndarray[Shape, np.dtype[np.generic]]  # type: ignore[explicit-any] # a default of NumPy


@dataclass(frozen=True)
class Style:
    """What the arguments look like.

    Args:
        dtype: of what is floating.
        lengths: of the named axes in turn, where they need not be longer.
        leads: the axes that stand for `...`; in turn, where arguments broadcast.
        trail: how many axes of length 1 stand before that of `*i`.
        classes: whether labels are given as integer classes.
    """

    dtype: str
    lengths: Shape
    leads: tuple[Shape, ...]
    trail: int
    classes: bool


PLAIN = Style("float32", (3, 4, 2), ((2, 3), (3,)), 1, classes=False)
POINT = Style("float64", (1,), ((),), 0, classes=True)


@dataclass(frozen=True)
class SmallArguments:
    """Arrays by name, and the lengths of the named axes by index space."""

    arrays: Mapping[str, Array]
    lengths: Mapping[str, int]


def small_arguments(layer: Layer, least: Iterable[Least], style: Style) -> SmallArguments:
    """Arguments that the layer's class accepts: numbers between 0 and 1, integers in range.

    Args:
        layer: the layer.
        least: the axes that need a certain length.
        style: what they look like.
    """
    needs: dict[str, int] = {}
    for item in least:
        space = layer.tensors[item.tensor].axes[item.axis].space
        needs[space] = max(needs.get(space, 1), item.length)
    outside = [layer.tensors[n] for n in (*layer.inputs, *layer.constants, *layer.parameters)]
    axes = [axis for tensor in outside for axis in tensor.axes]
    spaces = dict.fromkeys(axis.space for axis in axes if not axis.variadic)
    lengths = {
        space: max(length, needs.get(space, 1))
        for space, length in zip(spaces, itertools.cycle(style.lengths), strict=False)
    }
    gathered = layer.gathered
    arrays: dict[str, Array] = {}
    leads = itertools.cycle(style.leads if layer.broadcasts else style.leads[-1:])
    for tensor in outside:
        lead = next(leads) if tensor.variadic else ()
        counts = [lengths.get(space, math.prod(lead)) for space in gathered.get(tensor.name, ())]
        arrays[tensor.name] = _array(tensor, lead, lengths, min(counts, default=1), style)
    return SmallArguments(arrays, lengths)


def _array(
    tensor: Tensor, lead: Shape, lengths: Mapping[str, int], count: int, style: Style
) -> Array:
    named = [lengths[axis.space] for axis in tensor.axes[tensor.variadic :]]
    if tensor.flattened:
        named[-1:-1] = [1] * style.trail
    if tensor.one_hot is not None and style.classes:
        place = tensor.one_hot - tensor.variadic
        count = named.pop(place)
    shape = (*lead, *named)
    if tensor.integer or (tensor.one_hot is not None and style.classes):
        return np.arange(math.prod(shape)).reshape(shape) % count
    return np.linspace(0.3, 0.7, math.prod(shape)).reshape(shape).astype(style.dtype)

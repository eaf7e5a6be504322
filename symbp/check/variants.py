"""The same arguments in other accepted forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from symbp.check.data import Data
from symbp.check.hypers import with_other_hypers
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, drawn
from symbp.check.shapes import shape_cases
from symbp.notation.layer import Layer

__all__ = ["argument_sets", "every_argument_set", "variants"]


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


def argument_sets(
    layer: Layer, recipe: Recipe, oracle: Oracle, rng: np.random.Generator, skipped: list[str]
) -> Iterator[Data]:
    """Arguments of every shape, in every accepted form.

    Args:
        layer: the layer.
        recipe: how to draw arguments.
        oracle: decides what is in the domain.
        rng: the source of randomness.
        skipped: gets the label of every shape at which nothing in the domain was found.

    Yields:
        One set after another.
    """
    for data in drawn(layer, recipe, shape_cases(layer), oracle, rng, skipped):
        yield from variants(layer, data)


def every_argument_set(
    layer: Layer, recipe: Recipe, oracle: Oracle, rng: np.random.Generator, skipped: list[str]
) -> Iterator[Data]:
    """Arguments of every shape, and once with other hyper-parameters; see `argument_sets`."""
    yield from argument_sets(layer, recipe, oracle, rng, skipped)
    other = with_other_hypers(layer, recipe, oracle, rng)
    if other is not None:
        yield other
    elif layer.hyper:
        skipped.append("hyper-parameters other than the defaults")

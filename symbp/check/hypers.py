"""Other hyper-parameters than the defaults, and arguments for which they have values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw_second, find_recipe, suits
from symbp.errors import CheckError
from symbp.notation.layer import Layer

__all__ = ["other_hyper", "with_other_hypers"]

FACTORS = (1.3, 0.7, 2.0, 0.9, 1.01)


def with_other_hypers(
    layer: Layer, recipe: Recipe, oracle: Oracle, rng: np.random.Generator
) -> Data | None:
    """Arguments and other hyper-parameters: the first for which every value is finite.

    Args:
        layer: the layer.
        recipe: how to draw arguments for the defaults.
        oracle: decides what is in the domain.
        rng: the source of randomness.

    Returns:
        One set; None if the layer has no hyper-parameters or nothing was found.
    """
    if not layer.hyper:
        return None
    data = draw_second(layer, recipe, oracle, rng)
    for first in range(len(FACTORS)):
        changed = other_hyper(data, first)
        if suits(layer, oracle, changed):
            return changed
        try:
            # Other numbers may need other arguments: x**2 takes any x, x**2.5 does not.
            other = replace(layer, hyper=changed.hyper)
            found = draw_second(other, find_recipe(other, oracle), oracle, rng)
        except CheckError:
            continue
        return replace(found, label=changed.label)
    return None


def other_hyper(data: Data, first: int = 0) -> Data:
    """The same arguments with every hyper-parameter changed, equal ones by different factors.

    Args:
        data: the arguments.
        first: which of the factors the first hyper-parameter gets.

    Returns:
        Whole numbers stay whole.
    """
    changed = {
        name: round(value * FACTORS[(first + place) % len(FACTORS)] + 0.01, 4)
        if isinstance(value, float)
        else value + 1 + (first + place) % len(FACTORS)
        for place, (name, value) in enumerate(data.hyper.items())
    }
    shown = ", ".join(f"{name}={value:.4g}" for name, value in changed.items())
    return replace(data, hyper=changed, label=f"{data.label}, {shown}")

"""What an emitted class must refuse: broken assumptions, and integers outside the classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw_second
from symbp.check.shapes import class_counts
from symbp.check.variants import variants
from symbp.notation.layer import Layer

__all__ = ["refusal_faults"]


def refusal_faults(
    layer: Layer, cls: type, recipe: Recipe, oracle: Oracle, rng: np.random.Generator
) -> str:
    """Hands bad constants to `forward`, which must raise an error.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw the good arguments that are spoilt.
        oracle: decides whether they are spoilt.
        rng: the source of randomness.

    Returns:
        "" or what was accepted.
    """
    data = draw_second(layer, recipe, oracle, rng)
    for what, spoilt in (*_assumptions(layer, oracle, data), *_classes(layer, data)):
        if not _refuses(layer, cls, spoilt):
            return f"{what} is accepted without an error"
    return ""


def _refuses(layer: Layer, cls: type, data: Data) -> bool:
    try:
        subject.forward(layer, subject.build(layer, cls, data), data)
    except (ValueError, TypeError, IndexError):
        return True
    return False


def _assumptions(layer: Layer, oracle: Oracle, data: Data) -> Iterator[tuple[str, Data]]:
    for name in layer.constants:
        array = data.arrays[name]
        if layer.assumptions and array.dtype.kind == "f":
            spoilt = data.with_array(name, 1.5 * array + 0.25)
            if oracle.assumption_gap(layer, spoilt) > 0.1:
                yield f"a {name} that breaks {layer.assumptions[0].source}", spoilt


def _classes(layer: Layer, data: Data) -> Iterator[tuple[str, Data]]:
    counts = class_counts(layer)
    for variant in variants(layer, data):
        for name in layer.constants:
            tensor, array = layer.tensors[name], variant.arrays[name]
            is_class = tensor.integer or (tensor.one_hot is not None and array.dtype.kind == "i")
            if is_class and array.size:
                # Where what they pick cancels, any position will do.
                for bad in (-1, 1000) if tensor.one_hot is not None or name in counts else (-1,):
                    spoilt = array.copy()
                    spoilt.flat[0] = bad
                    yield f"the class {bad} in {name}", variant.with_array(name, spoilt)

"""Arguments with entries from 1e-30 to 1e4, exactly representable in float32."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from symbp.check.data import Data, outside
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw
from symbp.check.shapes import small_cases
from symbp.notation.expression import Entry, Reduction, Size
from symbp.notation.layer import Layer, Role

__all__ = ["batches", "is_elementwise"]

MAGNITUDES = (1e-30, 1e-4, 1.0, 30.0, 100.0, 1e3, 1e4)
GROUPS = ((1e4,), (1e3, 1e4), (30.0, 100.0, 1e4), (0.0, 1e-30, 1e-4), (0.0, 1.0, 1e-4, 1e3))
MOST = 150


def is_elementwise(layer: Layer) -> bool:
    """Whether every entry of the outputs depends on the same entry of the inputs only."""
    if any(equation.value.has(Reduction, Size) for equation in layer.equations):
        return False
    return all(
        len(tensor.axes) == 1 and tensor.variadic and not tensor.integer
        for tensor in layer.tensors.values()
    ) and all(
        len(entry.indices) == 1
        for equation in layer.equations
        for entry in equation.value.atoms(Entry)
    )


def batches(
    layer: Layer, oracle: Oracle, recipe: Recipe, rng: np.random.Generator
) -> Iterator[Data]:
    """Sets of arguments.

    Args:
        layer: the layer.
        oracle: decides what is in the domain of a layer that is not elementwise.
        recipe: how to draw the constants that the layer assumes something of.
        rng: the source of randomness.

    Yields:
        For an elementwise layer all combinations in one array (a sample of them if they are
        many), else several small draws inside the domain.
    """
    if is_elementwise(layer) and not layer.assumptions:
        yield _elementwise(layer, rng)
        return
    shape = small_cases(layer)[0]
    for magnitudes, only_inputs in itertools.product(GROUPS, (True, False)):
        if not only_inputs and not (layer.parameters or layer.constants):
            continue
        for positive in (False, True):
            data = draw(layer, recipe, shape, oracle, rng)
            arrays = {
                name: array.astype(np.float32).astype(np.float64)
                if array.dtype.kind == "f"
                else array
                for name, array in data.arrays.items()
            }
            for name in outside(layer):
                if _fixed(layer, name, only_inputs):
                    continue
                values = rng.choice(magnitudes, shape.shapes[name])
                signs = 1 if positive else rng.choice((-1, 1), shape.shapes[name])
                arrays[name] = np.asarray(np.float32(values * signs), np.float64)
            moved = Data(arrays, data.hyper, data.label)
            oracle.absorbed = False
            found = oracle.forward(layer, moved)
            if oracle.absorbed or all(v == v for name in layer.outputs for v in found[name].flat):
                yield moved
                break


def _fixed(layer: Layer, name: str, only_inputs: bool) -> bool:
    """Whether a tensor keeps the drawn values: classes, and constants that are assumed of."""
    tensor = layer.tensors[name]
    if tensor.integer or (tensor.role is Role.CONSTANT and layer.assumptions):
        return True
    return only_inputs and tensor.role is not Role.INPUT


def _elementwise(layer: Layer, rng: np.random.Generator) -> Data:
    signed = [0.0, *(s * m for m in MAGNITUDES for s in (1, -1))]
    names = outside(layer)
    grid = np.array(list(itertools.product(signed, repeat=min(len(names), 2))))
    if len(names) > 2:
        grid = rng.choice(signed, (MOST, len(names)))
    elif len(grid) > MOST:
        grid = grid[np.sort(rng.permutation(len(grid))[:MOST])]
    columns = np.asarray(np.float32(grid), np.float64).T
    return Data(
        {name: column.copy() for name, column in zip(names, columns, strict=True)},
        dict(layer.hyper),
        "extremes",
    )

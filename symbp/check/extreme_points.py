"""Arguments over the whole range of a float type."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symbp.check.data import Data, outside
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw, suits
from symbp.check.shapes import small_cases
from symbp.errors import CheckError
from symbp.notation.expression import Differs, Entry, Reduction, Size
from symbp.notation.layer import Layer, Role

__all__ = ["CHUNK", "asks_for_nan", "batches", "infinite_batches", "is_elementwise"]

MAGNITUDES: Mapping[Any, tuple[float, ...]] = {
    np.dtype(np.float32): (
        *(1e-38, 1e-30, 1e-10, 1e-4, 0.1, 1.0, 4.0, 9.0, 30.0, 100.0, 1e3, 1e4),
        *(1e8, 1e17, 1e30, 3e38),
    ),
    np.dtype(np.float64): (
        *(2.3e-308, 1e-100, 1e-30, 1e-10, 1e-4, 0.1, 1.0, 4.0, 9.0, 30.0, 100.0, 700.0, 1e4),
        *(1e8, 1e17, 1e30, 1e100, 1e155, 1e308),
    ),
}
CLOSE = (1000.1, 1000.2, 1000.4)
"""Differences of these are small; they keep one sign."""
GROUPS: tuple[tuple[float, ...], ...] = (
    (1e4,),
    (1e3, 1e4),
    (30.0, 100.0, 1e4),
    (0.0, 1e-30, 1e-4),
    (0.0, 1.0, 1e-4, 1e3),
    (9.0, 0.1, 1.0),
    CLOSE,
    (0.0, 1e8),
    (1e17, 1.0, 30.0),
    (1e30, 1e30, 1e4, 0.0),
)
NEAR_THE_LARGEST: Mapping[Any, tuple[float, ...]] = {
    np.dtype(np.float32): (3e37, 3e37, 1e30, 0.0),
    np.dtype(np.float64): (1e307, 1e307, 1e155, 0.0),
}
USUAL = (0.0, 1e-4, 0.1, -0.1, 1.0, -1.0, 4.0, -4.0, 30.0, -30.0, 100.0, -100.0)
TIES = (0.0, 0.7, 100.0, -1e4, 1e-30, 1e17)
MOST = 200
CHUNK = 40


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


def asks_for_nan(layer: Layer) -> bool:
    """Whether the equations test if a value is a number, as `x != x` does."""
    return any(
        test.args[0] == test.args[1]
        for equation in layer.equations
        for test in equation.value.atoms(Differs)
    )


def batches(
    layer: Layer, oracle: Oracle, recipe: Recipe, dtype: Any, rng: np.random.Generator
) -> Iterator[Data]:
    """Sets of finite arguments, with nan among them only if the layer tests for it.

    Args:
        layer: the layer.
        oracle: decides what is in the domain of a layer that is not elementwise.
        recipe: how to draw what keeps its ordinary values.
        dtype: the float type whose range is gone through.
        rng: the source of randomness.

    Yields:
        For an elementwise layer all combinations (a sample of them if they are many), `CHUNK`
        at a time, else several small draws inside the domain.
    """
    if is_elementwise(layer) and not layer.assumptions:
        yield from _elementwise(layer, dtype, rng)
        return
    drawn = _Drawn(layer, oracle, _drawn(layer, oracle, recipe, rng), dtype, rng)
    yield drawn.ordinary
    groups = (*GROUPS, NEAR_THE_LARGEST[np.dtype(dtype)])
    # The inputs alone first: parameters of the same size leave the range soon.
    for number, names in enumerate(drawn.choices()):
        step = 1 if number == 0 else 2
        for tie in TIES[::step]:
            yield from drawn.moved(names, lambda shape, tie=tie: np.full(shape, tie))
        for magnitudes in groups[::-step]:
            yield from drawn.moved(names, lambda shape, m=magnitudes: rng.choice(m, shape))


def infinite_batches(
    layer: Layer, oracle: Oracle, recipe: Recipe, dtype: Any, rng: np.random.Generator
) -> Iterator[Data]:
    """Sets of arguments of which some entries of the inputs are infinite.

    Args:
        layer, oracle, recipe, dtype, rng: as for `batches`.

    Yields:
        One infinite entry, two, a whole row, all.
    """
    if is_elementwise(layer) and not layer.assumptions:
        names = outside(layer)
        for name, infinite in itertools.product(layer.inputs, (-np.inf, np.inf)):
            ordinary = {n: np.array([0.5, -2.0]) for n in names}
            ordinary[name] = np.repeat(infinite, 2)
            yield Data(ordinary, dict(layer.hyper), "infinite")
        return
    drawn = _Drawn(layer, oracle, _drawn(layer, oracle, recipe, rng), dtype, rng)
    for data in (drawn.ordinary, *drawn.one_hot()):
        for name in drawn.inputs():
            array = data.arrays[name]
            for chosen, value in itertools.product(_chosen(array.shape), (-np.inf, np.inf)):
                moved = array.copy()
                moved[chosen] = value
                yield data.with_array(name, moved)


def _chosen(shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Which entries are infinite: the first, the last two, the first row, all."""
    flat = np.arange(int(np.prod(shape, dtype=int))).reshape(shape)
    size, last = flat.size, shape[-1] if shape else 1
    masks = (flat == 0, flat >= max(size - 2, 1), flat < last, flat >= 0)
    yield from {mask.tobytes(): mask for mask in masks if mask.any()}.values()


def _drawn(layer: Layer, oracle: Oracle, recipe: Recipe, rng: np.random.Generator) -> Data:
    """Ordinary arguments at the first small shape that has any."""
    first, second = small_cases(layer)
    try:
        return draw(layer, recipe, first, oracle, rng)
    except CheckError:
        return draw(layer, recipe, second, oracle, rng)


class _Drawn:
    """Ordinary arguments, and the same with some tensors moved to extreme entries."""

    def __init__(
        self, layer: Layer, oracle: Oracle, data: Data, dtype: Any, rng: np.random.Generator
    ) -> None:
        self.layer, self.oracle, self.rng = layer, oracle, rng
        self.dtype = np.dtype(dtype)
        self.ordinary = _rounded(data, self.dtype)

    def inputs(self) -> tuple[str, ...]:
        """The inputs that may be moved."""
        return tuple(n for n in self.layer.inputs if not self.layer.tensors[n].integer)

    def one_hot(self) -> Iterator[Data]:
        """With constants of zeros and one 1 in every row, if the layer takes such."""
        data = self.ordinary
        for name in self.layer.constants:
            array = data.arrays[name]
            if array.ndim and array.dtype.kind == "f":
                largest = array == array.max(axis=-1, keepdims=True)
                data = data.with_array(name, largest.astype(np.float64))
        if data is not self.ordinary and suits(self.layer, self.oracle, data):
            yield data

    def choices(self) -> Iterator[tuple[str, ...]]:
        """Sets of tensors to be moved."""
        layer = self.layer
        movable = [name for name in outside(layer) if not layer.tensors[name].integer]
        if layer.assumptions:  # which are about constants
            movable = [n for n in movable if layer.tensors[n].role is not Role.CONSTANT]
        sets = (self.inputs(), tuple(movable), *((name,) for name in movable))
        yield from dict.fromkeys(names for names in sets if names)

    def moved(self, names: tuple[str, ...], entries: Any) -> Iterator[Data]:
        """With other entries, of both signs if they are in the domain, else positive."""
        for positive in (False, True):
            data = self.ordinary
            for name in names:
                values = np.asarray(entries(data.arrays[name].shape))
                one_sign = np.ptp(values) <= CLOSE[-1] - CLOSE[0]
                if positive:
                    values = np.abs(values)
                elif not one_sign:
                    values = values * self.rng.choice((-1, 1), values.shape)
                data = data.with_array(name, np.asarray(values, np.float64))
            data = _rounded(data, self.dtype)
            found = self.oracle.forward(self.layer, data)
            if all(v == v for name in self.layer.outputs for v in found[name].flat):
                yield data
                return


def _rounded(data: Data, dtype: np.dtype[Any]) -> Data:
    """The same with entries that the type has."""
    return Data(
        {
            name: array.astype(np.float64) if array.dtype.kind == "f" else array
            for name, array in data.cast(dtype).arrays.items()
        },
        data.hyper,
        data.label,
    )


def _elementwise(layer: Layer, dtype: Any, rng: np.random.Generator) -> Iterator[Data]:
    names = outside(layer)
    signed = [0.0, -0.0, *(s * m for m in MAGNITUDES[np.dtype(dtype)] for s in (1, -1))]
    if asks_for_nan(layer):
        signed.append(np.nan)
    if len(names) < 2:
        grid = np.array(signed)[:, None]
    else:
        tied = np.repeat(np.array(signed)[:, None], len(names), axis=1)
        mixed = rng.choice(signed, (MOST - len(tied), len(names)))
        if len(names) > 2:
            # Products of many extremes leave the range, and tell nothing: one is moved at a time.
            moved = rng.integers(len(names), size=len(mixed))
            usual = rng.choice(USUAL, mixed.shape)
            mixed = np.where(np.arange(len(names)) == moved[:, None], mixed, usual)
        grid = np.vstack([tied, mixed])
    hyper = dict(layer.hyper)
    for start in range(0, len(grid), CHUNK):
        columns = grid[start : start + CHUNK].T
        arrays = {name: column.copy() for name, column in zip(names, columns, strict=True)}
        yield _rounded(Data(arrays, hyper, "extremes"), np.dtype(dtype))

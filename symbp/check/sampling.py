"""Finds arguments inside a layer's domain that satisfy its assumptions.

Nothing is known of the layer beyond its equations: recipes are tried in turn, and the first for
which the oracle finds every value finite and every assumption satisfied is kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import sympy

from symbp.check.budget import Budget
from symbp.check.data import Data, outside
from symbp.check.needed import assumed
from symbp.check.oracle import Oracle
from symbp.check.shapes import ShapeCase, class_counts, shape_cases
from symbp.errors import CheckError
from symbp.notation.layer import Layer, Role, Tensor

__all__ = ["Recipe", "draw", "draw_second", "drawn", "find_recipe"]

Draw = Callable[[np.random.Generator, tuple[int, ...], int], np.ndarray]
Recipe = Mapping[str, Draw]
ASSUMPTION_TOLERANCE = 1e-12
TRIES = 400


def _uniform(low: float, high: float) -> Draw:
    return lambda rng, shape, axis: np.asarray(rng.uniform(low, high, shape))


def _normal(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    return np.asarray(rng.standard_normal(shape))


def _probabilities(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    if not shape:
        return np.ones(())
    weights = rng.uniform(0.2, 1, shape)
    return np.asarray(weights / weights.sum(axis=axis, keepdims=True))


def _one_hot(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    if not shape:
        return np.ones(())
    weights = rng.uniform(0.2, 1, shape)
    return (weights == weights.max(axis=axis, keepdims=True)).astype(float)


def _mask(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    return np.asarray(rng.integers(0, 2, shape)).astype(float)


def _ones(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    return np.ones(shape)


def _unit(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    if not shape:
        return np.ones(())
    values = rng.standard_normal(shape)
    return np.asarray(values / np.sqrt((values**2).sum(axis=axis, keepdims=True)))


def _centred(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> np.ndarray:
    if not shape:
        return np.zeros(())
    values = rng.standard_normal(shape)
    return np.asarray(values - values.mean(axis=axis, keepdims=True))


CONTINUOUS: tuple[Draw, ...] = (
    _normal,
    _uniform(0.3, 2),
    _uniform(0.2, 0.8),
    _uniform(1.2, 3),
    _uniform(-0.8, 0.8),
    _uniform(-0.8, -0.2),
    _uniform(-3, -1.2),
    _uniform(3, 9),
    _uniform(-0.2, 0.2),
    _uniform(0.02, 0.1),
)
STRUCTURED: tuple[Draw, ...] = (_probabilities, _one_hot, _mask, _ones, _unit, _centred)


@dataclass(frozen=True)
class _Slot:
    name: str
    choices: tuple[Draw, ...]


def find_recipe(layer: Layer, oracle: Oracle, seed: int = 0) -> Recipe:
    """How to draw each floating tensor of a layer.

    Args:
        layer: the layer.
        oracle: decides what is in the domain.
        seed: of the random draws.

    Returns:
        A way of drawing for each tensor name.

    Raises:
        CheckError: no recipe gives finite values that satisfy the assumptions, or none was found
            in the time that a judge has.
    """
    slots, bound = [], assumed(layer)
    for name in outside(layer):
        tensor = layer.tensors[name]
        if tensor.integer:
            continue
        free = tensor.role is not Role.CONSTANT or name not in bound
        slots.append(_Slot(name, CONTINUOUS if free else STRUCTURED + CONTINUOUS))
    cases = shape_cases(layer)
    probes = (cases[0], cases[min(1, len(cases) - 1)])
    orders = itertools.product(*(range(len(slot.choices)) for slot in slots))
    # The uniform combinations first, then those nearest to the head of the lists.
    ranked = sorted(
        itertools.islice(orders, 100_000), key=lambda ranks: (len(set(ranks)) > 1, sum(ranks))
    )
    budget = Budget()
    first_alone = None
    for ranks in ranked[:TRIES]:
        if budget.spent:
            break
        recipe = {slot.name: slot.choices[rank] for slot, rank in zip(slots, ranks, strict=True)}
        rng = np.random.default_rng(seed)
        if not suits(layer, oracle, _draw(layer, recipe, probes[0], rng)):
            continue
        if suits(layer, oracle, _draw(layer, recipe, probes[1], rng)):
            return recipe
        first_alone = first_alone or recipe
    if first_alone is not None:
        return first_alone  # a correlation of one sample has no value
    when = "before the time was up" if budget.spent else "for which every value is finite"
    raise CheckError(f"{layer.name}: no arguments were found {when}")


def draw(
    layer: Layer, recipe: Recipe, case: ShapeCase, oracle: Oracle, rng: np.random.Generator
) -> Data:
    """Arguments of the given shapes in the layer's domain.

    Args:
        layer: the layer.
        recipe: from `find_recipe`.
        case: the shapes.
        oracle: decides what is in the domain.
        rng: the source of randomness; its state moves on.

    Returns:
        float64 arrays, int64 ones for integer tensors, and the hyper-parameters' defaults.

    Raises:
        CheckError: nothing in the domain was found at these shapes.
    """
    for _ in range(30):
        data = _draw(layer, recipe, case, rng)
        if suits(layer, oracle, data):
            return data
    raise CheckError(f"{layer.name}: no finite values were found at {case.label}")


def draw_second(layer: Layer, recipe: Recipe, oracle: Oracle, rng: np.random.Generator) -> Data:
    """Arguments at the second of a layer's shapes; at the first where the second has none.

    Args:
        layer, recipe, oracle, rng: as for `draw`.

    Raises:
        CheckError: nothing in the domain was found.
    """
    cases = shape_cases(layer)
    wanted = (cases[min(1, len(cases) - 1)], cases[0])
    for data in drawn(layer, recipe, wanted, oracle, rng, []):
        return data
    raise CheckError(f"{layer.name}: no finite values were found at {cases[0].label}")


def drawn(
    layer: Layer,
    recipe: Recipe,
    cases: Iterable[ShapeCase],
    oracle: Oracle,
    rng: np.random.Generator,
    without: list[str],
) -> Iterator[Data]:
    """Arguments at every shape that has any in the domain: a mask may leave none of one entry.

    Args:
        layer, recipe, oracle, rng: as for `draw`.
        cases: the shapes.
        without: gets the labels of those at which no arguments were found.

    Yields:
        As `draw`.
    """
    for case in cases:
        try:
            yield draw(layer, recipe, case, oracle, rng)
        except CheckError:
            without.append(case.label)


def suits(layer: Layer, oracle: Oracle, data: Data) -> bool:
    """Whether every output is finite, every other value a number or infinite, and every
    assumption holds. Where an equation writes an infinity down, as a mask does, an output may be.
    """
    values = oracle.forward(layer, data)
    context = oracle.context
    outputs = (float(value) for name in layer.outputs for value in values[name].flat)
    finite = _names_infinity(layer) or all(map(np.isfinite, outputs))
    numbers = not any(context.isnan(v) for array in values.values() for v in array.flat)
    return finite and numbers and oracle.assumption_gap(layer, data) <= ASSUMPTION_TOLERANCE


def _names_infinity(layer: Layer) -> bool:
    return any(eq.value.has(sympy.oo, -sympy.oo) for eq in layer.equations)


def _draw(layer: Layer, recipe: Recipe, case: ShapeCase, rng: np.random.Generator) -> Data:
    counts = class_counts(layer)
    arrays = {}
    for name in outside(layer):
        tensor, shape = layer.tensors[name], case.shapes[name]
        if tensor.integer:
            count = min((case.lengths[space] for space in counts.get(name, ())), default=2)
            arrays[name] = np.asarray(rng.integers(0, count, shape))
        else:
            arrays[name] = np.asarray(recipe[name](rng, shape, _class_axis(tensor)), np.float64)
    return Data(arrays, dict(layer.hyper), case.label)


def _class_axis(tensor: Tensor) -> int:
    return -1 if tensor.one_hot is None else tensor.one_hot - len(tensor.axes)

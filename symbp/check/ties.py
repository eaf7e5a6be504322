"""Arguments that lie exactly where a derivative does not exist.

A tie has probability 0 among random numbers, so it is made: entries come from the few numbers that
the equations speak of, whole axes are made of copies, and single entries are solved for by
Newton's method on the difference of the two sides, whose slopes the dual numbers have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Expr

from symbp.check.budget import Budget
from symbp.check.data import Data, outside
from symbp.check.duals import Dual, Duals
from symbp.check.needed import assumed
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw, suits
from symbp.check.scope import Scope
from symbp.check.shapes import small_cases
from symbp.check.walk import both_sides, forward
from symbp.errors import CheckError
from symbp.notation.expression import Entry, Maximum, MaxOver, Minimum, MinOver, Reduction, Where
from symbp.notation.layer import Assumption, Layer, Role

__all__ = ["Kink", "kinks_of", "tie_points"]

SIMPLE = (0.0, 1.0, -1.0, 0.5, 2.0)
LARGEST = 1e4
DRAWS = 12
STEPS = 8
EIGHTHS = 8


@dataclass(frozen=True)
class Kink:
    """Where the two sides are equal a derivative need not exist.

    Args:
        node: the part of the equations that has the kink.
        left, right: the sides; for an extremum over indices its body and itself.
    """

    node: Basic
    left: Expr
    right: Expr

    @property
    def over(self) -> bool:
        """Whether one entry is always equal to the extremum."""
        return isinstance(self.node, Reduction)


def kinks_of(layer: Layer) -> tuple[Kink, ...]:
    """Every place in the equations that may lack a derivative, once."""
    found: dict[Basic, Kink] = {}
    for equation in layer.equations:
        for node in sympy.preorder_traversal(equation.value):
            for kink in _kinks(node):
                if kink.left.has(Entry) or kink.right.has(Entry):
                    found.setdefault(kink.node, kink)
    return tuple(found.values())


def _kinks(node: Any) -> Iterator[Kink]:
    if isinstance(node, Maximum | Minimum):
        yield Kink(node, *node.args)
    elif isinstance(node, MaxOver | MinOver):
        yield Kink(node, node.body, node)
    elif isinstance(node, sympy.Abs | sympy.sign):
        yield Kink(node, node.args[0], sympy.S.Zero)
    elif isinstance(node, Where):
        for relation in node.args[0].atoms(sympy.core.relational.Relational):
            yield Kink(relation, *relation.args)
    elif node.is_Pow and node.exp.is_number and 0 < node.exp < 1:
        yield Kink(node, node.base, sympy.S.Zero)


def tie_points(
    layer: Layer,
    recipe: Recipe,
    oracle: Oracle,
    rng: np.random.Generator,
    budget: Budget | None = None,
) -> Iterator[tuple[Data, frozenset[Basic]]]:
    """Arguments in the domain at which kinks are met.

    Args:
        layer: the layer.
        recipe: how to draw arguments to begin with.
        oracle: decides what is in the domain.
        rng: the source of randomness.
        budget: of time; the search ends when it is spent.

    Yields:
        Arguments, and the nodes that are at their kinks.
    """
    kinks = kinks_of(layer)
    if not kinks:
        return
    numbers = _numbers(layer)
    for attempt in range(DRAWS):
        for case in small_cases(layer):
            try:
                data = draw(layer, recipe, case, oracle, rng)
            except CheckError:
                continue
            made = _made(layer, data, numbers, attempt, rng)
            yield from _at_ties(layer, oracle, kinks, made)
            for kink in kinks:
                if budget is not None and budget.spent:
                    return
                solved = _solved(layer, oracle, kink, _coarse(layer, data), rng)
                if solved is not None:
                    yield from _at_ties(layer, oracle, kinks, solved)


def _at_ties(
    layer: Layer, oracle: Oracle, kinks: tuple[Kink, ...], data: Data
) -> Iterator[tuple[Data, frozenset[Basic]]]:
    if not suits(layer, oracle, data):
        return
    duals, scope, _ = _evaluated(layer, oracle, data)
    met = frozenset(kink.node for kink in kinks if _is_met(duals, scope, kink))
    if met:
        yield data, met


def _evaluated(layer: Layer, oracle: Oracle, data: Data) -> tuple[Duals, Scope, Mapping[str, int]]:
    duals = Duals(oracle)
    scope, first = duals.scope(layer, data)
    forward(layer, scope, duals.arithmetic)
    return duals, scope, first


def _sides(duals: Duals, scope: Scope, kink: Kink) -> list[tuple[Dual, Dual]]:
    return list(both_sides(Assumption(kink.left, kink.right), scope, duals.arithmetic))


def _is_met(duals: Duals, scope: Scope, kink: Kink) -> bool:
    pairs = _sides(duals, scope, kink)
    equal = sum(a.value == b.value and a.sharp and b.sharp for a, b in pairs)
    if not kink.over:
        return equal > 0
    extrema = both_sides(Assumption(kink.right, sympy.S.Zero), scope, duals.arithmetic)
    return equal > sum(1 for _ in extrema)


def _numbers(layer: Layer) -> tuple[float, ...]:
    """The simple numbers, and all that the equations and hyper-parameters speak of."""
    found = dict.fromkeys(SIMPLE)
    for value in layer.hyper.values():
        found |= dict.fromkeys((float(value), -float(value)))
    for equation in layer.equations:
        for number in sorted(equation.value.atoms(sympy.Number), key=str):
            if number.is_finite and abs(number) <= LARGEST:
                found |= dict.fromkeys((float(number), -float(number)))
    return tuple(found)


def _free(layer: Layer) -> list[str]:
    """The floating arguments of which the layer assumes nothing."""
    bound = assumed(layer)
    return [n for n in outside(layer) if not layer.tensors[n].integer and n not in bound]


def _made(
    layer: Layer, data: Data, numbers: tuple[float, ...], attempt: int, rng: np.random.Generator
) -> Data:
    """Some or all entries from the numbers; in some attempts copies along one axis."""
    for name in _free(layer):
        array = data.arrays[name]
        drawn = rng.choice(numbers, array.shape)
        if attempt % 3 == 1:
            drawn = np.where(rng.random(array.shape) < 0.5, drawn, _rounded(array))
        elif attempt % 3 == 2 and array.ndim:
            axis = int(rng.integers(array.ndim))
            drawn = np.repeat(np.take(drawn, [0], axis), array.shape[axis], axis)
            if layer.tensors[name].role is not Role.INPUT:
                drawn = _rounded(array)
        if attempt == 0:
            drawn = np.zeros(array.shape)
        data = data.with_array(name, np.asarray(drawn, np.float64))
    return data


def _rounded(array: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(array * EIGHTHS) / EIGHTHS)


def _coarse(layer: Layer, data: Data) -> Data:
    for name in _free(layer):
        data = data.with_array(name, _rounded(data.arrays[name]))
    return data


def _solved(
    layer: Layer, oracle: Oracle, kink: Kink, data: Data, rng: np.random.Generator
) -> Data | None:
    """The data with one entry moved to where the sides are equal; None if it cannot be."""
    chosen: tuple[int, int] | None = None
    for _ in range(STEPS):
        duals, scope, first = _evaluated(layer, oracle, data)
        pairs = _sides(duals, scope, kink)
        gaps = [_gap(a, b) for a, b in pairs]
        if chosen is None:
            ways = [(n, entry) for n, (_, slopes) in enumerate(gaps) for entry in sorted(slopes)]
            if not ways:
                return None
            chosen = ways[int(rng.integers(len(ways)))]
        gap, slopes = gaps[chosen[0]]
        if gap == 0 and all(dual.sharp for dual in pairs[chosen[0]]):
            return data
        slope = slopes.get(chosen[1], 0)
        if slope == 0 or gap == 0 or not oracle.context.isfinite(gap / slope):
            return None
        name = max((n for n in first if first[n] <= chosen[1]), key=lambda n: first[n])
        array = data.arrays[name].copy()
        flat = chosen[1] - first[name]
        # Rounded, so that what is a simple number comes out as one.
        array.flat[flat] = round(float(array.flat[flat] - gap / slope), 9)
        data = data.with_array(name, array)
    return None


def _gap(a: Dual, b: Dual) -> tuple[Any, dict[int, Any]]:
    slopes = dict(a.slopes)
    for number, slope in b.slopes.items():
        slopes[number] = slopes.get(number, 0) - slope
    return a.value - b.value, {number: slope for number, slope in slopes.items() if slope != 0}

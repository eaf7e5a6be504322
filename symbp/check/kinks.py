"""At kinks: the gradient that is declared, asked of the emitted class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Basic

from symbp.check import subject
from symbp.check.budget import Budget
from symbp.check.conditioning import DOUBLE, rounding_errors
from symbp.check.data import Data
from symbp.check.dual_gradients import dual_gradients
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe
from symbp.check.ties import kinks_of, tie_points
from symbp.notation.layer import Layer

__all__ = ["kink_faults"]

RELATIVE = 1e-9
STEP = "1e-12"
HULL = 1e-6
DIGITS = 60
MOST = 24


def kink_faults(
    layer: Layer,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    rng: np.random.Generator,
    budget: Budget,
) -> tuple[str, str]:
    """Compares the emitted gradients with the declared ones where a derivative may not exist.

    Where the declared value is no number between the one-sided derivatives, as it may be in a sum
    of choices that is smooth as a whole, any number between them is right too.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments to begin with.
        oracle: decides what is in the domain.
        rng: the source of randomness.
        budget: of time; what it did not suffice for is said.

    Returns:
        "" or the first fault; and what was shown.
    """
    kinks = kinks_of(layer)
    met: set[Basic] = set()
    points = 0
    for data, nodes in tie_points(layer, recipe, oracle, rng, budget):
        judged, fault = _at(layer, cls, data, oracle, rng)
        if fault:
            return f"at a kink, {fault} for {_shown(data)}", ""
        if judged:
            points += 1
            met |= nodes
        if points >= MOST and len(met) == len(kinks):
            break
        if budget.spent:
            break
    late = "; the time was up" if budget.spent else ""
    if not kinks:
        return "", ""
    detail = f"{len(met)} of {len(kinks)} kinks as declared, at {points} points"
    missing = [str(kink.node) for kink in kinks if kink.node not in met]
    return "", detail + late + (f"; never met: {', '.join(missing)}" if missing else "")


def _at(
    layer: Layer, cls: type, data: Data, oracle: Oracle, rng: np.random.Generator
) -> tuple[bool, str]:
    """Whether the point could be judged, and its fault."""
    instance = subject.build(layer, cls, data)
    outputs = subject.forward(layer, instance, data)
    upstreams = subject.random_upstreams(outputs, rng)
    declared = dual_gradients(layer, oracle, data, upstreams)
    if declared.blurred or not declared.ties:
        return False, ""
    gradients = subject.backward(layer, instance, upstreams)
    slack: dict[str, np.ndarray] = {}
    for name, values in declared.gradients.items():
        got = np.asarray(gradients[name], np.float64)
        exact = values.astype(float)
        if got.shape != exact.shape:
            return True, f"the gradient of {name} has shape {got.shape}, not {exact.shape}"
        finite = np.isfinite(exact)
        scale = float(np.max(np.abs(exact[finite]), initial=0.0))
        for place in map(tuple, np.argwhere(finite)):
            allowed = RELATIVE * max(abs(exact[place]), scale) + 1e-300
            gap = abs(got[place] - exact[place])
            if gap <= allowed:
                continue
            slack = slack or rounding_errors(layer, data, upstreams, DOUBLE, ties_kept=True)
            if gap <= slack[layer.gradient(name)][place]:
                continue
            if not _between(layer, data, upstreams, name, place, got[place], exact[place]):
                where = f"{name}{[int(n) for n in place]}" if place else name
                return True, f"gradient of {where}: {got[place]:.10g}, not {exact[place]:.10g}"
    return True, ""


def _between(
    layer: Layer,
    data: Data,
    upstreams: Mapping[str, Any],
    name: str,
    place: tuple[Any, ...],
    got: float,
    declared: float,
) -> bool:
    """Whether the one-sided derivatives enclose what was given, and not what is declared."""
    oracle = Oracle(DIGITS)
    step = oracle.context.mpf(STEP)

    def total(move: Any) -> Any:
        array = oracle.array(data.arrays[name]).copy()
        array[place] += move
        values = oracle.forward(layer, data.with_array(name, array))
        return sum(np.sum(oracle.array(u) * values[n]) for n, u in upstreams.items())

    middle = total(oracle.context.zero)
    slopes = [float((total(move) - middle) / move) for move in (step, -step)]
    if not np.isfinite(slopes).all():
        return False
    low, high = min(slopes), max(slopes)
    room = HULL * max(abs(low), abs(high))
    is_subgradient = low - room <= declared <= high + room
    return not is_subgradient and low - room <= got <= high + room


def _shown(data: Data) -> str:
    shown = (f"{n}={np.asarray(a).ravel()[:6].tolist()}" for n, a in data.arrays.items())
    return ", ".join(shown)

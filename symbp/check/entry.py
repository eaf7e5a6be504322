"""One entry of a gradient against differences of the emitted forward."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.differences import Estimate, one_sided, ridders
from symbp.notation.layer import Layer

__all__ = ["Count", "difference_along", "entry_fault"]


RELATIVE = 2e-5
"""Allowed relative error; a gradient off by 5e-4 in one entry is 25 times further away."""


GOAL = 1e-7


STEPS = (0.1, 2e-3, 4e-5)


@dataclass
class Count:
    """How many entries were judged, in how many sets of arguments.

    Differences cannot tell at kinks and what is too small; lost is what dual numbers cannot, too.
    """

    entries: int = 0
    kinks: int = 0
    unsharp: int = 0
    lost: int = 0
    cases: int = 0
    worst: float = 0.0

    def detail(self) -> str:
        """The figures, for a verdict."""
        detail = f"{self.entries} entries in {self.cases} cases, largest error {self.worst:.0e}"
        detail += f", {self.kinks} near kinks by dual numbers alone" if self.kinks else ""
        return detail + (f", {self.unsharp} too small to be sharp" if self.unsharp else "")


def difference_along(
    layer: Layer,
    cls: type,
    data: Data,
    upstreams: Mapping[str, Any],
    name: str,
    place: tuple[int, ...],
) -> Callable[[float, float], float]:
    """f(a) - f(b) for f the weighted sum of the outputs, one argument's entry moved."""

    def moved(step: float) -> dict[str, Any]:
        array = data.arrays[name].copy()
        array[place] += step
        shifted = data.with_array(name, array)
        # Off the assumptions' surface only along inputs and parameters, never the constants.
        instance = subject.build(layer, cls, shifted, validate=False)
        return subject.forward(layer, instance, shifted)

    def difference(a: float, b: float) -> float:
        high, low = moved(a), moved(b)
        # Subtracting the outputs before they are summed keeps their rounding errors apart.
        with np.errstate(all="ignore"):
            return math.fsum(
                float(np.sum(upstream * _change(np.asarray(high[n]), np.asarray(low[n]))))
                for n, upstream in upstreams.items()
            )

    def guarded(a: float, b: float) -> float:
        try:
            return difference(a, b)
        except (OverflowError, ValueError):
            return math.nan

    return guarded


def _change(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """What an output changes by: not at all where it stays the same infinity."""
    return np.where(high == low, 0.0, high - low)


def entry_fault(
    difference: Callable[[float, float], float],
    analytic: float,
    scale: float,
    floor: float,
    value: float,
    count: Count,
) -> str:
    """The fault of one entry; "" if it has none, or if differences cannot tell.

    Args:
        difference: f(a) - f(b) along the entry.
        analytic: what the emitted class gave.
        scale: the largest entry of the gradient.
        floor: what rounding may do.
        value: of the argument's entry, for the steps.
        count: what was judged is added to it.
    """
    tolerance = RELATIVE * abs(analytic) + floor
    best = Estimate(math.nan, math.inf)
    # Smaller steps only help where a kink or the edge of the domain is near.
    for step in STEPS:
        estimate = ridders(difference, step * max(abs(value), 0.3), GOAL)
        best = min(best, estimate, key=lambda e: e.error)
        miss = abs(estimate.value - analytic)
        if miss <= tolerance + min(10 * estimate.error, tolerance):
            size = max(abs(analytic), abs(estimate.value))
            count.worst = max(count.worst, miss / size if size > 1e4 * floor else 0.0)
            # Below this, the mutation of the tests would not be noticed.
            count.unsharp += bool(0 < abs(analytic) < 1e4 * floor)
            return ""
    right, left = one_sided(difference, 1e-6 * max(abs(value), 0.3))
    gap = abs(right - left)
    if gap > 1e-3 * max(abs(right), abs(left), 1e-3 * scale) or not math.isfinite(gap):
        count.kinks += 1
        return ""
    if abs(best.value - analytic) <= 10 * best.error and best.error > tolerance:
        count.unsharp += 1
        return ""
    return f"{analytic:.10g} given, {best.value:.10g} by differences"

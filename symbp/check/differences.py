"""Numerical derivatives: Ridders' extrapolated central differences.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering
Software 4 (1982) 75-76; the tableau is that of `dfridr`, Press et al., Numerical Recipes,
third edition, section 5.7.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Estimate", "one_sided", "ridders"]

CONTRACTION = 1.6
ROWS = 8
SAFETY = 2.0


@dataclass(frozen=True)
class Estimate:
    """A derivative and an estimate of its error; both nan if no step was inside the domain."""

    value: float
    error: float


def ridders(difference: Callable[[float, float], float], step: float, goal: float) -> Estimate:
    """The derivative at 0 of a function given by its differences.

    Args:
        difference: `difference(a, b)` is f(a) - f(b); nan outside the domain.
        step: the largest step; it should be one over which f changes substantially.
        goal: stop as soon as the error estimate is below this, relative to the value.

    Returns:
        The best entry of the extrapolation tableau and its estimated error.
    """
    previous: list[float] = []
    best = Estimate(math.nan, math.inf)
    for _ in range(ROWS):
        row = [difference(step, -step) / (2 * step)]
        if not math.isfinite(row[0]):
            # Outside the domain: start again from a smaller step.
            previous, step = [], step / CONTRACTION
            continue
        factor = CONTRACTION**2
        for column, old in enumerate(previous):
            row.append((row[column] * factor - old) / (factor - 1))
            factor *= CONTRACTION**2
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - old))
            if error <= best.error:
                best = Estimate(row[-1], error)
        if previous and abs(row[-1] - previous[-1]) >= SAFETY * best.error:
            break
        if best.error <= goal * abs(best.value):
            break
        previous, step = row, step / CONTRACTION
    return best


def one_sided(difference: Callable[[float, float], float], step: float) -> tuple[float, float]:
    """The right and the left derivative at 0 of a function given by its differences.

    Args:
        difference: `difference(a, b)` is f(a) - f(b).
        step: the step; each side is extrapolated once, so the error is of second order in it.

    Returns:
        The derivative from the right and that from the left.
    """

    def side(h: float) -> float:
        return 2 * difference(h / 2, 0.0) / (h / 2) - difference(h, 0.0) / h

    return side(step), side(-step)

"""Polynomials whose largest weighted error on an interval is the smallest: Remez exchange.

E. Ya. Remez, "Sur la détermination des polynômes d'approximation de degré donnée", 1934; the form
with several exchanges at once is in J.-M. Muller, Elementary Functions, 3rd edition, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from mpmath import chop, cos, linspace, lu_solve, matrix, mp, mpf, pi, polyval

__all__ = ["error", "minimax"]

POINTS = 40
"""Points of the grid for each coefficient."""
ROUNDS = 60
EVEN = mpf("1.0001")
"""How much the largest error may exceed the levelled one."""

Function = Callable[[mpf], mpf]


def minimax(
    function: Function, weight: Function, interval: tuple[mpf, mpf], degree: int
) -> list[mpf]:
    """The coefficients, the constant one first, of the best polynomial on a grid of the interval.

    Args:
        function: what to approximate.
        weight: what an error is multiplied by before it is compared; positive.
        interval: its ends.
        degree: of the polynomial.

    Raises:
        ArithmeticError: the errors do not level out, or have too few extremes.

    >>> mp.nstr(minimax(mp.exp, lambda x: mpf(1), (mpf(-1), mpf(1)), 1), 4)
    '[1.264, 1.175]'
    """
    grid = _grid(interval, POINTS * (degree + 2))
    values = [function(x) for x in grid]
    weights = [weight(x) for x in grid]
    reference = [len(grid) * (2 * i + 1) // (2 * (degree + 2)) for i in range(degree + 2)]
    for _ in range(ROUNDS):
        coefficients, level = _levelled(grid, values, weights, reference, degree)
        errors = [
            (value - polyval(coefficients[::-1], x)) * w
            for x, value, w in zip(grid, values, weights, strict=True)
        ]
        if max(map(abs, errors)) <= abs(level) * EVEN:
            return coefficients
        reference = _extremes(errors, degree + 2)
    raise ArithmeticError(f"no levelled error in {ROUNDS} rounds: {mp.nstr(level)}")


def error(
    coefficients: Sequence[mpf], function: Function, weight: Function, interval: tuple[mpf, mpf]
) -> mpf:
    """The largest weighted error of a polynomial on a grid of the interval."""
    grid = _grid(interval, POINTS * (len(coefficients) + 1))
    return max(abs(function(x) - polyval(coefficients[::-1], x)) * weight(x) for x in grid)


def _grid(interval: tuple[mpf, mpf], count: int) -> list[mpf]:
    """Points that lie closer at the ends, in ascending order; 0 is left out."""
    middle, half = (interval[0] + interval[1]) / 2, (interval[1] - interval[0]) / 2
    points = (chop(middle - half * cos(angle)) for angle in linspace(0, pi, count))
    return [x for x in points if x]


def _levelled(
    grid: Sequence[mpf],
    values: Sequence[mpf],
    weights: Sequence[mpf],
    reference: Sequence[int],
    degree: int,
) -> tuple[list[mpf], mpf]:
    """The polynomial whose errors at the reference are of one size and alternate, and that size."""
    rows = [
        [*(grid[i] ** power for power in range(degree + 1)), (-1) ** n / weights[i]]
        for n, i in enumerate(reference)
    ]
    solved = list(lu_solve(matrix(rows), matrix([values[i] for i in reference])))
    return solved[:-1], solved[-1]


def _extremes(errors: Sequence[mpf], count: int) -> list[int]:
    """Where the errors are largest between changes of sign; as many as asked for."""
    runs = groupby(range(len(errors)), key=lambda i: errors[i] > 0)
    peaks = [max(run, key=lambda i: abs(errors[i])) for _, run in runs]
    while len(peaks) > count:
        del peaks[0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1]
    if len(peaks) < count:
        raise ArithmeticError(f"{len(peaks)} extremes where {count} are needed")
    return peaks

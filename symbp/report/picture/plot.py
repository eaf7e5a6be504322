"""Lays a curve out: where its axes, its ticks, and its lines go."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from symbp.report.picture.model import Curve
from symbp.report.picture.shape import Point

__all__ = ["Line", "Plot", "Tick", "lay_out_curve"]

Line = tuple[Point, ...]
Range = tuple[float, float]
Tick = tuple[float, str]

TICKS = 7
SPARE = 0.04  # of the range, on either side


@dataclass(frozen=True)
class Plot:
    """A curve with places for everything, in points, y downward.

    Args:
        left, top, right, bottom: the rectangle that the lines stay in.
        origin: where the axes cross.
        across, up: the ticks of the two axes: where, and the number there.
        forward, derivative: the lines, in pieces wherever a value is missing.
    """

    left: float
    top: float
    right: float
    bottom: float
    origin: Point
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    forward: tuple[Line, ...]
    derivative: tuple[Line, ...]


def lay_out_curve(curve: Curve, left: float, top: float, right: float, bottom: float) -> Plot:
    """Place a curve and its derivative within a rectangle, zero in view."""
    across = _spare(_range([x for x in curve.x if isfinite(x)]))
    up = _spare(_range(_usual([*curve.forward, *curve.derivative])))

    def x_at(x: float) -> float:
        return round(left + (right - left) * (x - across[0]) / (across[1] - across[0]), 1)

    def y_at(y: float) -> float:
        return round(bottom - (bottom - top) * (y - up[0]) / (up[1] - up[0]), 1)

    def lines(values: tuple[float, ...]) -> tuple[Line, ...]:
        pieces = _pieces(list(zip(curve.x, values, strict=True)), up)
        return tuple(tuple((x_at(x), y_at(y)) for x, y in piece) for piece in pieces)

    return Plot(
        *(left, top, right, bottom),
        origin=(x_at(0.0), y_at(0.0)),
        across=tuple((x_at(value), text) for value, text in _ticks(across)),
        up=tuple((y_at(value), text) for value, text in _ticks(up)),
        forward=lines(curve.forward),
        derivative=lines(curve.derivative),
    )


def _usual(values: list[float]) -> list[float]:
    """The finite values, those near a pole left out.

    Beyond the middle nine tenths there may be as much again; what is further out is cut off.
    """
    finite = sorted(value for value in values if isfinite(value))
    if not finite:
        return []
    low, high = finite[len(finite) // 20], finite[-1 - len(finite) // 20]
    return [v for v in finite if low - (high - low) <= v <= high + (high - low)]


def _range(values: list[float]) -> Range:
    """From the least to the greatest, zero among them."""
    low, high = min([0.0, *values]), max([0.0, *values])
    return (low, high) if low < high else (-1.0, 1.0)


def _spare(span: Range) -> Range:
    spare = SPARE * (span[1] - span[0])
    return span[0] - spare, span[1] + spare


def _ticks(span: Range) -> list[tuple[float, str]]:
    """Multiples of 1, 2, or 5 times a power of ten, except zero, where the axes cross."""
    least = (span[1] - span[0]) / TICKS
    power = 10.0 ** floor(log10(least))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)
    numbers = range(ceil(span[0] / step), floor(span[1] / step) + 1)
    return [(n * step, f"{n * step:.6g}".replace("-", "\N{MINUS SIGN}")) for n in numbers if n]


def _pieces(points: list[Point], up: Range) -> list[list[Point]]:
    """Runs of points that are finite and in range, cut where they leave it."""
    pieces: list[list[Point]] = []
    for start, end in pairwise(points):
        cut = _cut(start, end, up) if all(isfinite(n) for n in (*start, *end)) else None
        if cut is None:
            continue
        if pieces and pieces[-1][-1] == cut[0]:
            pieces[-1].append(cut[1])
        else:
            pieces.append(list(cut))
    return pieces


def _cut(start: Point, end: Point, up: Range) -> tuple[Point, Point] | None:
    """The part of a line whose height is in range; None where there is none."""
    (x, y), (last_x, last_y) = start, end
    if y == last_y:
        return (start, end) if up[0] <= y <= up[1] else None
    begin, finish = sorted((bound - y) / (last_y - y) for bound in up)
    begin, finish = max(begin, 0.0), min(finish, 1.0)
    if begin >= finish:
        return None

    def at(share: float) -> Point:
        if share in (0.0, 1.0):
            return end if share else start
        return x + share * (last_x - x), y + share * (last_y - y)

    return at(begin), at(finish)

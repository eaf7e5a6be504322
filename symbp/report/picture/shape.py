"""Points, and what every drawing does with them."""

from __future__ import annotations

from math import hypot

__all__ = ["Point", "number", "triangle"]

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate to a tenth of a point."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def triangle(base: Point, tip: Point, half: float) -> tuple[Point, Point, Point]:
    """The corners of an arrow's head.

    Args:
        base: the middle of its base.
        tip: its tip.
        half: half of its base's length.
    """
    x, y = tip[0] - base[0], tip[1] - base[1]
    length = hypot(x, y) or 1.0
    across = (-y / length * half, x / length * half)
    return (
        (base[0] + across[0], base[1] + across[1]),
        tip,
        (base[0] - across[0], base[1] - across[1]),
    )

"""Curves as SVG."""

from __future__ import annotations

from symbp.report.picture.element import drawing, text
from symbp.report.picture.label import printable, words_width
from symbp.report.picture.layout import EDGE_SIZE
from symbp.report.picture.model import Curve
from symbp.report.picture.plot import Line, Plot, lay_out_curve
from symbp.report.picture.shape import number

__all__ = ["curve_to_svg"]

WIDTH, HEIGHT = 380.0, 260.0
SMALL_WIDTH, SMALL_HEIGHT = 120.0, 72.0
LEFT, TOP, RIGHT, BOTTOM = 34.0, 34.0, 12.0, 22.0
SAMPLE = 28.0  # the length of a line in the legend
TICK_SIZE = 11.0


def curve_to_svg(
    curve: Curve, prefix: str = "curve", *, small: bool = False, standalone: bool = False
) -> str:
    """A function and its derivative as an SVG element: one line solid, the other dashed.

    Args:
        curve: the curve.
        prefix: an id that no other element of the page has; the drawing's ids begin with it.
        small: draw a thumbnail: axes and lines only.
        standalone: make it a file of its own, which follows the reader's colour scheme.
    """
    first, second = (printable(name) for name in curve.names)
    described = f"{first}, {second}"
    if small:
        plot = lay_out_curve(curve, 3, 3, SMALL_WIDTH - 3, SMALL_HEIGHT - 3)
        size, extra = (SMALL_WIDTH, SMALL_HEIGHT), []
    else:
        legend, needed = _legend(first, second)
        size = (max(WIDTH, needed), HEIGHT)
        plot = lay_out_curve(curve, LEFT, TOP, size[0] - RIGHT, HEIGHT - BOTTOM)
        extra = [*_ticks(plot), *legend]
    parts = [
        _axes(plot),
        *_lines(plot.forward, "forward"),
        *_lines(plot.derivative, "backward"),  # its gaps show a line that it lies on
        *extra,
    ]
    return drawing(parts, size, (curve.title, described), prefix, standalone=standalone)


def _axes(plot: Plot) -> str:
    x, y = (number(n) for n in plot.origin)
    left, top, right, bottom = (number(n) for n in (plot.left, plot.top, plot.right, plot.bottom))
    return f'<path class="axis" d="M{left},{y}H{right}M{x},{top}V{bottom}"/>'


def _lines(lines: tuple[Line, ...], name: str) -> list[str]:
    paths = ("L".join(f"{number(x)},{number(y)}" for x, y in line) for line in lines)
    return [f'<path class="curve {name}" d="M{path}"/>' for path in paths]


def _ticks(plot: Plot) -> list[str]:
    x, y = plot.origin
    marks = [f"M{number(at)},{number(y - 3)}v6" for at, _ in plot.across]
    marks += [f"M{number(x - 3)},{number(at)}h6" for at, _ in plot.up]
    numbers = [text(label, (at, y + 15), TICK_SIZE, "tick") for at, label in plot.across]
    numbers += [text(label, (x - 7, at + 4), TICK_SIZE, "tick last") for at, label in plot.up]
    return [f'<path class="axis" d="{"".join(marks)}"/>', *numbers]


def _legend(first: str, second: str) -> tuple[list[str], float]:
    """The two names, each after a piece of its line; and the room that they need across."""
    parts, x, y = [], LEFT, 15.0
    for name, kind in ((first, "forward"), (second, "backward")):
        parts += _lines((((x, y), (x + SAMPLE, y)),), kind)
        parts.append(text(name, (x + SAMPLE + 7, y + 4.5), EDGE_SIZE, f"{kind} first"))
        x += SAMPLE + words_width(name, EDGE_SIZE) + 28
    return parts, x

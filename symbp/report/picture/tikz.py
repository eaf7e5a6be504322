"""Graphs and curves as TikZ, for LaTeX.

The document defines the colours `forward` and `backward`, and gives meaning to characters that its
fonts lack (`symbp.report.write.latex_text.printable`). Pictures keep to the same places as in
SVG, made small enough for a line of the document.
"""

from __future__ import annotations

from symbp.report.formula import Formula, to_latex
from symbp.report.formula.latex import latex_words
from symbp.report.picture.label import printable
from symbp.report.picture.layout import (
    ABOVE,
    BACK,
    BELOW,
    CORNERS,
    EDGE_SIZE,
    NODE_SIZE,
    PlacedEdge,
    PlacedNode,
    lay_out,
)
from symbp.report.picture.model import Curve, Kind, Picture
from symbp.report.picture.plot import Line, Plot, lay_out_curve
from symbp.report.picture.shape import Point, number, triangle

__all__ = ["curve_to_tikz", "to_tikz"]

TEXT_SIZE = 10.0  # of the document, in points
WIDTH, HEIGHT, LEGEND = 260.0, 170.0, 20.0
STYLES = {
    Kind.INPUT: "draw",
    Kind.PARAMETER: "draw",
    Kind.CONSTANT: "draw, densely dashed",
    Kind.OPERATION: "draw, fill=black!6",
    Kind.OUTPUT: "draw, double",
}
CASES = r"\begin{cases}"
PLATE = "fill=white, inner sep=1pt"  # behind numbers that lines run through


def to_tikz(picture: Picture, width: float = 460.0) -> str:
    """A graph as a `tikzpicture`: forward values above its edges, backward ones below.

    Args:
        picture: the graph.
        width: that of a line of the document, in points; a wider graph is made smaller.
    """
    layout = lay_out(picture)
    scale = min(TEXT_SIZE / EDGE_SIZE, width / layout.width)
    lines: list[str] = []
    for edge in layout.edges:
        lines += _edge(edge, scale)
    for node in layout.nodes:
        lines += _node(node, scale)
    corner = f"({number(layout.width)},{number(layout.height)})"
    return _picture([rf"\useasboundingbox (0,0) rectangle {corner};", *lines], scale)


def curve_to_tikz(curve: Curve, width: float = WIDTH) -> str:
    """A function and its derivative as a `tikzpicture`: one line solid, the other dashed.

    Args:
        curve: the curve.
        width: the picture's, in points.
    """
    plot = lay_out_curve(curve, 0, LEGEND, width, HEIGHT)
    left, top, right, bottom = plot.left, plot.top, plot.right, plot.bottom
    x, y = plot.origin
    lines = [
        rf"\draw {_at((left, y))} -- {_at((right, y))} {_at((x, top))} -- {_at((x, bottom))};",
        *(_path(line, "forward, line width=0.9pt") for line in plot.forward),
        *(_path(line, "backward, dashed, line width=0.9pt") for line in plot.derivative),
        *_ticks(plot),
    ]
    start = left
    for name, style in zip(curve.names, ("forward", "backward, dashed"), strict=True):
        lines.append(_path(((start, 5), (start + 22, 5)), f"{style}, line width=0.9pt"))
        colour = style.split(",")[0]
        lines.append(_text(name, (start + 26, 5), f"{colour}, anchor=west"))
        start += width / 2
    return _picture(lines, 1.0)


def _picture(lines: list[str], scale: float) -> str:
    unit = f"{scale:.4f}pt"
    head = rf"\begin{{tikzpicture}}[x={unit}, y=-{unit}, inner sep=0pt, outer sep=0pt]"
    return "\n".join([head, *(f"  {line}" for line in lines), r"\end{tikzpicture}"]) + "\n"


def _edge(placed: PlacedEdge, scale: float) -> list[str]:
    edge, size = placed.edge, scale * EDGE_SIZE / TEXT_SIZE
    path = _at(placed.path[0])
    for first, second, end in zip(*(placed.path[start::3] for start in (1, 2, 3)), strict=True):
        path += f" .. controls {_at(first)} and {_at(second)} .. {_at(end)}"
    thick = f"{0.6 * size:.2f}pt"
    lines = [
        rf"\draw[forward, line width={thick}] {path};",
        _head(placed.path[-1], placed.tip, 3.0, "forward"),
        _beside(edge.above, placed, scale, above=True),
    ]
    if edge.below is not None:
        left, right = placed.x - placed.width / 2 + 2, placed.x + placed.width / 2 - 2
        level = placed.y + BACK
        start, base = _at((right, level)), _at((left + 5, level))
        lines += [
            rf"\draw[backward, line width={0.4 * size:.2f}pt] {start} -- {base};",
            _head((left + 5, level), (left, level), 2.2, "backward"),
            _beside(edge.below, placed, scale, above=False),
        ]
    return lines


def _beside(label: Formula | str, placed: PlacedEdge, scale: float, *, above: bool) -> str:
    """A label of an edge; a tall one grows away from the edge."""
    colour, base = ("forward", ABOVE) if above else ("backward", BELOW)
    anchor, y = "base", placed.y + base
    words = _words(label)
    if CASES in words or r"\frac" in words:
        anchor, y = ("south", placed.y - 3) if above else ("north", placed.y + BACK + 3)
    size = scale * EDGE_SIZE / TEXT_SIZE
    return _text(label, (placed.x, y), f"{colour}, anchor={anchor}", size)


def _head(base: Point, tip: Point, half: float, colour: str) -> str:
    corners = " -- ".join(_at(corner) for corner in triangle(base, tip, half))
    return rf"\fill[{colour}] {corners} -- cycle;"


def _node(placed: PlacedNode, scale: float) -> list[str]:
    x, y, node = placed.x, placed.y, placed.node
    width, height = placed.width / 2, placed.height / 2
    corners = f", rounded corners={scale * CORNERS[node.kind]:.1f}pt"
    outline = f"{_at((x - width, y - height))} rectangle {_at((x + width, y + height))}"
    if placed.round:
        corners, outline = "", f"{_at((x, y))} circle[radius={number(width)}]"
    size = scale * NODE_SIZE / TEXT_SIZE
    return [rf"\path[{STYLES[node.kind]}{corners}] {outline};", _text(node.label, (x, y), "", size)]


def _ticks(plot: Plot) -> list[str]:
    x, y = plot.origin
    lines = []
    for at, label in plot.across:
        lines.append(rf"\draw {_at((at, y - 2))} -- {_at((at, y + 2))};")
        lines.append(_text(label, (at, y + 4), f"{PLATE}, anchor=north", 0.8))
    for at, label in plot.up:
        lines.append(rf"\draw {_at((x - 2, at))} -- {_at((x + 2, at))};")
        lines.append(_text(label, (x - 4, at), f"{PLATE}, anchor=east", 0.8))
    return lines


def _path(line: Line, style: str) -> str:
    return rf"\draw[{style}] {' -- '.join(_at(point) for point in line)};"


def _text(label: Formula | str, at: Point, style: str, size: float = 1.0) -> str:
    words = _words(label)
    if CASES in words:  # lines of a graph are not as high as several cases
        size *= 1.25 / (1 + words.count(r"\\ "))
    options = ", ".join(part for part in (style, f"scale={size:.3f}") if part)
    return rf"\node[{options}] at {_at(at)} {{{words}}};"


def _words(label: Formula | str) -> str:
    if isinstance(label, str):
        return latex_words(printable(label))
    return f"${to_latex(label)}$"


def _at(point: Point) -> str:
    return f"({number(point[0])},{number(point[1])})"

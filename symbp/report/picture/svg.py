"""Graphs as SVG."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from symbp.report.picture.element import arrow_head, drawing, text
from symbp.report.picture.label import label_text
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
from symbp.report.picture.model import Kind, Node, Picture
from symbp.report.picture.shape import number

__all__ = ["to_svg"]

BASE = 0.36  # how far a line's base lies below its middle, in font sizes


def to_svg(picture: Picture, prefix: str = "picture", *, standalone: bool = False) -> str:
    """A graph as an SVG element: forward values above its edges, backward ones below.

    Args:
        picture: the graph.
        prefix: an id that no other element of the page has; the drawing's ids begin with it.
        standalone: make it a file of its own, which follows the reader's colour scheme and has no
            links into the page.
    """
    layout = lay_out(picture)
    nodes = [_node(node, _target(node.node, standalone)) for node in layout.nodes]
    linked = any(_target(node, standalone) for node in picture.nodes)
    return drawing(
        [*(_edge(edge) for edge in layout.edges), *nodes],
        (layout.width, layout.height),
        (picture.title, picture.description),
        prefix,
        role="group" if linked else "img",  # nobody who listens gets at links within an image
        standalone=standalone,
    )


def _target(node: Node, standalone: bool) -> str:
    """Where a node leads; quoted whole, so that a name cannot pass for an address."""
    if not node.link or (standalone and not node.outside):
        return ""
    name = quote(node.link, safe="", errors="replace")
    return f"{name}.html" if node.outside else f"#{name}"


def _node(placed: PlacedNode, target: str) -> str:
    node = placed.node
    label = text(node.label, (placed.x, placed.y + BASE * NODE_SIZE), NODE_SIZE)
    content = f'<g class="node {node.kind.value}">{_shape(placed)}{label}</g>'
    if not target:
        return content
    spoken = escape(label_text(node.label))
    return f'<a href="{escape(target)}" aria-label="{spoken}">{content}</a>'


def _shape(placed: PlacedNode) -> str:
    if placed.round:
        x, y, radius = (number(n) for n in (placed.x, placed.y, placed.width / 2))
        return f'<circle class="shape" cx="{x}" cy="{y}" r="{radius}"/>'
    outline = _rectangle(placed, "shape", 0)
    double = placed.node.kind is Kind.OUTPUT
    return outline + (_rectangle(placed, "inner", 3) if double else "")


def _rectangle(placed: PlacedNode, name: str, inset: float) -> str:
    width, height = placed.width - 2 * inset, placed.height - 2 * inset
    x, y = number(placed.x - width / 2), number(placed.y - height / 2)
    corner = number(max(CORNERS[placed.node.kind] - inset, 0))
    size = f'width="{number(width)}" height="{number(height)}"'
    return f'<rect class="{name}" x="{x}" y="{y}" {size} rx="{corner}"/>'


def _edge(placed: PlacedEdge) -> str:
    points = [f"{number(x)},{number(y)}" for x, y in placed.path]
    x, y, edge = placed.x, placed.y, placed.edge
    parts = [
        f'<path class="line forward" d="M{points[0]}C{" ".join(points[1:])}"/>',
        arrow_head(placed.path[-1], placed.tip, 3.5, "forward"),
        text(edge.above, (x, y + ABOVE), EDGE_SIZE, "forward"),
    ]
    if edge.below is not None:
        left, right, level = x - placed.width / 2 + 2, x + placed.width / 2 - 2, y + BACK
        line = f"M{number(right)},{number(level)}H{number(left + 5)}"
        parts += [
            f'<path class="line backward" d="{line}"/>',
            arrow_head((left + 5, level), (left, level), 2.5, "backward"),
            text(edge.below, (x, y + BELOW), EDGE_SIZE, "backward"),
        ]
    return f'<g class="edge">{"".join(parts)}</g>'

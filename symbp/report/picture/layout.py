"""Lays a picture out with Graphviz.

Every edge runs through an invisible node that is as large as the edge's two labels, from its
west to its east. So the edge crosses its labels level and in the middle, and Graphviz, which keeps
nodes apart, keeps labels apart as well. Graphviz sees no label: it gets numbers and sizes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pygraphviz  # type: ignore[import-untyped]

from symbp.report.formula import Formula
from symbp.report.picture.label import label_width
from symbp.report.picture.model import Edge, Kind, Node, Picture
from symbp.report.picture.shape import Point

__all__ = [
    "ABOVE",
    "BACK",
    "BELOW",
    "CORNERS",
    "EDGE_SIZE",
    "NODE_SIZE",
    "Layout",
    "PlacedEdge",
    "PlacedNode",
    "lay_out",
]

NODE_SIZE, EDGE_SIZE = 15.0, 13.0
"""The sizes of the labels of nodes and of edges, in points."""

ABOVE, BACK, BELOW = -7.0, 6.0, 21.0
"""How far below an edge lie the base of its upper label, the arrow back, the lower one's base."""

CORNERS = {
    Kind.INPUT: 15.0,
    Kind.PARAMETER: 2.0,
    Kind.CONSTANT: 2.0,
    Kind.OPERATION: 9.0,
    Kind.OUTPUT: 15.0,
}
"""How round the corners of a node's outline are, by its kind."""

MARGIN = 8.0
CIRCLE = 38.0
BOX_HEIGHT = 32.0
EDGE_HEIGHTS = {False: 46.0, True: 56.0}  # without and with a label below
SHORTEST_EDGE = 34.0
NODE_GAP, RANK_GAP = 10.0, 22.0
STRAIGHT = 6  # how much more an edge wants to be straight that shares a node's side with no other


@dataclass(frozen=True)
class PlacedNode:
    """A node with its place.

    Args:
        node: the node.
        x, y: its centre.
        width, height: the size of its outline.
        round: its outline is a circle.
    """

    node: Node
    x: float
    y: float
    width: float
    height: float
    round: bool


@dataclass(frozen=True)
class PlacedEdge:
    """An edge with its place.

    Args:
        edge: the edge.
        x, y: the middle of its labels, through which it runs.
        width, height: the size of the labels and the gap between them.
        path: the control points of cubic Bezier curves, each beginning where the last one ended.
        tip: where the arrow's tip is; the path ends at its base.
    """

    edge: Edge
    x: float
    y: float
    width: float
    height: float
    path: tuple[Point, ...]
    tip: Point


@dataclass(frozen=True)
class Layout:
    """A picture with places for everything, in points, y downward."""

    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]


def lay_out(picture: Picture) -> Layout:
    """Place what a picture shows; the same picture gets the same places everywhere.

    Args:
        picture: the picture; its edges name nodes that it has.
    """
    sizes = [_node_size(node) for node in picture.nodes]
    rooms = [_edge_size(edge) for edge in picture.edges]
    placed = json.loads(_run(_source(picture, sizes, rooms)))
    width, height = (float(number) for number in placed["bb"].split(",")[2:])

    def point(text: str) -> Point:
        x, y = (float(number) for number in text.split(","))
        return round(x + MARGIN, 1), round(height - y + MARGIN, 1)

    at = {o["name"]: point(o["pos"]) for o in placed.get("objects", []) if "pos" in o}
    paths = {line["id"]: line["pos"].split() for line in placed.get("edges", [])}
    nodes = tuple(
        PlacedNode(node, *at[f"n{number}"], *size, round=_is_round(node))
        for number, (node, size) in enumerate(zip(picture.nodes, sizes, strict=True))
    )
    edges = []
    for number, (edge, size) in enumerate(zip(picture.edges, rooms, strict=True)):
        first = [point(text) for text in paths[f"t{number}"]]
        tip, *second = (point(text.removeprefix("e,")) for text in paths[f"h{number}"])
        path = (*first, first[-1], second[0], *second)
        edges.append(PlacedEdge(edge, *at[f"e{number}"], *size, path, tip))
    whole = Layout(round(width + 2 * MARGIN, 1), round(height + 2 * MARGIN, 1), nodes, tuple(edges))
    return _trimmed(whole)


def _trimmed(layout: Layout) -> Layout:
    """The layout without the empty strips that dot leaves above and below."""
    boxes: tuple[PlacedNode | PlacedEdge, ...] = (*layout.nodes, *layout.edges)
    ends = [box.y + side * box.height / 2 for box in boxes for side in (-1, 1)]
    ends += [y for edge in layout.edges for _, y in edge.path]
    top, bottom = min(ends, default=MARGIN) - MARGIN, max(ends, default=MARGIN) + MARGIN

    def up(point: Point) -> Point:
        return point[0], round(point[1] - top, 1)

    nodes = tuple(replace(node, y=round(node.y - top, 1)) for node in layout.nodes)
    edges = tuple(
        replace(edge, y=round(edge.y - top, 1), path=tuple(map(up, edge.path)), tip=up(edge.tip))
        for edge in layout.edges
    )
    return Layout(layout.width, round(bottom - top, 1), nodes, edges)


def _run(source: str) -> Any:
    graph = pygraphviz.AGraph(string=source)
    try:
        return graph.draw(format="json", prog="dot")
    finally:
        graph.close()


def _source(picture: Picture, sizes: list[Point], rooms: list[Point]) -> str:
    """The graph in Graphviz's language; edge 3 is `t3` from its tail and `h3` to its head."""
    numbers = {node.id: number for number, node in enumerate(picture.nodes)}
    lines = [
        f"rankdir=LR; ordering=in; nodesep={_inches(NODE_GAP)}; ranksep={_inches(RANK_GAP)};",
        'node [shape=box, fixedsize=true, label=""];',
        "edge [tailport=e, headport=w, arrowsize=0.65];",
    ]
    for number, (node, size) in enumerate(zip(picture.nodes, sizes, strict=True)):
        shape = "circle" if _is_round(node) else "box"
        lines.append(f"n{number} [shape={shape}, {_size(size)}];")
    heads = Counter(edge.head for edge in picture.edges)
    tails = Counter(edge.tail for edge in picture.edges)
    for number, (edge, room) in enumerate(zip(picture.edges, rooms, strict=True)):
        tail, head = numbers[edge.tail], numbers[edge.head]
        port = ", headport=_" if _is_round(picture.nodes[head]) else ""
        out, into = (STRAIGHT if ends == 1 else 1 for ends in (tails[edge.tail], heads[edge.head]))
        lines += [
            f"e{number} [{_size(room)}];",
            f"n{tail} -> e{number} [id=t{number}, dir=none, weight={out + 1}];",
            f"e{number} -> n{head} [id=h{number}{port}, weight={into}];",
        ]
    lines += [
        _rank("min", [numbers[n.id] for n in picture.nodes if _starts(n) and n.id not in heads]),
        _rank("max", [numbers[n.id] for n in picture.nodes if _ends(n) and n.id not in tails]),
    ]
    return "\n".join(["digraph {", *lines, "}"])


def _starts(node: Node) -> bool:
    return node.kind is Kind.INPUT


def _ends(node: Node) -> bool:
    return node.kind is Kind.OUTPUT


def _rank(which: str, numbers: list[int]) -> str:
    return f"{{ rank={which}; {' '.join(f'n{number};' for number in numbers)} }}"


def _is_round(node: Node) -> bool:
    """Whether a node is drawn as a circle: an operation whose sign is short."""
    return node.kind is Kind.OPERATION and label_width(node.label, NODE_SIZE) <= CIRCLE - 6


def _node_size(node: Node) -> Point:
    if _is_round(node):
        return CIRCLE, CIRCLE
    return round(max(label_width(node.label, NODE_SIZE) + 16, BOX_HEIGHT), 1), BOX_HEIGHT


def _edge_size(edge: Edge) -> Point:
    labels: list[Formula | str] = [edge.above] if edge.below is None else [edge.above, edge.below]
    widest = max(label_width(label, EDGE_SIZE) for label in labels)
    return round(max(widest + 10, SHORTEST_EDGE), 1), EDGE_HEIGHTS[edge.below is not None]


def _size(size: Point) -> str:
    return f"width={_inches(size[0])}, height={_inches(size[1])}"


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"

"""What a picture shows, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symbp.report.formula import Formula

__all__ = ["Curve", "Edge", "Kind", "Node", "Picture"]


class Kind(Enum):
    """What a node of a picture is."""

    INPUT = "input"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    OPERATION = "operation"
    OUTPUT = "output"


@dataclass(frozen=True)
class Node:
    """A node of a graph.

    Args:
        id: unique within the picture.
        label: a formula, or words.
        kind: what it is.
        link: where a click leads: an id of the document or a file's name; "" for nowhere.
        outside: the link is a file beside the report, its name without its ending.
    """

    id: str
    label: Formula | str
    kind: Kind
    link: str = ""
    outside: bool = False


@dataclass(frozen=True)
class Edge:
    """An edge of a graph, from what is computed first to what uses it.

    Args:
        tail, head: ids of nodes.
        above: the value that goes forward, shown above the edge.
        below: the value that comes backward, shown below it; None where none does.
    """

    tail: str
    head: str
    above: Formula | str
    below: Formula | str | None = None


@dataclass(frozen=True)
class Picture:
    """A graph, left to right.

    Args:
        title: what it shows, in a few words.
        description: the same in sentences, for those who cannot see it.
        nodes, edges: in a fixed order, which the layout keeps to.
    """

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Curve:
    """A function of one variable and its derivative, sampled.

    Args:
        title: what it shows.
        x: where it was sampled.
        forward, derivative: the values there; not a number where there is none.
        names: what the two curves are called.
    """

    title: str
    x: tuple[float, ...]
    forward: tuple[float, ...]
    derivative: tuple[float, ...]
    names: tuple[str, str]

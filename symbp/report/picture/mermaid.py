"""Graphs as Mermaid flowcharts, which GitHub draws within Markdown."""

from __future__ import annotations

from symbp.report.formula import Formula
from symbp.report.picture.label import label_text
from symbp.report.picture.model import Edge, Kind, Picture

__all__ = ["to_mermaid"]

SHAPES = {
    Kind.INPUT: ("([", "])"),
    Kind.PARAMETER: ("[", "]"),
    Kind.CONSTANT: ("[", "]"),
    Kind.OPERATION: ("((", "))"),
    Kind.OUTPUT: ("([", "])"),
}


def to_mermaid(picture: Picture) -> str:
    """A graph as a flowchart; an edge's label is its forward value and, below, the backward one.

    Args:
        picture: the graph.
    """
    names = {node.id: f"n{number}" for number, node in enumerate(picture.nodes)}
    lines = ["flowchart LR"]
    for node in picture.nodes:
        opening, closing = SHAPES[node.kind]
        lines.append(f'  {names[node.id]}{opening}"{_escaped(node.label)}"{closing}')
    for edge in picture.edges:
        lines.append(f'  {names[edge.tail]} -->|"{_values(edge)}"| {names[edge.head]}')
    return "\n".join(lines) + "\n"


def _values(edge: Edge) -> str:
    above = _escaped(edge.above)
    return above if edge.below is None else f"{above}<br/>← {_escaped(edge.below)}"


def _escaped(label: Formula | str) -> str:
    """A label with every sign as its code: Mermaid reads quotes, HTML, and Markdown in labels."""
    return "".join(
        character
        if character.isalnum() or character == " " or not character.isascii()
        else f"#{ord(character)};"
        for character in label_text(label)
    )

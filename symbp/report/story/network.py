"""A network's report: its layers as one picture, and the mathematics of the whole."""

from __future__ import annotations

from symbp.notation import Entry, Network
from symbp.report.document import (
    Block,
    Code,
    Inlines,
    Link,
    Paragraph,
    PictureFigure,
    Section,
    Table,
)
from symbp.report.formula import Formula
from symbp.report.picture import Edge, Kind, Node, Picture
from symbp.report.subject import Subject
from symbp.report.texts import Texts

__all__ = ["layers"]


def layers(report: Subject, texts: Texts) -> Section:
    """The section with the picture at layer level, the uses and the parameters."""
    network = report.network
    assert network is not None
    caption = texts.say("network.caption", name=network.name)
    blocks: tuple[Block, ...] = (
        Paragraph(texts.say("network.lead")),
        Paragraph(texts.say("network.graph_lead")),
        PictureFigure(_picture(report, network, texts), caption),
        _uses(network, texts),
        _parameters(network, texts),
    )
    return Section("layers", texts.text("network.uses"), blocks)


def _picture(report: Subject, network: Network, texts: Texts) -> Picture:
    layer = network.layer
    made = {value: use.name for use in network.uses for value in use.outputs.values()}
    wires = {wire for use in network.uses for wire in use.wires.values()}
    given = [name for name in layer.tensors if name in wires and name not in made]
    nodes = [Node(f"in {name}", Formula((Entry(name),)), _kind(network, name)) for name in given]
    nodes += [Node(use.name, use.layer, Kind.OPERATION, use.layer, True) for use in network.uses]
    nodes += [Node(f"out {name}", Formula((Entry(name),)), Kind.OUTPUT) for name in layer.outputs]
    edges = [
        Edge(made.get(wire, f"in {wire}"), use.name, _name(wire), _back(report, wire))
        for use in network.uses
        for wire in use.wires.values()
    ]
    edges += [
        Edge(made[name], f"out {name}", _name(name), _name(layer.gradient(name)))
        for name in layer.outputs
        if name in made
    ]
    title = texts.text("network.caption", name=network.name)
    sentences = " ".join(
        f"{use.name}: {use.layer}({', '.join(use.wires.values())}) → "
        f"{', '.join(use.outputs.values())}."
        for use in network.uses
    )
    return Picture(title, sentences, tuple(nodes), tuple(edges))


def _kind(network: Network, name: str) -> Kind:
    return Kind.CONSTANT if name == network.labels else Kind.INPUT


def _name(name: str) -> Formula:
    return Formula((Entry(name),))


def _back(report: Subject, wire: str) -> Formula | None:
    return (
        _name(report.derivation.layer.gradient(wire))
        if wire in report.derivation.sweep.contributions
        else None
    )


def _uses(network: Network, texts: Texts) -> Table:
    keys = ("use", "layer", "takes", "holds", "gives")
    head = tuple(texts.text(f"network.{key}") for key in keys)
    rows = tuple(
        (
            (Code(use.name),),
            (Link(use.layer, use.layer, outside=True),),
            texts.listed([_name(wire) for wire in use.wires.values()]),
            texts.listed([_name(name) for name in use.parameters.values()]) or ("–",),
            texts.listed([_name(name) for name in use.outputs.values()]),
        )
        for use in network.uses
    )
    return Table(texts.text("network.uses"), head, rows)


def _parameters(network: Network, texts: Texts) -> Table:
    head = (
        texts.text("definition.tensor"),
        texts.text("definition.axes"),
        texts.text("network.begins"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for name, rule in network.initialisers.items():
        axes = network.layer.tensors[name].axes
        shape = texts.listed([Formula((axis,)) for axis in axes])
        rows.append(((_name(name),), shape, (Code(rule.text),)))
    return Table(texts.text("network.parameters"), head, tuple(rows))

"""The computational graph of a derivation, as a picture."""

from __future__ import annotations

from symbp.calculus import Contribution, rename
from symbp.calculus.derivation import Derivation
from symbp.notation import Entry, Equation, Index, Role, entries
from symbp.report.document import Block, Inlines, Paragraph, PictureFigure, Section, Table
from symbp.report.formula import Formula, to_text
from symbp.report.picture import Edge, Kind, Node, Picture
from symbp.report.story.definition import role_of
from symbp.report.story.nodes import adds, axes_of
from symbp.report.story.numbers import number_text
from symbp.report.story.operation import operation
from symbp.report.subject import Subject
from symbp.report.texts import Texts

__all__ = ["graph", "picture_of"]

MOST_CHARACTERS = 30
MANY = 16
KINDS = {
    Role.INPUT: Kind.INPUT,
    Role.PARAMETER: Kind.PARAMETER,
    Role.CONSTANT: Kind.CONSTANT,
}


def graph(report: Subject, texts: Texts) -> Section:
    """The section with the picture, and with numbers a second picture and a table of values."""
    derivation = report.derivation
    name = derivation.layer.name
    caption = texts.say("graph.caption", name=name)
    blocks: list[Block] = [Paragraph(texts.say("graph.lead"))]
    if len(derivation.nodes) > MANY:
        blocks.append(Paragraph(texts.say("graph.large", count=str(len(derivation.nodes)))))
    blocks.append(PictureFigure(picture_of(report, texts), caption))
    if report.numbers is not None and report.given is not None:
        comma = texts.text("document.comma")
        given = comma.join(f"{key} = {number_text(value)}" for key, value in report.given.items())
        numbers = texts.say("graph.numbers", given=given)
        blocks.append(PictureFigure(picture_of(report, texts, numbers=True), numbers))
        blocks.append(_values(report, texts))
    return Section("graph", texts.text("graph.title"), tuple(blocks))


def picture_of(report: Subject, texts: Texts, numbers: bool = False) -> Picture:
    """The graph of operations: what is given at the left, outputs at the right."""
    derivation = report.derivation
    layer = derivation.layer
    used = {entry.name for node in derivation.nodes for entry in entries(node.value)}
    given = [name for name in layer.tensors if role_of(layer, name) in KINDS and name in used]
    nodes = [Node(name, Formula((Entry(name),)), KINDS[role_of(layer, name)]) for name in given]
    nodes += [Node(node.target, operation(node), Kind.OPERATION) for node in derivation.nodes]
    nodes += [Node(f"out {name}", Formula((Entry(name),)), Kind.OUTPUT) for name in layer.outputs]
    labels = _Labels(report, numbers)
    edges = [edge for node in derivation.nodes for edge in _edges(derivation, node, labels)]
    axes = {node.target: node.axes for node in derivation.nodes}
    for name in layer.outputs:
        if name in axes:
            own = Entry(name, *axes[name])
            edges.append(Edge(name, f"out {name}", labels.forward(own), labels.upstream(own)))
    title = texts.text("graph.caption", name=layer.name)
    return Picture(title, _description(derivation, edges, texts), tuple(nodes), tuple(edges))


def _edges(derivation: Derivation, node: Equation, labels: _Labels) -> list[Edge]:
    found = []
    for operand in entries(node.value):
        if not _is_known(derivation, operand.name):
            continue
        part = _contribution(derivation, node.target, operand)
        below = None if part is None else labels.backward(part)
        found.append(Edge(operand.name, node.target, labels.forward(operand), below))
    return found


def _is_known(derivation: Derivation, name: str) -> bool:
    return name in derivation.layer.tensors or any(node.target == name for node in derivation.nodes)


def _contribution(derivation: Derivation, node: str, operand: Entry) -> Contribution | None:
    parts = derivation.sweep.contributions.get(operand.name, ())
    return next((p for p in parts if p.node == node and p.operand == operand), None)


class _Labels:
    """What stands at the edges: formulas, short ones, or numbers."""

    def __init__(self, report: Subject, numbers: bool) -> None:
        self._derivation = report.derivation
        self._numbers = report.numbers if numbers else None
        self._axes = axes_of(report.derivation)

    def forward(self, operand: Entry) -> Formula | str:
        """The value that goes along an edge."""
        if self._numbers is not None:
            return number_text(self._numbers.values[operand.name])
        named = operand.name in self._derivation.layer.tensors
        return _shortest(operand, *([] if named else [self._derivation.chain.values[operand.name]]))

    def backward(self, part: Contribution) -> Formula | str:
        """The value that comes back along an edge."""
        if self._numbers is not None:
            return number_text(self._numbers.handed_back[part.node, part.operand])
        chain, node = self._derivation.chain, self._axes[part.node]
        key = part.node, part.operand
        if not all(isinstance(slot, Index) for slot in part.operand.indices):
            # A place that others may share: what this use alone hands back.
            return Formula((Entry(chain.upstreams[part.node], *node) * part.local,))
        alone = Entry(self._derivation.layer.gradient(part.operand.name), *part.operand.indices)
        own = self._axes[part.operand.name]
        slots = dict(zip(own, part.operand.indices, strict=True))
        whole = () if adds(self._derivation, part.operand.name) else (alone,)
        forms = (rename(form, slots) for form in (chain.handed[key], chain.products[key]))
        return _shortest(*whole, *forms)

    def upstream(self, output: Entry) -> Formula | str:
        """The value that comes from above."""
        if self._numbers is not None:
            return number_text(_ones(self._numbers.values[output.name]))
        return Formula((Entry(self._derivation.layer.gradient(output.name), *output.indices),))


def _ones(value: object) -> object:
    """The upstream value that graphs with numbers are shown with."""
    return [_ones(item) for item in value] if isinstance(value, list | tuple) else 1


def _shortest(*forms: object) -> Formula:
    """The last of the forms that is short enough to stand at an edge; the first one always is."""
    formulas = [Formula((form,)) for form in forms]
    short = [formula for formula in formulas if len(to_text(formula)) <= MOST_CHARACTERS]
    return short[-1] if short else formulas[0]


def _description(derivation: Derivation, edges: list[Edge], texts: Texts) -> str:
    """The graph in sentences."""
    sentences = []
    for node in derivation.nodes:
        operands = dict.fromkeys(edge.tail for edge in edges if edge.head == node.target)
        value = to_text(Formula((node.value,)))
        names = texts.text("document.comma").join(operands)
        sentences.append(
            texts.text("graph.description_node", node=node.target, operands=names, value=value)
        )
    for name, parts in derivation.sweep.contributions.items():
        value = to_text(Formula((derivation.chain.gradients.get(name, parts[0].value),)))
        sentences.append(texts.text("graph.description_back", operand=name, value=value))
    return texts.text(
        "graph.description",
        count=len(derivation.nodes),
        sentences=texts.text("document.gap").join(sentences),
    )


def _values(report: Subject, texts: Texts) -> Table:
    """Every value and gradient with numbers, and whether it is kept."""
    derivation = report.derivation
    assert report.numbers is not None
    keys = ("value", "gradient", "kept")
    head = (texts.text("definition.tensor"), *(texts.text(f"graph.{key}") for key in keys))
    kept = {item.name for item in report.module.saved} if report.module else set()
    kept |= {
        item.target for item in derivation.vjp.function.primal
    } - derivation.layer.tensors.keys()
    rows: list[tuple[Inlines, ...]] = []
    for name, value in report.numbers.values.items():
        gradient = report.numbers.gradients.get(name)
        rows.append(
            (
                (Formula((Entry(name),)),),
                (number_text(value),),
                (number_text(gradient) if gradient is not None else "–",),
                texts.say("graph.yes" if name in kept else "graph.no"),
            )
        )
    return Table(texts.text("graph.values"), head, tuple(rows))

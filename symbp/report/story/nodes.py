"""The table of nodes: each operation's derivative by each operand, and what it hands back."""

from __future__ import annotations

from dataclasses import replace

from symbp.calculus import Contribution, with_hyperbolics
from symbp.calculus.derivation import Derivation
from symbp.notation import Entry, Equation, Index
from symbp.report.document import Block, Inlines, Paragraph, Section, Table
from symbp.report.formula import Formula, equation, partial
from symbp.report.texts import Texts

__all__ = ["adds", "axes_of", "contributions_of", "nodes", "own_entry"]

KEYS = ("node", "operand", "local", "jacobian", "upstream", "product")


def nodes(derivation: Derivation, texts: Texts) -> Section:
    """The section with the table."""
    head = tuple(texts.text(f"nodes.{key}") for key in KEYS)
    rows = tuple(
        _row(derivation, node, part)
        for node in reversed(derivation.nodes)
        for part in contributions_of(derivation, node.target)
    )
    lead = texts.say("nodes.lead", delta="δ")
    table = Table(texts.text("nodes.caption"), head, rows)
    blocks: list[Block] = [Paragraph(lead), *_read_as_functions(derivation, texts), table]
    return Section("nodes", texts.text("nodes.title"), tuple(blocks))


def _read_as_functions(derivation: Derivation, texts: Texts) -> list[Paragraph]:
    """Which equations have a hyperbolic function that the user wrote out."""
    found = []
    for written in derivation.layer.equations:
        read = replace(written, value=with_hyperbolics(written.value))
        if read != written:
            parts = {"written": equation(written), "read": equation(read)}
            found.append(Paragraph(texts.say("nodes.read", **parts)))
    return found


def contributions_of(derivation: Derivation, node: str) -> list[Contribution]:
    """What a node hands back, to each of its operands."""
    return [
        part
        for parts in derivation.sweep.contributions.values()
        for part in parts
        if part.node == node
    ]


def adds(derivation: Derivation, name: str) -> bool:
    """Whether what comes back to a tensor is one of several contributions to its gradient."""
    return len(derivation.sweep.contributions[name]) > 1 or name in derivation.layer.outputs


def axes_of(derivation: Derivation) -> dict[str, tuple[Index, ...]]:
    """The own axes of every tensor and node."""
    axes = {node.target: node.axes for node in derivation.nodes}
    return axes | {name: tensor.axes for name, tensor in derivation.layer.tensors.items()}


def own_entry(node: Equation) -> Entry:
    """The entry that a node computes."""
    return Entry(node.target, *node.axes)


def _row(derivation: Derivation, node: Equation, part: Contribution) -> tuple[Inlines, ...]:
    own, name = own_entry(node), part.operand.name
    chain = derivation.chain
    left = Entry(chain.upstreams[name], *axes_of(derivation)[name])
    sign = "+=" if adds(derivation, name) else "="
    return (
        (equation(node),),
        (Formula((part.operand,)),),
        (partial(own, part.operand, "=", part.local),),
        (partial(own, part.at, "=", part.jacobian),) if part.at.indices else ("–",),
        (Formula((Entry(chain.upstreams[node.target], *node.axes),)),),
        (Formula((left, sign, chain.handed[node.target, part.operand])),),
    )

"""The table of nodes: each operation's derivative by each operand, and what it hands back."""

from __future__ import annotations

from symbp.calculus import Contribution
from symbp.notation import Entry, Equation, Index
from symbp.report.document import Inlines, Paragraph, Section, Table
from symbp.report.formula import Formula, equation, partial
from symbp.report.report import Report
from symbp.report.texts import Texts

__all__ = ["adds", "axes_of", "contributions_of", "nodes", "own_entry"]

KEYS = ("node", "operand", "local", "jacobian", "upstream", "product")


def nodes(report: Report, texts: Texts) -> Section:
    """The section with the table."""
    head = tuple(texts.text(f"nodes.{key}") for key in KEYS)
    rows = tuple(
        _row(report, node, part)
        for node in reversed(report.nodes)
        for part in contributions_of(report, node.target)
    )
    lead = texts.say("nodes.lead", delta="δ")
    table = Table(texts.text("nodes.caption"), head, rows)
    return Section("nodes", texts.text("nodes.title"), (Paragraph(lead), table))


def contributions_of(report: Report, node: str) -> list[Contribution]:
    """What a node hands back, to each of its operands."""
    return [
        part for parts in report.sweep.contributions.values() for part in parts if part.node == node
    ]


def adds(report: Report, name: str) -> bool:
    """Whether what comes back to a tensor is one of several contributions to its gradient."""
    return len(report.sweep.contributions[name]) > 1 or name in report.layer.outputs


def axes_of(report: Report) -> dict[str, tuple[Index, ...]]:
    """The own axes of every tensor and node."""
    axes = {node.target: node.axes for node in report.nodes}
    return axes | {name: tensor.axes for name, tensor in report.layer.tensors.items()}


def own_entry(node: Equation) -> Entry:
    """The entry that a node computes."""
    return Entry(node.target, *node.axes)


def _row(report: Report, node: Equation, part: Contribution) -> tuple[Inlines, ...]:
    own, name = own_entry(node), part.operand.name
    chain = report.chain
    left = Entry(chain.upstreams[name], *axes_of(report)[name])
    sign = "+=" if adds(report, name) else "="
    return (
        (equation(node),),
        (Formula((part.operand,)),),
        (partial(own, part.operand, "=", part.local),),
        (partial(own, part.at, "=", part.jacobian),) if part.at.indices else ("–",),
        (Formula((Entry(chain.upstreams[node.target], *node.axes),)),),
        (Formula((left, sign, chain.handed[node.target, part.operand])),),
    )

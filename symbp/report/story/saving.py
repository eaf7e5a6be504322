"""What forward keeps for backward, and why that is enough."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.notation import Entry
from symbp.report.document import Block, Bullets, Code, Inline, Inlines, Paragraph, Section
from symbp.report.formula import Formula
from symbp.report.subject import Subject
from symbp.report.texts import Texts

__all__ = ["saving"]


def saving(report: Subject, texts: Texts) -> Section:
    """The section on what is kept."""
    kept, parameters = _used(report)
    if report.module is not None:
        kept = [item.name for item in report.module.saved]
    if not kept:
        blocks: list[Block] = [Paragraph(texts.say("saving.nothing"))]
    else:
        names = texts.listed([_shown(report, name) for name in kept])
        blocks = [Paragraph(texts.say("saving.lead", names=names))]
        if meanings := tuple(_meanings(report, texts)):
            blocks.append(Bullets(meanings))
        blocks.append(Paragraph(texts.say("saving.why")))
    if parameters:
        names = texts.listed(_formulas(parameters))
        blocks.append(Paragraph(texts.say("saving.also_parameters", names=names)))
    return Section("saving", texts.text("saving.title"), tuple(blocks))


def _shown(report: Subject, name: str) -> Inline:
    """A tensor as a formula, another name as it stands in the code."""
    return Formula((Entry(name),)) if name in report.derivation.layer.tensors else Code(name)


def _meanings(report: Subject, texts: Texts) -> Iterator[Inlines]:
    """What the names are that only the code has."""
    colon = texts.text("document.colon")
    for item in report.module.saved if report.module else ():
        if item.name not in report.derivation.layer.tensors:
            yield (Code(item.name), colon, Code(item.meaning))


def _formulas(names: list[str]) -> list[Inline]:
    return [Formula((Entry(name),)) for name in names]


def _used(report: Subject) -> tuple[list[str], list[str]]:
    """What the backward equations mention of forward's values, and of the parameters."""
    own = {item.target for item in report.derivation.vjp.function.equations}
    upstreams = {report.derivation.layer.gradient(name) for name in report.derivation.layer.outputs}
    names = dict.fromkeys(
        entry.name
        for item in report.derivation.vjp.function.equations
        for entry in sorted(item.value.atoms(Entry), key=str)
        if entry.name not in own | upstreams
    )
    parameters = [name for name in names if name in report.derivation.layer.parameters]
    return [name for name in names if name not in parameters], parameters

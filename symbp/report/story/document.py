"""The sections of a report, in order."""

from __future__ import annotations

from symbp.report.document import Block, Code, CurveFigure, Document, Inlines, Section
from symbp.report.story.chain import chain
from symbp.report.story.code import code
from symbp.report.story.definition import definition
from symbp.report.story.graph import graph
from symbp.report.story.join import join
from symbp.report.story.network import layers
from symbp.report.story.nodes import nodes
from symbp.report.story.products import product
from symbp.report.story.saving import saving
from symbp.report.story.stability import stability
from symbp.report.story.verdicts import verdicts
from symbp.report.subject import Subject
from symbp.report.texts import Texts
from symbp.version import __version__

__all__ = ["document_of"]


def document_of(report: Subject, language: str = "en") -> Document:
    """The report as a document.

    Args:
        report: the report.
        language: "en" or "zh".

    Raises:
        UnknownNameError: there is no such language.
    """
    layer = report.derivation.layer
    texts = Texts(language, "ℒ" if "L" in {*layer.tensors, *layer.hyper} else "L")
    kind = "document.title" if report.network is None else "document.network_title"
    name = report.derivation.layer.name
    lead: Inlines = (report.derivation.layer.doc,) if report.derivation.layer.doc else ()
    words = texts.group("document")
    words["made_by"] = texts.text("document.made_by", version=__version__)
    title = texts.text(kind, name=name)
    return Document(
        name, title, texts.text("document.language"), lead, _sections(report, texts), words
    )


def _sections(report: Subject, texts: Texts) -> tuple[Section, ...]:
    derivation = report.derivation
    found = [definition(derivation, texts)]
    if report.curve is not None:
        found[0] = _with_curve(found[0], report, texts)
    if report.network is not None:
        found.append(layers(report, texts))
    found += [
        graph(report, texts),
        nodes(derivation, texts),
        chain(derivation, texts),
        join(derivation, texts),
        saving(report, texts),
        stability(derivation, texts),
        *(product(name, derived, texts) for name, derived in report.products.items()),
    ]
    if report.module is not None:
        found.append(code(report, texts))
    if report.judged:
        found.append(verdicts(report, texts))
    return tuple(found)


def _with_curve(section: Section, report: Subject, texts: Texts) -> Section:
    """The definition with the layer's curve at its end."""
    assert report.curve is not None
    forward, derivative = (Code(name) for name in report.curve.names)
    caption = texts.say("document.elementwise_caption", forward=forward, derivative=derivative)
    blocks: tuple[Block, ...] = (*section.blocks, CurveFigure(report.curve, caption))
    return Section(section.id, section.title, blocks, section.sections)

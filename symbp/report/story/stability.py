"""What was rewritten to stay finite, and why the value is unchanged."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import exp

from symbp.calculus import FreeShift, Guard, Identity, Proof, Step
from symbp.calculus.derivation import Derivation
from symbp.notation import Entry
from symbp.report.document import Block, Display, Paragraph, Section
from symbp.report.formula import Formula, marked_difference
from symbp.report.story.join import rule_name, rule_why
from symbp.report.texts import Texts

__all__ = ["stability"]


def stability(derivation: Derivation, texts: Texts) -> Section:
    """The section on stability: each rewrite with its proof."""
    key = "stability.lead" if derivation.vjp.stability else "stability.none"
    parts = tuple(
        _step(step, number, texts) for number, step in enumerate(derivation.vjp.stability, 1)
    )
    title = texts.text("stability.title")
    return Section("stability", title, (Paragraph(texts.say(key)),), parts)


def _step(step: Step, number: int, texts: Texts) -> Section:
    target = Entry(step.target)
    title = texts.text("stability.step", target=target.name, rule=rule_name(step.rule, texts))
    blocks: list[Block] = [Paragraph(rule_why(step.rule, texts))]
    if step.before == step.after:
        blocks.append(Display(Formula((step.before,))))
    else:
        before, after = marked_difference(step.before, step.after)
        blocks += [Display(Formula((before,))), Display(Formula(("=", after)))]
    for proof in step.proofs:
        blocks += _proof(proof, texts)
    return Section(f"stable-{number}", title, tuple(blocks))


def _proof(proof: Proof, texts: Texts) -> Iterator[Block]:
    match proof:
        case FreeShift():
            yield from _shift(proof, texts)
        case Identity(kind, before, after):
            key = f"stability.proof_{kind.replace(' ', '_')}"
            yield Paragraph(texts.say(key))
            yield Display(Formula((before, "=", after)))
            yield from _evidence(proof, texts)
        case Guard(condition, before, after):
            yield Paragraph(
                texts.say(
                    "stability.proof_guard",
                    condition=Formula((condition,)),
                    before=Formula((before,)),
                    after=Formula((after,)),
                )
            )


def _shift(proof: FreeShift, texts: Texts) -> Iterator[Block]:
    m = Formula((proof.m,))
    factor = Formula((exp(proof.m),))
    yield Paragraph(texts.say("stability.proof_shift", factor=factor, m=m))
    yield Display(Formula((proof.total, "=", proof.shifted)))
    yield Paragraph(texts.say("stability.proof_derivative", m=m))
    yield Display(Formula((proof.derivative,)))
    value = Formula((proof.value,))
    yield Paragraph(texts.say("stability.proof_zero", m=m, value=value))
    yield Paragraph(texts.say("stability.proof_after"))
    yield Display(Formula((proof.total, "=", proof.after)))
    yield from _evidence(proof, texts)


def _evidence(proof: FreeShift | Identity, texts: Texts) -> Iterator[Block]:
    """What is to be said where numbers stand in for a proof."""
    if not proof.decided:
        yield Paragraph(texts.say("stability.evidence"))

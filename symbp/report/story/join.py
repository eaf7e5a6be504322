"""From the graph to the formula: the gradients put together, rewritten step by step."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.calculus import Step
from symbp.calculus.derivation import Derivation, Derived
from symbp.notation import Entry, Equation
from symbp.report.document import Block, Display, Inlines, Paragraph, Section, Steps
from symbp.report.formula import Formula, equation, marked_difference
from symbp.report.texts import Texts

__all__ = ["join", "rewrites", "rule_name", "rule_why"]


def join(derivation: Derivation, texts: Texts) -> Section:
    """The section on the rewrites, with the result."""
    together = [Display(equation(item)) for item in derivation.vjp.joined]
    blocks: tuple[Block, ...] = (
        Paragraph(texts.say("join.lead")),
        Paragraph(texts.say("join.together")),
        *together,
    )
    sections = [*rewrites(derivation.vjp, "join.rewrites", texts), _result(derivation, texts)]
    return Section("join", texts.text("join.title"), blocks, tuple(sections))


def rule_name(rule: str, texts: Texts) -> str:
    """A rewrite's name."""
    key = f"rule.{rule.replace(' ', '_')}"
    return texts.text(key) if texts.has(key) else texts.text("rule.other", rule=rule)


def rule_why(rule: str, texts: Texts) -> Inlines:
    """Why a rewrite leaves the value as it is."""
    key = f"rule.{rule.replace(' ', '_')}_why"
    return texts.say(key if texts.has(key) else "rule.other_why")


def rewrites(derived: Derived, heading: str, texts: Texts, prefix: str = "") -> Iterator[Section]:
    """A section for every gradient, or tangent, that was rewritten."""
    axes = {item.target: item.axes for item in (*derived.joined, *derived.exact)}
    steps = derived.rewrites
    for target in dict.fromkeys(step.target for step in steps):
        name = Entry(target, *axes.get(target, ()))
        items = tuple(_step(step, texts) for step in steps if step.target == target)
        title = texts.text(heading, target=target)
        first = next(step for step in steps if step.target == target)
        start = Display(equation(Equation(target, name.indices, first.before)))
        yield Section(f"{prefix}rewrites-{target}", title, (start, Steps(items)))


def _step(step: Step, texts: Texts) -> tuple[Inlines, tuple[Block, ...]]:
    before, after = marked_difference(step.before, step.after)
    heading: Inlines = texts.named(rule_name(step.rule, texts), rule_why(step.rule, texts))
    return heading, (Display(Formula((before,))), Display(Formula(("=", after))))


def _result(derivation: Derivation, texts: Texts) -> Section:
    blocks: list[Block] = []
    if not derivation.vjp.rewrites:
        blocks.append(Paragraph(texts.say("join.none")))
    blocks.append(Paragraph(texts.say("join.result_lead")))
    blocks += [Display(equation(item), f"result-{item.target}") for item in derivation.vjp.written]
    return Section("result", texts.text("join.result"), tuple(blocks))

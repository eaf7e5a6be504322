"""Jacobian-vector and Hessian-vector products: the one rule read forwards."""

from __future__ import annotations

from symbp.calculus.derivation import Derived
from symbp.report.document import Block, Display, Paragraph, Section
from symbp.report.formula import equation
from symbp.report.story.join import rewrites
from symbp.report.texts import Texts

__all__ = ["product"]

TITLES = {"jvp": "products.jvp_title", "hvp": "products.hvp_title"}
LEADS = {"jvp": "products.jvp_lead", "hvp": "products.hvp_lead"}
TOGETHER = {"jvp": "products.jvp_together", "hvp": "products.hvp_together"}
RESULTS = {"jvp": "products.jvp_result", "hvp": "products.hvp_result"}


def product(name: str, derived: Derived, texts: Texts) -> Section:
    """The section on one product.

    Args:
        name: "jvp" or "hvp".
        derived: what was derived.
        texts: the sentences.
    """
    blocks: tuple[Block, ...] = (
        Paragraph(texts.say(LEADS[name])),
        Paragraph(texts.say(TOGETHER[name])),
        *(Display(equation(item)) for item in derived.joined),
    )
    results = [Display(equation(item), f"{name}-result-{item.target}") for item in derived.written]
    lead = Paragraph(texts.say(RESULTS[name]))
    result = Section(f"{name}-result", texts.text("join.result"), (lead, *results))
    sections = (*rewrites(derived, "products.rewrites", texts, name), result)
    return Section(f"product-{name}", texts.text(TITLES[name]), blocks, sections)

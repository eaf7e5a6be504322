"""The page that leads to the reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from symbp.report.formula import Formula, to_text
from symbp.report.picture import Curve, curve_to_svg
from symbp.report.write.html.inline import broken, quoted
from symbp.report.write.html.page import environment, style

__all__ = ["Card", "cards_of", "to_index"]

CARD = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """One report on the page.

    Args:
        name: the layer's name, and its file's without the ending.
        doc: what the layer is, in a sentence.
        forward: its equations.
        curve: its curve, if it has one.
    """

    name: str
    doc: str
    forward: tuple[Formula, ...]
    curve: Curve | None = None


def to_index(
    cards: tuple[Card, ...],
    language: str,
    words: dict[str, str],
    others: Mapping[str, str] | None = None,
) -> str:
    """The page.

    Args:
        cards: the reports, in order.
        language: its language tag.
        words: the sentences of the group `document` in that language.
        others: finished cards by name, of `cards_of` an earlier page.
    """
    template = environment().get_template("report/card.html.jinja")
    shown = {card.name: template.render(card=_shown(card)) for card in cards}
    return (
        environment()
        .get_template("report/index.html.jinja")
        .render(
            cards=dict(sorted((dict(others or {}) | shown).items())),
            language=language,
            words=words,
            style=style(),
        )
    )


def cards_of(page: str) -> dict[str, str]:
    """The finished cards of a page, by name."""
    return dict(CARD.findall(page))


def _shown(card: Card) -> dict[str, str]:
    """A card as the template needs it."""
    equations = " ".join(to_text(formula) for formula in card.forward)
    curve = curve_to_svg(card.curve, f"curve-{card.name}", small=True) if card.curve else ""
    return {
        "name": re.sub("(?<=[a-z0-9])(?=[A-Z])", "<wbr>", escape(card.name)),
        "doc": card.doc,
        "file": f"{quoted(card.name)}.html",
        "words": f"{card.name} {card.doc} {equations}".lower(),
        "thumbnail": curve,
        "formula": "".join(
            f'<div class="math">{broken(formula)}</div>' for formula in card.forward
        ),
    }

"""The page that leads to the reports of several layers."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.report.formula import equation
from symbp.report.subject import Subject
from symbp.report.texts import Texts
from symbp.report.write import Card, cards_of, to_index
from symbp.version import __version__

__all__ = ["index_page"]


def index_page(
    reports: Iterable[Subject], language: str = "en", *, before: str = "", there: Iterable[str] = ()
) -> str:
    """An HTML page with a card for every report, searchable.

    Args:
        reports: their pages are expected beside this one, as `Name.html`.
        language: "en" or "zh".
        before: the page as it was; its other cards stay for
        there: the layers that have a page still.
    """
    texts = Texts(language)
    words = texts.group("document")
    words["made_by"] = texts.text("document.made_by", version=__version__)
    cards = tuple(
        Card(
            report.derivation.layer.name,
            report.derivation.layer.doc,
            tuple(equation(item) for item in report.derivation.layer.equations),
            report.curve,
        )
        for report in reports
    )
    there = set(there)
    others = {name: card for name, card in cards_of(before).items() if name in there}
    return to_index(cards, words["language"], words, others)

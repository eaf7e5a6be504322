"""Documents in the formats that people read."""

from symbp.report.write.html import Card, cards_of, to_html, to_html_fragment, to_index
from symbp.report.write.latex import to_latex_document, to_latex_fragment
from symbp.report.write.markdown import blocks_to_markdown, to_markdown
from symbp.report.write.terminal import to_terminal

__all__ = [
    "Card",
    "blocks_to_markdown",
    "cards_of",
    "to_html",
    "to_html_fragment",
    "to_index",
    "to_latex_document",
    "to_latex_fragment",
    "to_markdown",
    "to_terminal",
]

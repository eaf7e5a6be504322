"""Reports as HTML pages that need nothing else."""

from symbp.report.write.html.index import Card, cards_of, to_index
from symbp.report.write.html.page import to_html, to_html_fragment

__all__ = ["Card", "cards_of", "to_html", "to_html_fragment", "to_index"]

"""A formula on lines of its own: broken at its signs where the screen is narrow."""

from __future__ import annotations

from html import escape

from symbp.report.document import Display
from symbp.report.write.html.inline import address, broken

__all__ = ["display"]


def display(block: Display) -> str:
    """The formula, with the links that lead to the lines that compute it."""
    identity = f' id="{escape(block.id)}"' if block.id else ""
    links = ", ".join(
        f'<a href="{escape(address(link))}">{escape(link.text)}</a>' for link in block.links
    )
    after = f'<div class="links">{links}</div>' if links else ""
    body = f'<div class="math">{broken(block.formula)}</div>'
    return f'<div class="formula"{identity}>{body}{after}</div>'

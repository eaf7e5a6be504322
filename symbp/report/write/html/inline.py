"""What stands in a line, as HTML."""

from __future__ import annotations

from html import escape
from itertools import takewhile
from unicodedata import category
from urllib.parse import quote

from symbp.report.document import Code, Inline, Inlines, Link, Strong, Verdict
from symbp.report.formula import Formula, Piece, pieces_of

__all__ = ["address", "broken", "inlines", "plain", "quoted"]

CLOSING = {"Po", "Pe", "Pf"}  # categories of characters: full stops, brackets, quotation marks
WIDE = 14.0  # font sizes, from which a piece has a row of a table's card for itself
BROAD = 36.0  # font sizes, from which a piece is set smaller to fit on a printed page


def inlines(content: Inlines) -> str:
    """Sentences with everything that stands in them; no line begins with a full stop."""
    written: list[str] = []
    mark = ""
    for number, item in enumerate(content, 1):
        if isinstance(item, Formula):
            mark = _mark(content[number]) if number < len(content) else ""
            written.append(broken(item, display=False, after=mark))
        else:
            written.append(_inline(item.removeprefix(mark) if isinstance(item, str) else item))
            mark = ""
    return "".join(written)


def broken(formula: Formula, display: bool = True, after: str = "") -> str:
    """A formula in pieces, between which lines break; a piece that is too wide scrolls by itself.

    Args:
        formula: the formula.
        display: with large operators and fractions.
        after: a mark that no line may begin with.
    """
    pieces = pieces_of(formula, display)
    if len(pieces) == 1 and not display:
        shown = [pieces[0].mathml]
    else:
        shown = [_piece(piece) for piece in pieces]
    if after:
        shown[-1] = f'<span class="together">{shown[-1]}{escape(after)}</span>'
    return "".join(shown)


def address(link: Link) -> str:
    """Where a link leads; quoted whole, so that a name cannot pass for an address."""
    return f"{quoted(link.target)}.html" if link.outside else f"#{quoted(link.target)}"


def quoted(name: str) -> str:
    """A name as a part of an address."""
    return quote(name, safe="", errors="replace")


def plain(content: Inlines) -> str:
    """The words alone, for attributes."""
    return "".join(item if isinstance(item, str) else getattr(item, "text", "") for item in content)


def _mark(item: Inline) -> str:
    """The marks that a sentence goes on with, which stay with what is before them."""
    if not isinstance(item, str):
        return ""
    return "".join(takewhile(lambda character: category(character) in CLOSING, item))


def _piece(piece: Piece) -> str:
    sizes = {"wide": WIDE, "broad": BROAD}
    names = " ".join(name for name, least in sizes.items() if piece.breadth > least)
    style = f' style="--breadth:{piece.breadth:.0f}"' if "broad" in names else ""
    return f'<span class="{f"piece scroll {names}".strip()}"{style}>{piece.mathml}</span>'


def _inline(item: str | Code | Strong | Link | Verdict) -> str:
    match item:
        case str():
            return escape(item)
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Strong(text):
            return f"<strong>{escape(text)}</strong>"
        case Verdict(text, good):
            kind = "good" if good else "bad"
            sign = "✓" if good else "✗"
            return f'<span class="verdict {kind}">{sign} {escape(text)}</span>'
        case Link(text):
            return f'<a href="{escape(address(item))}">{escape(text)}</a>'

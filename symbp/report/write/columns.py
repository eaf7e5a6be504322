"""The widths of a table's columns, where the table is wider than the page."""

from __future__ import annotations

from symbp.report.document import Code, Inlines, Link, Strong, Table, Verdict
from symbp.report.formula import Formula, to_text

__all__ = ["shares"]

LINE, CHARACTER, GAP = 455.0, 5.4, 8.0  # widths of a line, a bold letter, a gap in a table; points
WIDEST, LONGEST_WORD = 40, 16  # characters of a cell, of a word that count for a column's width


def shares(table: Table) -> list[float]:
    """The columns' shares of the page: room for their longest words, and for what they hold."""
    columns = [
        [(head,), *(row[number] for row in table.rows)] for number, head in enumerate(table.head)
    ]
    words = [(CHARACTER * max(map(_longest_word, cells)) + GAP) / LINE for cells in columns]
    needs = [min(max(map(_length, cells)), WIDEST) for cells in columns]
    rest = max(0.0, 1 - sum(words))
    widths = [word + rest * need / sum(needs) for word, need in zip(words, needs, strict=True)]
    return [width / sum(widths) for width in widths]


def _longest_word(content: Inlines) -> int:
    """The number of characters that no line breaks between; a very long word is broken."""
    words = (word for item in content if isinstance(item, str) for word in item.split())
    return min(max(map(len, words), default=1), LONGEST_WORD)


def _length(content: Inlines) -> int:
    """The number of characters in a line, at least 1."""
    return 1 + sum(len(item if isinstance(item, str) else _text(item)) for item in content)


def _text(item: Formula | Code | Strong | Link | Verdict) -> str:
    return to_text(item) if isinstance(item, Formula) else item.text

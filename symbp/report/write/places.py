"""Where links lead to: names that every format takes, and the numbers of lines."""

from __future__ import annotations

import re

from symbp.report.document import Line

__all__ = ["line_number", "place"]


def place(identifier: str) -> str:
    """An id as a name that LaTeX and web addresses take as it is.

    >>> place("backward-dx"), place("a%b")
    ('backward-dx', 'a.25.b')
    """
    return re.sub(r"[^A-Za-z0-9_:.-]", lambda match: f".{ord(match[0]):x}.", identifier)


def line_number(line: Line, position: int) -> int:
    """The number of a line: the one in its id, else its position in the listing.

    >>> line_number(Line("", "line-17"), 3)
    17
    """
    number = line.id.rpartition("-")[2]
    return int(number) if re.fullmatch("[0-9]+", number) else position

"""Text for people in an emitted file: docstrings and comments of at most 88 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

__all__ = ["WIDTH", "indented", "listed", "sentence", "wrapped"]

WIDTH = 88


def indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    """Lines moved to the right by `depth` columns; empty ones stay empty."""
    return (" " * depth + line if line else "" for line in lines)


def sentence(text: str, depth: int) -> list[str]:
    """A docstring of one sentence, broken at spaces where it is long."""
    if depth + len(text) + 6 <= WIDTH:
        return [f'"""{text}"""']
    room = 3 if depth + len(text) + 3 <= WIDTH else 0  # one line has its quotes beside it
    return [*wrapped(f'"""{text}', depth + room, rest=""), '"""']


def wrapped(text: str, depth: int, first: str = "", rest: str = "    ") -> list[str]:
    """Text broken at spaces so that it ends at column 88 when indented by `depth`."""
    return textwrap.wrap(
        text,
        WIDTH - depth,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last

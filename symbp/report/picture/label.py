"""Labels: their characters, and the room that these need.

Fonts differ between readers, and a picture is laid out before its reader is known, so widths are
estimated on the generous side: from DejaVu Sans, the widest of the usual sans-serif fonts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from unicodedata import category, east_asian_width

from symbp.report.formula import Formula, Run, to_runs, to_text
from symbp.report.formula.line import Level

__all__ = ["SCRIPT", "label_runs", "label_text", "label_width", "printable", "words_width"]

SCRIPT = 0.72  # the size of an index or a power, relative to its line

WIDTHS = {
    character: width
    for characters, width in (
        ("ijl'|:;.,!IJ", 0.41),
        (' ftr()[]/\\-·"`', 0.47),
        ("m", 0.98),
        ("w+=<>±÷≤≥≠≈~^#→←∞…ω\N{MINUS SIGN}\N{MULTIPLICATION SIGN}", 0.84),
        ("W%@", 1.0),
        ("M", 0.87),
    )
    for character in characters
}
LOWER, UPPER, WIDE = 0.67, 0.79, 1.02

UNPRINTABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Text on one line, without the characters that XML forbids."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def label_runs(label: Formula | str) -> tuple[Run, ...]:
    """The characters of a label, with indices and powers apart."""
    if isinstance(label, str):
        return (Run(printable(label)),)
    return tuple(replace(run, text=_kept(run.text)) for run in to_runs(label))


def label_text(label: Formula | str) -> str:
    """A label as one line of plain text."""
    return printable(label if isinstance(label, str) else to_text(label))


def label_width(label: Formula | str, size: float) -> float:
    """The room that a label needs across, in points.

    Args:
        label: the label.
        size: the font's size, in points.
    """
    return sum(
        words_width(run.text, size if run.level is Level.BASE else SCRIPT * size)
        for run in label_runs(label)
    )


def words_width(text: str, size: float) -> float:
    """The room that words on one line need across, in points."""
    return size * sum(_width(character) for character in text)


def _kept(text: str) -> str:
    """The text of a run, whose spaces separate it from its neighbours."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _width(character: str) -> float:
    if character in WIDTHS:
        return WIDTHS[character]
    kind = category(character)
    if kind in {"Mn", "Me", "Cf"}:
        return 0.0
    if east_asian_width(character) in "WF":
        return WIDE
    if kind == "Lu":
        return UPPER
    return LOWER if character < "\N{HANGUL CHOSEONG KIYEOK}" else UPPER

"""Breaks a formula into pieces, as a line of MathML does not break by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby

from symbp.report.formula import box as b
from symbp.report.formula.breadth import breadth
from symbp.report.formula.formula import Formula
from symbp.report.formula.line import to_text
from symbp.report.formula.mathml import BREAKS, math_element
from symbp.report.formula.typeset import typeset

__all__ = ["Piece", "pieces_of"]

SHORT = 30


@dataclass(frozen=True)
class Piece:
    """A part of a formula that stays on one line.

    Args:
        mathml: a `math` element.
        breadth: its breadth in font sizes, roughly.
    """

    mathml: str
    breadth: float


def pieces_of(formula: Formula, display: bool = True) -> list[Piece]:
    """The formula as `math` elements between which a line may break.

    A short formula is one piece; a longer one is broken before its relations and before the terms
    of its sides.

    Args:
        formula: the formula.
        display: with large operators and fractions.
    """
    box = typeset(formula)
    pieces = [box] if len(to_text(formula)) <= SHORT else [b.Row(p) for p in _broken(box)]
    style = 'displaystyle="true"' if display else ""
    return [Piece(math_element(piece, style), breadth(piece)) for piece in pieces]


def _broken(box: b.Box) -> list[tuple[b.Box, ...]]:
    """The pieces of a formula, each with the sign that it begins with."""
    parts = box.parts if isinstance(box, b.Row) else (box,)
    pieces: list[list[b.Box]] = [[]]
    for part in chain.from_iterable(map(_terms, parts)):
        if _breaks(part) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    return [_with_whole_marks(piece) for piece in pieces]


def _terms(box: b.Box) -> tuple[b.Box, ...]:
    """The terms of a sum with the signs between them; every term of a marked sum is marked."""
    match box:
        case b.Row(parts) if any(_breaks(part) for part in parts):
            return parts
        case b.Mark(inner):
            return tuple(b.Mark(term) for term in _terms(inner))
    return (box,)


def _breaks(box: b.Box) -> bool:
    """Whether a line may break before this box."""
    box = box.inner if isinstance(box, b.Mark) else box
    return isinstance(box, b.Operator) and box.text in BREAKS


def _with_whole_marks(piece: list[b.Box]) -> tuple[b.Box, ...]:
    """A piece in which marked neighbours are one mark."""
    found: list[b.Box] = []
    for marked, boxes in groupby(piece, lambda box: isinstance(box, b.Mark)):
        inner = tuple(box.inner if isinstance(box, b.Mark) else box for box in boxes)
        found += [b.Mark(b.Row(inner))] if marked else inner
    return tuple(found)

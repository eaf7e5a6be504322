"""Boxes: a formula as it is typeset, before a format is chosen.

The layout of a formula is made once (`symbp.report.formula.typeset`); LaTeX, MathML, and lines of
text are three ways to write the same boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Big",
    "Box",
    "Cases",
    "Fence",
    "Fraction",
    "Mark",
    "Name",
    "Number",
    "Operator",
    "Root",
    "Row",
    "Script",
]


@dataclass(frozen=True)
class Name:
    """A name; upright for a function's. That of a tangent, `x_dot`, is written with a dot."""

    text: str
    upright: bool = False

    @property
    def dotted(self) -> Name | None:
        """What the dot stands on."""
        stem = self.text.removesuffix("_dot")
        return Name(stem, self.upright) if stem not in ("", self.text) else None


@dataclass(frozen=True)
class Number:
    """A number's digits."""

    text: str


@dataclass(frozen=True)
class Operator:
    """A sign between or before operands: one of the keys of `symbp.report.formula.signs`."""

    text: str


@dataclass(frozen=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Box, ...]


@dataclass(frozen=True)
class Script:
    """A base with something below, above, or both, at its right."""

    base: Box
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True)
class Fraction:
    """One box over another."""

    above: Box
    below: Box


@dataclass(frozen=True)
class Root:
    """A square root."""

    inner: Box


@dataclass(frozen=True)
class Fence:
    """A box between a pair of delimiters: `()`, `[]` or `||`."""

    inner: Box
    pair: str = "()"


@dataclass(frozen=True)
class Big:
    """A large operator with what it ranges over below it: a sum, a mean, a maximum."""

    word: str
    over: Box


@dataclass(frozen=True)
class Cases:
    """Values by condition."""

    rows: tuple[tuple[Box, Box], ...]


@dataclass(frozen=True)
class Mark:
    """A part that is pointed out: what a rewrite changed."""

    inner: Box


Box = Name | Number | Operator | Row | Script | Fraction | Root | Fence | Big | Cases | Mark

"""The signs of formulas, in every way to write them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SIGNS", "Sign"]


@dataclass(frozen=True)
class Sign:
    """A sign: in LaTeX, as a character, and whether it stands between spaces in a line."""

    latex: str
    character: str
    spaced: bool = True


SIGNS = {
    "=": Sign("=", "="),
    "+=": Sign(r"\mathrel{+}=", "+="),
    "->": Sign(r"\to", "→"),
    "+": Sign("+", "+"),
    "-": Sign("-", "−"),
    "minus": Sign("-", "−", spaced=False),
    "times": Sign(r"\,", "·", spaced=False),
    "dot": Sign(r"\cdot", "·", spaced=False),
    "@": Sign(r"\cdot", "·"),
    "by": Sign(r"\times", "×"),
    "<": Sign("<", "<"),
    ">": Sign(">", ">"),
    "<=": Sign(r"\le", "≤"),
    ">=": Sign(r"\ge", "≥"),
    "==": Sign("=", "="),
    "!=": Sign(r"\ne", "≠"),
    "and": Sign(r"\land", "∧"),
    "or": Sign(r"\lor", "∨"),
    "not": Sign(r"\lnot", "¬", spaced=False),
    ",": Sign(",", ", ", spaced=False),
    ";": Sign(r",\quad", ",  ", spaced=False),
}

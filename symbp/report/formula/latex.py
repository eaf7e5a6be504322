"""Boxes as LaTeX mathematics, for LaTeX itself and for Markdown."""

from __future__ import annotations

from symbp.report.formula import box as b
from symbp.report.formula.formula import Formula
from symbp.report.formula.signs import SIGNS
from symbp.report.formula.typeset import typeset

__all__ = ["MARK", "latex_words", "to_latex"]

MARK = r"\underline"
WORDS = {"sum": r"\sum", "max": r"\max", "min": r"\min"}
FUNCTIONS = {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"}
CHARACTERS = {
    "δ": r"\delta",
    "∂": r"\partial",
    "π": r"\pi",
    "…": r"\ldots",
    "∞": r"\infty",
    "ℒ": r"\mathcal{L}",
}
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\textasciigrave{}",
}


def to_latex(formula: Formula, mark: str = MARK) -> str:
    """The formula in LaTeX's math mode, without delimiters.

    Args:
        formula: the formula.
        mark: the command that marked parts are put in.
    """
    return _write(typeset(formula), mark)


def latex_words(text: str) -> str:
    """Text for LaTeX's text mode, every character as itself."""
    return "".join(SPECIAL.get(character, character) for character in text)


def _write(box: b.Box, mark: str) -> str:
    match box:
        case b.Name():
            return _name(box)
        case b.Number(text):
            return CHARACTERS.get(text, text)
        case b.Operator(text):
            return SIGNS[text].latex
        case b.Row(parts):
            return " ".join(_write(part, mark) for part in parts)
        case b.Script(base, below, above):
            text = _write(base, mark)
            text += f"_{{{_write(below, mark)}}}" if below is not None else ""
            return text + (f"^{{{_write(above, mark)}}}" if above is not None else "")
        case b.Fraction(above, below):
            return rf"\frac{{{_write(above, mark)}}}{{{_write(below, mark)}}}"
        case b.Root(inner):
            return rf"\sqrt{{{_write(inner, mark)}}}"
        case b.Fence(inner, pair):
            left, right = (r"\lvert", r"\rvert") if pair == "||" else tuple(pair)
            return rf"\left{left} {_write(inner, mark)} \right{right}"
        case b.Big(word, over):
            sign = WORDS.get(word, rf"\mathop{{\mathrm{{{word}}}}}")
            return rf"{sign}_{{{_write(over, mark)}}}"
        case b.Cases(rows):
            lines = (rf"{_write(v, mark)} & {_write(c, mark)}" for v, c in rows)
            return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"
        case b.Mark(inner):
            return rf"{mark}{{{_write(inner, mark)}}}"


def _name(box: b.Name) -> str:
    if box.dotted:
        return rf"\dot{{{_name(box.dotted)}}}"
    if box.text in CHARACTERS:
        return CHARACTERS[box.text]
    if box.upright and box.text in FUNCTIONS:
        return f"\\{box.text}"
    if len(box.text) == 1:
        return rf"\mathrm{{{box.text}}}" if box.upright else latex_words(box.text)
    words = latex_words(box.text)
    # Not \operatorname: GitHub refuses it.
    return rf"\mathop{{\mathrm{{{words}}}}}" if box.upright else rf"\mathit{{{words}}}"

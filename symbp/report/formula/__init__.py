"""Formulas: from expressions to boxes, and from boxes to LaTeX, MathML and lines of text."""

from symbp.report.formula.formula import Formula, equation, partial
from symbp.report.formula.latex import to_latex
from symbp.report.formula.line import Run, to_runs, to_runs_of_text, to_text
from symbp.report.formula.mark import marked_difference
from symbp.report.formula.mathml import to_mathml
from symbp.report.formula.nodes import Marked, Partial, Shape, Transposed
from symbp.report.formula.pieces import Piece, pieces_of
from symbp.report.formula.typeset import lettered

__all__ = [
    "Formula",
    "Marked",
    "Partial",
    "Piece",
    "Run",
    "Shape",
    "Transposed",
    "equation",
    "lettered",
    "marked_difference",
    "partial",
    "pieces_of",
    "to_latex",
    "to_mathml",
    "to_runs",
    "to_runs_of_text",
    "to_text",
]

"""Formulas: what is typeset means what the expression does, in every way to write it."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, exp, log, sqrt, tanh

from symbp.notation import (
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    Size,
    SumOver,
    Where,
)
from symbp.report.formula import (
    Formula,
    Marked,
    Partial,
    marked_difference,
    partial,
    pieces_of,
    to_latex,
    to_mathml,
    to_runs,
    to_text,
)
from symbp.report.formula.line import Level

INNER, OUTER = Index("i", "i"), Index("j", "j")
X, Y, Z = Entry("x"), Entry("y"), Entry("z")
XI, YJ = Entry("x", INNER), Entry("y", OUTER)
NUMBERS = {"x": 0.7, "y": -1.3, "z": 2.1}
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NAMES = {
    "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "tanh": math.tanh, "max": max, "min": min,
}  # fmt: skip


def text(*parts: object) -> str:
    return to_text(Formula(parts))


def read_back(line: str) -> float:
    """The number that a line of text says, read by Python's own precedence."""
    line = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m[0].translate(POWERS)})", line)
    line = re.sub(r"√(\w+)", r"sqrt(\1)", line).replace("√(", "sqrt(")
    line = line.replace("·", "*").replace("−", "-").replace("^", "**")
    return float(eval(line, {"__builtins__": {}}, {**NAMES, **NUMBERS}))


def grown(children: st.SearchStrategy) -> st.SearchStrategy:
    two = st.tuples(children, children)
    return st.one_of(
        two.map(lambda ab: ab[0] + ab[1]),
        two.map(lambda ab: ab[0] - ab[1]),
        two.map(lambda ab: ab[0] * ab[1]),
        two.map(lambda ab: ab[0] / (3 + ab[1] ** 2)),
        children.map(lambda a: -a),
        children.map(lambda a: a**2),
        children.map(lambda a: (1 + a**2) ** -2),
        children.map(lambda a: sqrt(1 + a**2)),
        children.map(lambda a: exp(-(a**2))),
        children.map(tanh),
        children.map(lambda a: log(2 + a**2)),
        two.map(lambda ab: Maximum(ab[0], ab[1])),
        two.map(lambda ab: Minimum(ab[0], ab[1])),
    )


LEAVES = st.sampled_from([X, Y, Z, sympy.Integer(2), sympy.Rational(1, 3), sympy.Rational(-5, 2)])
TERMS = st.recursive(LEAVES, grown, max_leaves=8)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(TERMS)
def test_a_line_of_text_means_what_the_expression_does(term):
    assert read_back(text(term)) == pytest.approx(number(term), rel=1e-9, abs=1e-9)


def number(term: sympy.Expr) -> float:
    replaced = term.replace(Maximum, sympy.Max).replace(Minimum, sympy.Min)
    return float(replaced.xreplace({Entry(name): v for name, v in NUMBERS.items()}))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(TERMS, TERMS)
def test_a_marked_difference_is_the_expressions_with_marks(before, after):
    for original, marked in zip((before, after), marked_difference(before, after), strict=True):
        assert number(unmarked(marked)) == pytest.approx(number(original), rel=1e-9, abs=1e-9)
        assert marked.has(Marked) == (before != after)


def unmarked(term: sympy.Expr) -> sympy.Expr:
    return term.replace(Marked, lambda inner: inner)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(TERMS)
def test_every_way_of_writing_is_well_formed(term):
    formula = Formula((Y, "=", term))
    ET.fromstring(to_mathml(formula))
    for piece in pieces_of(formula):
        ET.fromstring(piece.mathml)
    latex = to_latex(formula)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert "".join(run.text for run in to_runs(formula))


@pytest.mark.parametrize(
    ("parts", "plain", "latex"),
    [
        ((SumOver(XI * YJ, INNER),), "Σ[i] x[i]·y[j]", r"\sum_{i} x_{i} \, y_{j}"),
        ((SumOver(-XI, INNER),), "Σ[i] (−x[i])", r"\sum_{i} \left( - x_{i} \right)"),
        ((SumOver(XI + 1, INNER),), "Σ[i] (1 + x[i])", None),
        ((SumOver(Marked(XI + 1), INNER),), "Σ[i] (1 + x[i])", None),
        ((SumOver(XI, INNER) / Size(INNER),), "mean[i] x[i]", None),
        ((MaxOver(XI, INNER),), "max[i] x[i]", r"\max_{i} x_{i}"),
        ((X ** sympy.Rational(-1, 2),), "1/√x", r"\frac{1}{\sqrt{x}}"),
        ((XI**2,), "x[i]²", "x_{i}^{2}"),
        ((Abs(X),), "|x|", r"\left\lvert x \right\rvert"),
        ((Where(X > 0, X, 0),), "{x if x > 0; 0 if x ≤ 0}", None),
        ((Y, "+=", X), "y += x", r"y \mathrel{+}= x"),
        ((Entry("dloss"),), "dloss", r"\mathit{dloss}"),
        ((sympy.Float(1e-5),), "10⁻⁵", None),
    ],
)
def test_forms(parts, plain, latex):
    assert text(*parts) == plain
    if latex is not None:
        assert to_latex(Formula(parts)) == latex


def test_a_derivative_is_a_fraction():
    formula = partial(YJ, XI, "=", 2 * XI)
    assert to_text(formula) == "∂y[j]/∂x[i] = 2·x[i]"
    assert to_latex(formula) == r"\frac{\partial y_{j}}{\partial x_{i}} = 2 \, x_{i}"
    assert isinstance(formula.parts[0], Partial)


def test_indices_stand_below_and_powers_above():
    runs = to_runs(Formula((XI**2,)))
    assert [(run.text, run.level) for run in runs] == [
        ("x", Level.BASE),
        ("i", Level.BELOW),
        ("2", Level.ABOVE),
    ]


def test_what_changed_is_marked_and_nothing_else():
    before, after = X * (1 / Y - 1) * Z, X * (1 - Y) * Z
    one, other = marked_difference(before, after)
    assert text(one) == text(before)
    marks = [node.inner for node in other.atoms(Marked)]
    assert marks == [1 - Y]


@pytest.mark.parametrize("name", ["<script>", "a&b", "$x$", "\\input", "x_y", "{", "`"])
def test_a_hostile_name_is_text(name):
    formula = Formula((Entry(name), "=", X))
    assert "<script>" not in to_mathml(formula)
    ET.fromstring(to_mathml(formula))
    latex = to_latex(formula)
    assert "$" not in latex.replace(r"\$", "")
    assert r"\input" not in latex

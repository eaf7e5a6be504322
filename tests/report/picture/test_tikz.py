"""Graphs and curves as TikZ."""

import re

import pytest
from report.picture.pictures import DY, X, curve, hostile, of, shop, some, twice
from sympy import Integer

from symbp.notation import Where
from symbp.report.formula.latex import latex_words
from symbp.report.picture import Edge, Kind, Node, Picture, curve_to_tikz, to_tikz
from symbp.report.picture.label import printable
from symbp.report.picture.layout import lay_out

NODE = re.compile(r"\\node\[([^\]]*)\] at \((-?[\d.]+),(-?[\d.]+)\) \{(.*)\};")


def nodes(text):
    return [NODE.search(line).groups() for line in text.splitlines() if r"\node[" in line]


def unit(text):
    return float(re.search(r"x=([\d.]+)pt, y=-\1pt", text)[1])


def balanced(text):
    depth = 0
    for sign in re.findall(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    return depth == 0


@pytest.mark.parametrize("picture", [shop(), twice(), hostile(), some(3), Picture("", "", (), ())])
def test_braces_and_statements_are_complete(picture):
    text = to_tikz(picture)
    assert balanced(text)
    first, *lines, last = text.splitlines()
    assert first.startswith(r"\begin{tikzpicture}")
    assert last == r"\end{tikzpicture}"
    assert all(line.endswith(";") for line in lines)
    assert text.count(r"\end{tikzpicture}") == 1


@pytest.mark.parametrize("picture", [shop(), twice(), hostile(), some(3)])
@pytest.mark.parametrize("width", [100.0, 460.0])
def test_no_picture_is_wider_than_the_line(picture, width):
    assert lay_out(picture).width * unit(to_tikz(picture, width)) <= width + 0.1


def test_words_are_of_the_documents_size_where_there_is_room():
    text = to_tikz(shop())
    sizes = {options.split("scale=")[1] for options, *_ in nodes(text) if "anchor" in options}
    assert sizes == {"1.000"}


def test_forward_is_above_and_backward_below():
    labels = [(options, float(y)) for options, _, y, _ in nodes(to_tikz(shop()))]
    forward = [y for options, y in labels if options.startswith("forward")]
    backward = [y for options, y in labels if options.startswith("backward")]
    assert len(forward) == len(backward) == 5
    assert all(up < down for up, down in zip(forward, backward, strict=True))  # y is downward


def test_words_are_escaped_and_formulas_are_mathematics():
    said = [words for *_, words in nodes(to_tikz(hostile()))]
    for node in hostile().nodes:
        assert latex_words(printable(node.label)) in said
    assert r"$x$" in [words for *_, words in nodes(to_tikz(twice()))]


def test_cases_are_set_smaller_and_grow_away_from_their_edge():
    ends = (Node("a", "a", Kind.INPUT), Node("b", "b", Kind.OUTPUT))
    cases = of(Where(X > 0, DY, Integer(0)))
    text = to_tikz(Picture("", "", ends, (Edge("a", "b", of(X), cases),)))
    (options,) = (options for options, *_, words in nodes(text) if "cases" in words)
    assert "anchor=north" in options
    assert float(options.split("scale=")[1]) < 0.7


def test_a_curve_has_both_lines_ticks_and_names():
    text = curve_to_tikz(curve(), width=200)
    assert balanced(text)
    assert text.count(r"\draw[forward, line") == 3  # two pieces, and one in the legend
    assert text.count(r"\draw[backward, dashed") == 3
    said = [words for *_, words in nodes(text)]
    assert "y" in said
    assert latex_words('dy/dx <b> & "c"') in said
    assert "−2" in said
    assert max(float(x) for x in re.findall(r"\(([\d.]+),", text)) <= 200

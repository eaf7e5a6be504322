"""Curves: their places, and as SVG."""

import math
import re
from xml.etree import ElementTree

import pytest
from report.picture.pictures import curve, pole

from symbp.report.picture import Curve, curve_to_svg
from symbp.report.picture.plot import lay_out_curve

LINE = Curve("Line", (-2.0, 0.0, 2.0), (-2.0, 0.0, 2.0), (1.0, 1.0, 1.0), ("y", "dy"))
NOTHING = Curve("Nothing", (-1.0, 1.0), (math.nan,) * 2, (math.inf,) * 2, ("y", "dy"))


def test_zero_is_where_the_axes_cross():
    plot = lay_out_curve(LINE, 0, 0, 108, 216)
    assert plot.origin == (54, 108)
    assert plot.forward == (((4, 208), (54, 108), (104, 8)),)
    assert plot.derivative == (((4, 58), (54, 58), (104, 58)),)


def test_ticks_are_at_round_numbers():
    plot = lay_out_curve(LINE, 0, 0, 108, 216)
    assert [text for _, text in plot.across] == ["−2", "−1", "1", "2"]
    assert {text: at for at, text in plot.up}["1"] == 58


@pytest.mark.parametrize(
    ("top", "last"),
    [(0.3, "0.3"), (7, "6"), (12, "12"), (99, "100"), (1e6, "1e+06"), (3e-5, "3e−05")],
)
def test_ticks_suit_the_range(top, last):
    points = Curve("", (0.0, top), (0.0, top), (0.0, 0.0), ("y", "dy"))
    ticks = lay_out_curve(points, 0, 0, 100, 100).up
    assert ticks[-1][1] == last
    assert 3 <= len(ticks) <= 8


def test_a_line_stops_where_there_is_no_value():
    plot = lay_out_curve(curve(), 0, 0, 100, 100)
    assert len(plot.forward) == 2
    assert max(x for x, _ in plot.forward[0]) < 50 < min(x for x, _ in plot.forward[1])


def test_a_pole_is_cut_off_at_the_border():
    plot = lay_out_curve(pole(), 0, 0, 100, 100)
    heights = [y for line in plot.forward for _, y in line]
    assert (min(heights), max(heights)) == (0, 100)
    at_three = [y for line in plot.forward for x, y in line if x > 85]
    assert max(at_three) < plot.origin[1] - 0.5  # 1/3 is still to be told from zero


def test_nothing_finite_leaves_the_axes():
    plot = lay_out_curve(NOTHING, 0, 0, 100, 100)
    assert plot.forward == plot.derivative == ()
    assert plot.origin == (50, 50)


@pytest.mark.parametrize("drawn", [curve(), pole(), LINE, NOTHING], ids=lambda c: c.title)
@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("standalone", [False, True])
def test_drawings_are_well_formed(drawn, small, standalone):
    root = ElementTree.fromstring(curve_to_svg(drawn, small=small, standalone=standalone))
    assert "nan" not in "".join(e.get("d", "") for e in root.iter())
    assert root.get("role") == "img"


def test_the_derivative_is_dashed():
    text = curve_to_svg(LINE)
    assert '<path class="curve forward"' in text
    assert '<path class="curve backward"' in text
    assert re.search(r"\.curve\.backward\{[^}]*stroke-dasharray", text)
    assert not re.search(r"\.curve\.forward\{[^}]*stroke-dasharray", text)


def test_names_are_told_and_escaped():
    root = ElementTree.fromstring(curve_to_svg(curve("<Reciprocal> & more"), "c"))
    assert root.find("title").text == "<Reciprocal> & more"
    assert root.find("desc").text == 'y, dy/dx <b> & "c"'
    names = [t.text for t in root.iter("text") if "tick" not in t.get("class")]
    assert names == ["y", 'dy/dx <b> & "c"']


def test_a_thumbnail_is_lines_only():
    root = ElementTree.fromstring(curve_to_svg(LINE, small=True))
    assert (root.get("width"), root.get("height")) == ("120", "72")
    assert not list(root.iter("text"))
    assert root.find("title").text == "Line"

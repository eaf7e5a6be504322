"""The places of nodes and labels."""

import os
import subprocess
import sys
from dataclasses import astuple, replace
from itertools import combinations, pairwise

import pytest
from report.picture.pictures import hostile, shop, some, twice

from symbp.report.picture import Edge, Kind, Node, Picture
from symbp.report.picture.layout import ABOVE, BACK, BELOW, lay_out

PICTURES = [shop(), twice(), hostile(), *(some(seed) for seed in range(40))]


def boxes(layout):
    return [
        (p.x - p.width / 2, p.y - p.height / 2, p.x + p.width / 2, p.y + p.height / 2)
        for p in (*layout.nodes, *layout.edges)
    ]


def overlap(one, other, slack=0.2):  # coordinates are rounded
    return all(one[k] < other[k + 2] - slack and other[k] < one[k + 2] - slack for k in (0, 1))


def points(path):
    for start in range(0, len(path) - 1, 3):
        p, q, r, s = path[start : start + 4]
        for step in range(21):
            t = step / 20
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            yield tuple(
                sum(w * at[k] for w, at in zip(weights, (p, q, r, s), strict=True)) for k in (0, 1)
            )


def test_the_test_of_overlaps_sees_one():
    assert overlap((0, 0, 10, 10), (9, 9, 20, 20))
    assert not overlap((0, 0, 10, 10), (10, 0, 20, 10))


@pytest.mark.parametrize("picture", PICTURES)
def test_nodes_and_labels_do_not_overlap(picture):
    layout = lay_out(picture)
    placed = boxes(layout)
    assert len(placed) == len(picture.nodes) + len(picture.edges)
    assert not [pair for pair in combinations(placed, 2) if overlap(*pair)]
    for left, top, right, bottom in placed:
        assert 0 < left < right < layout.width
        assert 0 < top < bottom < layout.height


@pytest.mark.parametrize("picture", PICTURES)
def test_edges_keep_clear_of_the_labels_of_others(picture):
    layout = lay_out(picture)
    for edge in layout.edges:
        ends = {edge.edge.tail, edge.edge.head}
        others = [node for node in layout.nodes if node.node.id not in ends]
        others += [other for other in layout.edges if other is not edge]
        for x, y in points(edge.path):
            for other in others:
                inside = abs(x - other.x) < other.width / 2 - 3
                assert not (inside and abs(y - other.y) < other.height / 2 - 3)


@pytest.mark.parametrize("picture", PICTURES)
def test_edges_go_from_their_tails_level_through_their_labels_to_their_heads(picture):
    def near(*point):  # Graphviz keeps a point's distance from what it joins
        return pytest.approx(point, abs=1.3)

    layout = lay_out(picture)
    nodes = {node.node.id: node for node in layout.nodes}
    for edge in layout.edges:
        tail, head = nodes[edge.edge.tail], nodes[edge.edge.head]
        left, right = edge.x - edge.width / 2, edge.x + edge.width / 2
        assert edge.path[0] == near(tail.x + tail.width / 2, tail.y)
        level = [(p, q) for p, q in pairwise(edge.path[::3]) if p == near(left, edge.y)]
        assert [q for _, q in level] == [near(right, edge.y)]
        away = ((edge.tip[0] - head.x) ** 2 + (edge.tip[1] - head.y) ** 2) ** 0.5
        if head.round:
            assert away == pytest.approx(head.width / 2, abs=1.3)
        else:
            assert edge.tip == near(head.x - head.width / 2, head.y)


def test_the_label_forward_is_above_the_edge_and_the_one_backward_below():
    assert ABOVE < 0 < BACK < BELOW


def test_inputs_stand_at_the_left_and_outputs_at_the_right():
    layout = lay_out(shop())
    columns = {node.node.id: node.x for node in layout.nodes}
    assert (
        columns["apple price"] == columns["apple count"] == columns["tax"] == min(columns.values())
    )
    assert columns["total"] == max(columns.values())
    assert columns["apples"] < columns["all"]


def test_operands_stand_in_their_order():
    heights = [edge.y for edge in lay_out(shop()).edges]
    assert heights[0] < heights[1]
    assert heights[2] < heights[3]
    picture = shop()
    swapped = replace(picture, edges=(picture.edges[1], picture.edges[0], *picture.edges[2:]))
    heights = {edge.edge.above: edge.y for edge in lay_out(swapped).edges}
    assert heights["2"] < heights["100"]


def test_a_short_sign_is_in_a_circle_and_a_long_one_in_a_box():
    shapes = {node.node.id: node.round for node in lay_out(twice()).nodes}
    assert shapes == {"x": False, "e": True, "m": True, "c": False, "long": False, "y": False}


def test_a_wide_label_gets_room():
    def width(label):
        nodes = (Node("a", "a", Kind.INPUT), Node("b", "b", Kind.OUTPUT))
        return lay_out(Picture("", "", nodes, (Edge("a", "b", "1", label),))).edges[0].width

    assert width("w" * 40) > width("w" * 20) > width("w")


def test_an_empty_picture_and_a_lone_node_have_a_layout():
    assert lay_out(Picture("", "", (), ())).nodes == ()
    alone = lay_out(Picture("", "", (Node("x", "x", Kind.OUTPUT),), ()))
    assert (alone.nodes[0].x, alone.nodes[0].y) == (alone.width / 2, alone.height / 2)


def test_graphviz_sees_no_label(monkeypatch):
    from symbp.report.picture import layout

    seen = []
    run = layout._run
    monkeypatch.setattr(layout, "_run", lambda source: seen.append(source) or run(source))
    lay_out(hostile())
    assert "script" not in seen[0]
    assert "quot" not in seen[0]


PROGRAM = """
from report.picture.pictures import hostile, shop, some, twice
from symbp.report.picture import curve_to_svg, curve_to_tikz, to_mermaid, to_svg, to_tikz
from report.picture.pictures import curve
pictures = [twice(), shop(), hostile(), *(some(n) for n in range(5))]
if __import__("os").environ["PYTHONHASHSEED"] == "1":
    pictures.reverse()  # what was drawn before changes nothing
drawn = [(p.title, draw(p)) for p in pictures for draw in (to_svg, to_tikz, to_mermaid)]
drawn += [("curve", curve_to_svg(curve())), ("curve", curve_to_tikz(curve()))]
print(ascii(sorted(drawn)))
"""


def test_every_process_draws_the_same():
    def drawn(seed):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    first = drawn("0")
    assert len(first) > 10_000
    assert first == drawn("1") == drawn("2")


def test_places_are_round_numbers():
    for placed in lay_out(twice()).nodes:
        assert [round(n, 1) for n in astuple(placed)[1:5]] == list(astuple(placed)[1:5])

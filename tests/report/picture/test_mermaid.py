"""Graphs as Mermaid flowcharts."""

import re

import pytest
from report.picture.pictures import HOSTILE, hostile, shop, some, twice

from symbp.report.picture import Picture, to_mermaid
from symbp.report.picture.label import printable

WORDS = r'"((?:[^\x00-\x7f]|[A-Za-z0-9 ]|#\d+;|<br/>)*)"'
NODE = re.compile(rf"  n\d+(?:\(\[|\(\(|\[){WORDS}(?:\]\)|\)\)|\])")
EDGE = re.compile(rf"  n(\d+) -->\|{WORDS}\| n(\d+)")


def plain(text):
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text)


@pytest.mark.parametrize("picture", [shop(), twice(), hostile(), some(3), Picture("", "", (), ())])
def test_every_line_is_a_node_or_an_edge_in_plain_characters(picture):
    first, *lines = to_mermaid(picture).splitlines()
    assert first == "flowchart LR"
    kinds = [NODE] * len(picture.nodes) + [EDGE] * len(picture.edges)
    assert all(kind.fullmatch(line) for kind, line in zip(kinds, lines, strict=True))


def test_edges_show_both_values():
    text = to_mermaid(shop())
    tail, words, head = EDGE.search(text).groups()
    assert (tail, plain(words), head) == ("0", "100<br/>← 2.2", "3")


def test_an_edge_without_a_value_backward_shows_the_other_one_only():
    assert '  n3 -->|"2"| n2' in to_mermaid(twice())


def test_hostile_words_come_out_as_they_are():
    lines = to_mermaid(hostile()).splitlines()[1 : 1 + len(HOSTILE)]
    assert [plain(NODE.fullmatch(line)[1]) for line in lines] == [printable(w) for w in HOSTILE]
    assert "<br/>" not in "".join(lines)

"""Reports as HTML pages, read by a parser: whole, self-contained, and nothing but ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.write.sample import HOSTILE, document, hostile_document

import symbp
from symbp.catalogue import layers
from symbp.report import index_page
from symbp.report.document import Document, Line, Listing, Paragraph, Section
from symbp.report.formula import Formula, pieces_of, to_mathml
from symbp.report.texts import Texts
from symbp.report.write import to_html
from symbp.reports import report

BY_NAME = {layer.name: layer for layer in layers()}
NAMES = ["Sigmoid", "Affine", "SoftmaxWithLoss", "LayerNorm", "Relu", "TwoLayerNet"]
VOID = {"meta", "input", "wbr"}
HARM = (
    "<script>alert(1)</script>",
    '"onmouseover="x',
    "]]>",
    "&lt;",
    "</style>",
    "</title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
)


class Reader(HTMLParser):
    """What a page holds; complains where an element is closed that is not the innermost."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.words.append(data)


@cache
def page(name: str) -> str:
    return report(BY_NAME[name], judged=False).to_html()


@cache
def index() -> str:
    return index_page([report(BY_NAME[name], judged=False) for name in NAMES])


def whole(made: Document) -> str:
    """The page of a document that has the words that a page needs."""
    return to_html(replace(made, words={**Texts("en").group("document"), "made_by": "symbp"}))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_well_formed_and_its_links_lead_somewhere(name):
    found = Reader(page(name))
    assert not [name for name, count in Counter(found.ids).items() if count > 1]
    inside = {unquote(link[1:]) for link in found.links if link.startswith("#")}
    assert inside
    assert inside <= set(found.ids)
    outside = {link for link in found.links if not link.startswith("#")}
    assert outside <= {"index.html", *(f"{name}.html" for name in BY_NAME)}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_nothing_else(name):
    text = page(name)
    assert not re.search(r"https?:|//[a-z]|@import|url\(|\bsrc=|<link", text)
    assert Reader(text).elements["script"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_mathematics_and_pictures_are_well_formed_xml(name):
    for tag in ("math", "svg"):
        found = re.findall(rf"<{tag}\b.*?</{tag}>", page(name), re.DOTALL)
        assert found
        for element in found:
            ElementTree.fromstring(element)


def test_the_index_leads_to_every_page():
    found = Reader(index())
    assert {f"{name}.html" for name in NAMES} <= set(found.links)
    assert not re.search(r"https?:|@import|url\(|\bsrc=|<link", index())
    assert len(set(found.ids)) == len(found.ids)
    assert found.elements["svg"] == 2  # the sigmoid and the rectifier


def test_every_kind_of_block_is_written():
    found = Reader(whole(document()))
    assert {"table", "figure", "svg", "math", "ol", "ul", "code", "strong"} <= set(found.elements)


@pytest.mark.parametrize("made", [hostile_document(), document("zh")], ids=["hostile", "zh"])
def test_text_stays_text(made):
    found = Reader(whole(made))
    assert found.elements["script"] == 1
    assert not {"img", "iframe", "object"} & set(found.elements)
    assert not [name for name in found.attributes if name.startswith("on")]
    assert not [link for link in found.links if re.match(r"\s*[a-z]+:", link, re.IGNORECASE)]


def test_hostile_texts_are_shown_as_they_are():
    text = "".join(Reader(whole(hostile_document())).words)
    for harm in HOSTILE[:5]:
        assert harm in text


def test_a_hostile_layer_file():
    harm = " ".join(HARM)
    (made,) = symbp.parse_layers(f"[Hostile]\ndoc = '''{harm}'''\nforward = 'y = 1/(1+exp(-x))'")
    told = report(made, judged=False)
    for text in (told.to_html(), index_page([told])):
        found = Reader(text)
        assert harm in "".join(found.words)
        assert found.elements["script"] == found.elements["style"] - text.count("<svg") == 1
        assert not [name for name in found.attributes if name.startswith("on")]
        assert not found.elements["img"]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_a_listing_has_every_line(lines):
    block = Listing("code", tuple(Line(text, f"line-{n}") for n, text in enumerate(lines, 7)))
    found = Reader(whole(Document("D", "D", "en", (), (Section("s", "s", (block,)),))))
    assert [name for name in found.ids if name.startswith("line-")] == [
        f"line-{n}" for n in range(7, 7 + len(lines))
    ]


def test_a_line_does_not_begin_with_a_full_stop():
    x = Formula((symbp.layer("L", "y = 2*x").equations[0].value,))
    made = Document("D", "D", "en", (), (Section("s", "s", (Paragraph((x, ", and ", x, ".")),)),))
    text = whole(made)
    assert "</math>,</span> and " in text
    assert "</math>.</span>" in text


def shown(equation: str, **more: object) -> Formula:
    """An equation as a formula."""
    item = symbp.layer("L", equation, **more).equations[0]
    return Formula((item.value,))


def test_names_are_slanted_and_functions_upright():
    text = to_mathml(shown("y = tanh(loss)*exp(x)"))
    assert '<mi class="name">loss</mi>' in text
    assert "<mi>tanh</mi>" in text
    assert '<mi mathvariant="normal">e</mi>' in text
    assert "<mi>x</mi>" in text


def test_parentheses_grow_only_around_what_is_high():
    assert 'stretchy="false"' in to_mathml(shown("y = tanh(x)"))
    assert "stretchy" not in to_mathml(shown("y = tanh(1/x)"))


def test_a_power_of_an_indexed_name_stands_above_the_index():
    text = to_mathml(shown("y[n] = x[n]**2"))
    assert re.search(r"<msubsup><mi>x</mi><mi>n</mi><mn>2</mn></msubsup>", text)


def test_a_prime_is_a_prime():
    text = page("LayerNorm")
    assert "<msup><mi>i</mi><mo>\N{PRIME}</mo></msup>" in text
    assert not re.search(r"<mi[^>]*>[^<]*(&#x27;|')", text)


def test_a_long_formula_breaks_before_its_signs():
    terms = "tanh(first) + tanh(second) - tanh(third)"
    pieces = [piece.mathml for piece in pieces_of(shown(f"y = {terms}"))]
    assert len(pieces) == 3
    assert all('<mo form="infix">' in piece for piece in pieces[1:])


def test_a_short_formula_is_in_one_piece():
    (piece,) = pieces_of(shown("y = a + b"))
    assert 0 < piece.breadth < 5


def test_the_same_page_under_any_hash_seed():
    code = (
        "import hashlib, symbp; from symbp.catalogue import layers; "
        "from symbp.report import index_page; from symbp.reports import report; "
        "found = [report(x, judged=False) for x in layers() if x.name in ('Affine', 'Softmax')]; "
        "text = ''.join(x.to_html() for x in found) + index_page(found); "
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(seen) == 1

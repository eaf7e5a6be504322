"""Graphs as SVG."""

import re
from xml.etree import ElementTree

import pytest
from report.picture.pictures import HOSTILE, hostile, shop, some, twice

from symbp.report.picture import Edge, Kind, Node, Picture, to_svg
from symbp.report.picture.label import printable
from symbp.report.picture.style import DARK, LIGHT, style_sheet

PICTURES = [shop(), twice(), hostile(), some(3), Picture("", "", (), ())]


def tree(picture, **options):
    return ElementTree.fromstring(to_svg(picture, **options))


def texts(root, name=""):
    return [
        "".join(element.itertext())
        for element in root.iter("text")
        if element.get("class", "") == name
    ]


def hrefs(root):
    return [element.get("href") for element in root.iter("a")]


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("standalone", [False, True])
def test_drawings_are_well_formed_and_need_nothing_else(picture, standalone):
    text = to_svg(picture, standalone=standalone)
    root = ElementTree.fromstring(text)
    names = {element.tag.split("}")[-1] for element in root.iter()}
    assert names <= {
        "svg",
        "title",
        "desc",
        "style",
        "g",
        "a",
        "path",
        "rect",
        "circle",
        "text",
        "tspan",
    }
    assert not re.search(r"url\(|@import|\bon\w+=", style_sheet(standalone))
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "src" in name]
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_it_says_what_it_shows():
    root = tree(shop(), prefix="shop")
    assert root.get("role") == "img"
    told = {element.get("id"): element.text for element in root if element.get("id")}
    assert told == {"shop-title": "Shopping", "shop-desc": "What two apples cost."}
    assert root.get("aria-labelledby").split() == list(told)


def test_ids_begin_with_the_prefix():
    ids = re.findall(r'\bid="([^"]*)"', to_svg(twice(), "a") + to_svg(twice(), "b"))
    assert len(ids) == len(set(ids)) == 4


def test_hostile_words_stay_words():
    root = tree(hostile())
    said = texts(root)
    assert said == [printable(words) for words in HOSTILE]
    assert texts(root, "forward") == said[1:]
    assert texts(root, "backward") == said[:-1]
    assert root.find("title").text == printable(" ".join(HOSTILE))


def test_links_lead_into_the_page_or_to_a_file_beside_it():
    root = tree(twice())
    assert hrefs(root) == ["#def-x", "#node-e", "Other.html"]
    assert [a.get("aria-label") for a in root.iter("a")] == ["x", "exp", "y"]
    assert root.get("role") == "group"


def test_a_file_of_its_own_has_no_links_into_a_page():
    text = to_svg(twice(), standalone=True)
    assert re.findall('href="([^"]*)"', text) == ["Other.html"]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)//", "//evil.example/x", "https://evil.example/", '"><b>', "a b"]
)
@pytest.mark.parametrize("outside", [False, True])
def test_no_link_leaves_the_folder(link, outside):
    node = Node("x", "x", Kind.INPUT, link, outside)
    (target,) = hrefs(tree(Picture("", "", (node,), ())))
    assert re.fullmatch(r"[\w%.-]+\.html" if outside else r"#[\w%.-]+", target, re.ASCII)


def test_forward_is_above_its_line_and_backward_below_with_an_arrow_back():
    for group in tree(twice()).iter("g"):
        if group.get("class") != "edge":
            continue
        height = {t.get("class"): float(t.get("y")) for t in group.iter("text")}
        lines = {p.get("class"): p.get("d") for p in group.iter("path")}
        level = {float(y) for y in re.findall(r",([\d.]+)", lines["line forward"])}
        assert any(height["forward"] + 7 == pytest.approx(y, abs=0.2) for y in level)
        if "backward" in height:
            start, y, end = re.fullmatch(
                r"M([\d.]+),([\d.]+)H([\d.]+)", lines["line backward"]
            ).groups()
            assert float(end) < float(start)
            assert height["forward"] < float(y) < height["backward"]
            assert "tip backward" in lines
        else:
            assert "line backward" not in lines


def test_powers_are_raised_and_the_line_goes_on_at_its_height():
    root = tree(twice())
    (label,) = {
        tuple((span.text, span.get("class"), span.get("dy")) for span in text)
        for text in root.iter("text")
        if "".join(text.itertext()) == "dy·ex·x"
    }
    assert label == (
        ("dy", "italic", None),
        ("x", "script italic", "-4.9"),
        ("·", None, "4.9"),
        ("x", "italic", None),
    )


def test_an_edge_without_a_value_backward_shows_none():
    nodes = (Node("a", "a", Kind.CONSTANT), Node("b", "b", Kind.OUTPUT))
    root = tree(Picture("", "", nodes, (Edge("a", "b", "1"),)))
    assert not [e for e in root.iter() if "backward" in e.get("class", "")]


def test_a_file_of_its_own_follows_the_readers_colours_and_a_part_of_a_page_the_pages():
    inline, alone = to_svg(shop()), to_svg(shop(), standalone=True)
    assert "xmlns=" not in inline
    assert "prefers-color-scheme" not in inline
    assert alone.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "prefers-color-scheme:dark" in alone
    assert '<rect class="paper"' in alone
    for name, colour in LIGHT.items():
        assert f"var(--{name},{colour})" in inline


def test_no_rule_of_the_style_sheet_reaches_the_page():
    sheet = style_sheet(standalone=False)
    for selectors in re.findall(r"^([^{]+)\{", sheet, re.MULTILINE):
        assert all(selector.startswith(".picture ") for selector in selectors.split(","))
    assert "[" not in sheet


def luminance(colour):
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_what_wcag_defines():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "node"])
@pytest.mark.parametrize("words", ["ink", "forward", "backward"])
def test_words_can_be_read(colours, words, ground):
    assert contrast(colours[words], colours[ground]) >= 4.5

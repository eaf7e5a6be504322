"""Documents as Markdown: what a reader of CommonMark with tables makes of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report.write.sample import HOSTILE, document, hostile_document

from symbp.notation import Entry
from symbp.report.document import (
    Block,
    Bullets,
    Code,
    Display,
    Document,
    Inline,
    Line,
    Link,
    Listing,
    Paragraph,
    Section,
    Steps,
    Strong,
    Table,
)
from symbp.report.formula import Formula
from symbp.report.write import to_markdown

X = Formula((Entry("x"),))
OURS = {"h1", "h2", "h3", "p", "a", "pre", "code", "ul", "ol", "li", "span", "strong"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}
TEXTS = st.one_of(st.text(max_size=40), st.text("\\`*_[]()|~#!<>&$+-=1. a\n", max_size=20))


class Reader(HTMLParser):
    """The elements of a page: their tags, their attributes and the text in each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(source: str) -> Reader:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Reader(reader.render(source))


def written(*blocks: Block) -> str:
    """The blocks in Markdown, without the heading."""
    text = to_markdown(Document("d", "t", "en", (), (Section("", "s", blocks),)))
    return text.partition("## s")[2].strip("\n")


def plain(text: str) -> str:
    """The text as a reader sees it."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


@pytest.mark.parametrize("make", [document, hostile_document])
def test_only_our_elements_and_links(make) -> None:
    page = read(to_markdown(make()))
    assert {tag for tag, _ in page.tags} <= OURS
    assert page.comments == []
    targets = {attributes.get("id") for _, attributes in page.tags}
    for _, attributes in page.tags:
        goal = attributes.get("href")
        assert set(attributes) <= {"id", "href", "class", "start"}
        inside = goal is None or goal == "#" or goal[1:] in targets
        assert inside or re.fullmatch(r"[\w.%~-]*\.md", str(goal)), goal


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["paragraph", "strong", "bullet", "step", "cell", "link"])
def test_text_is_text(text: str, kind: str) -> None:
    blocks: dict[str, Block] = {
        "paragraph": Paragraph((text,)),
        "strong": Paragraph((Strong(text),)),
        "bullet": Bullets(((text,),)),
        "step": Steps((((text,), ()),)),
        "cell": Table("", ("-",), (((text,),),)),
        "link": Paragraph((Link(text, "a"),)),
    }
    shown = read(written(blocks[kind])).text.strip()
    assert (
        shown.removeprefix("-").strip() == plain(text) if kind == "cell" else shown == plain(text)
    )


@given(TEXTS)
def test_any_text_is_text(text: str) -> None:
    page = read(written(Paragraph((text,))))
    assert page.text.strip() == plain(text)
    assert {tag for tag, _ in page.tags} <= {"p", "span"}


@given(st.lists(TEXTS, min_size=2, max_size=3), TEXTS)
def test_any_row_has_its_cells(cells: list[str], code: str) -> None:
    head = tuple(f"h{n}" for n in range(len(cells) + 1))
    row: tuple[tuple[Inline, ...], ...] = (*((cell,) for cell in cells), (Code(code),))
    page = read(written(Table("", head, (row, row))))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("tr") == 3
    assert tags.count("td") == 2 * len(head)
    assert set(tags) <= OURS


@given(TEXTS)
def test_any_code_is_code(text: str) -> None:
    page = read(written(Paragraph(("a ", Code(text), " b"))))
    assert page.text.split() == ["a", *plain(text).split(), "b"]


@given(TEXTS, TEXTS)
def test_any_listing_stays_within_its_fence(first: str, second: str) -> None:
    page = read(written(Listing("c", (Line(first), Line(second), Line("```"), Line("end")))))
    assert [tag for tag, _ in page.tags] == ["p", "strong", "pre", "code"]
    assert page.text.rstrip().endswith("```\nend")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (("of ", X, "."), "of $`x`$."),
        (("是", X, "的"), "是 $`x`$ 的"),
        (("n", X, X), "n $`x`$ $`x`$"),
        (("(", X, ")"), "($`x`$)"),
        ((X, Code("y"), "$", Code("z")), "$`x`$ `y`<span>$</span>`z`"),
        (("规则", Strong("好。"), "吧"), "规则<strong>好。</strong>吧"),
        (("a ", Strong("chain rule"), ": b"), "a **chain rule**: b"),
        ((Code("a|b"), " | c"), r"`a|b` \| c"),
        ((Code("``a`"),), "``` ``a` ```"),
        (("!", Link("x", "y")), r"\![x](#y)"),
        ((Link("x", "javascript:1", outside=True),), "[x](javascript%3A1.md)"),
    ],
)
def test_lines(content: tuple[Inline, ...], line: str) -> None:
    assert written(Paragraph(content)) == line


def test_formulas_in_the_forms_that_markdown_leaves_alone() -> None:
    source = written(Display(X, "eq", (Link("line 1", "l"), Link("line 2", "m"))))
    assert source == '<a id="eq"></a>\n\n```math\nx\n```\n\n[line 1](#l), [line 2](#m)'


def test_github_takes_every_command() -> None:
    """GitHub refuses these, and shows an error instead of the formula."""
    source = to_markdown(document())
    assert not re.search(r"\\(?:operatorname|mbox|phantom|newcommand|def)\b", source)
    assert r"\underline{" in source


def test_no_formula_splits_a_row() -> None:
    rows = [line for line in to_markdown(document()).splitlines() if line.startswith("| ")]
    for line in rows:
        assert not re.search(r"\$`[^`]*\|[^`]*`\$", line)


def test_steps_are_numbered_and_hold_their_blocks() -> None:
    inner: tuple[Block, ...] = (Paragraph(("why",)), Display(X), Bullets((("a",), ("b",))))
    source = written(Steps(((("first",), inner), (("second",), ()))))
    assert source == (
        "1. first\n\n   why\n\n   ```math\n   x\n   ```\n\n   - a\n   - b\n\n2. second"
    )


def test_lines_of_code_lead_to_their_equations() -> None:
    source = to_markdown(document())
    assert '- <a id="line-5"></a>[line 5, computes xc](#forward-xc)' in source
    assert source.index('<a id="line-2"></a>') < source.index("```python")


def test_pictures_are_mermaid_and_curves_their_captions() -> None:
    source = to_markdown(document())
    assert "```mermaid\nflowchart LR\n" in source
    assert "**Sigmoid** and its derivative." in source


def test_contents() -> None:
    source = to_markdown(document())
    assert "- [The chain, step by step](#chain)\n  - [Wide things](#wide-things)\n" in source
    assert "**Contents**" not in to_markdown(hostile_document())


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_markdown(document()) == to_markdown(document())

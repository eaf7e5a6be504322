"""Documents as LaTeX: they compile, stay within the page, and no text is a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.write.sample import HOSTILE, document, hostile_document
from report.write.tex import assert_within_the_page, compiled, has_chinese, needs_pdflatex

from symbp.notation import Entry, Equation, Index
from symbp.report.document import Document, Line, Listing, Paragraph, Section, Table
from symbp.report.formula import Formula
from symbp.report.write import to_latex_document, to_latex_fragment
from symbp.report.write.latex_text import code_words, printable, words


def paragraph(text: str, language: str = "en") -> str:
    section = Section("s", "t", (Paragraph((text,)),))
    return to_latex_document(Document("d", "t", language, (), (section,)))


@pytest.mark.tex
@needs_pdflatex
@pytest.mark.parametrize("report", [document(), hostile_document()], ids=["all", "hostile"])
def test_it_compiles_and_stays_within_the_page(report: Document, tmp_path: Path) -> None:
    log = compiled(to_latex_document(report), tmp_path, "pdflatex")
    assert_within_the_page(log)
    assert "LaTeX Warning" not in log
    assert "has been referenced but does not exist" not in log


@pytest.mark.tex
@pytest.mark.skipif(not has_chinese(), reason="needs XeLaTeX with ctex")
def test_chinese_compiles(tmp_path: Path) -> None:
    log = compiled(to_latex_document(document("zh")), tmp_path, "xelatex")
    assert_within_the_page(log)
    assert "Missing character" not in log


def test_no_text_is_a_command() -> None:
    source = to_latex_document(hostile_document())
    body = source[source.index(r"\begin{document}") :]
    assert body.count(r"\end{document}") == 1
    for command in (r"\input", r"\write", r"\csname", r"\par control", "^^", "$$"):
        assert command not in body


@pytest.mark.parametrize("text", HOSTILE)
def test_words_have_no_special_character(text: str) -> None:
    for shown in (words(text), code_words(text)):
        plain = re.sub(r"\\(?:[{}$&#_%]|[A-Za-z]+\{\})|\{\}", " ", shown)
        assert not re.search(r"[\\{}$&#_%~^\n\"`]|--|''|,,", plain)


@given(st.text(max_size=60))
def test_english_has_no_character_that_its_fonts_lack(text: str) -> None:
    source = paragraph(text)
    assert all(c == "\n" or " " <= c <= "~" or "¡" <= c <= "ÿ" for c in source)


@pytest.mark.parametrize(
    ("character", "chinese", "shown"),
    [
        ("Σ", False, r"\ensuremath{\Sigma}"),
        ("²", False, r"\ensuremath{^{2}}"),
        ("−", True, r"\ensuremath{-}"),
        ("é", False, "é"),
        ("e\u0301", False, "é"),
        ("数", True, "数"),
        ("数", False, r"[U+6570]\allowbreak{}"),
        ("\N{GRINNING FACE}", True, r"[U+1F600]\allowbreak{}"),
        ("\x00", False, r"[U+0000]\allowbreak{}"),
    ],
)
def test_characters(character: str, chinese: bool, shown: str) -> None:
    assert printable(character, chinese) == shown


def test_links_lead_somewhere() -> None:
    source = to_latex_document(document())
    places = set(re.findall(r"\\place\{([^#{}]*)\}", source))
    links = set(re.findall(r"\\(?:hyperlink|leads)\{([^#{}]*)\}", source))
    assert links
    assert links <= places
    assert r"\href{index.pdf}{the index}" in source


def test_a_line_of_code_shows_the_number_of_its_equation() -> None:
    source = to_latex_document(document())
    assert re.search(r"\\displayed\{\\place\{forward-xc\}\}.*\(2\)\}$", source, re.MULTILINE)
    line = next(line for line in source.splitlines() if r"\place{line-5}5" in line)
    assert line.startswith(r"\codeline{\place{line-5}5}{\leads{forward-xc}{\ ")
    assert line.endswith(r"{\hyperlink{forward-xc}{(2)}}")


def test_code_keeps_its_lines_and_its_spaces() -> None:
    texts = ("", "def f(x):", "    '''a", "      b'''", "", "    return\tx", "", "")
    listing = Listing("f", tuple(Line(text) for text in texts))
    source = to_latex_document(
        Document("d", "t", "en", (), (Section("s", "t", (listing,)),)),
    )
    lines = re.findall(r"^\\codeline\{(\d+)\}\{(.*)\}\{\}$", source, re.MULTILINE)
    assert [int(number) for number, _ in lines] == list(range(1, 9))
    assert [line == "" for _, line in lines] == [text == "" for text in texts]
    assert r"\ \ \ \ \ \ b" in lines[3][1]


def test_changed_parts_are_marked() -> None:
    assert r"\changed{" in to_latex_document(document())


def test_a_row_may_begin_with_a_bracket() -> None:
    table = Table("t", ("a", "b"), ((("[1]",), ("*",)), (("[2]",), ("*",))))
    source = to_latex_document(Document("d", "t", "en", (), (Section("s", "t", (table,)),)))
    assert "{}[1] & {}*\\\\\n{}[2] & {}*\\\\" in source


def test_the_language_chooses_the_fonts() -> None:
    assert r"\usepackage{lmodern}" in paragraph("")
    assert "ctex" not in paragraph("")
    assert r"\usepackage[fontset=fandol]{ctex}" in paragraph("", "zh")


def test_a_space_parts_a_formula_from_a_chinese_character() -> None:
    x = Formula((Entry("x"),))
    section = Section("s", "t", (Paragraph(("设", x, "为", x, "、", x, "。")),))
    source = to_latex_document(Document("d", "t", "zh", (), (section,)))
    assert r"设 \within{x} 为 \within{x}、\within{x}。" in source


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_latex_document(document()) == to_latex_document(document())


def test_a_fragment_for_notebooks() -> None:
    i = Index("i", "i")
    equations = [Equation("y", (i,), 2 * Entry("x", i)), Equation("z", (), Entry("w"))]
    assert to_latex_fragment(equations) == (
        "$$\\begin{aligned}\ny_{i} &= 2 \\, x_{i} \\\\\nz &= w\n\\end{aligned}$$"
    )

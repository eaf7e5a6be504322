"""Reports as text: plain in a pipe, in colour on a terminal, in every language."""

from __future__ import annotations

import re

import pytest
from report.write.sample import document, hostile_document

from symbp.catalogue import layers
from symbp.report.write import to_terminal
from symbp.reports import report

BY_NAME = {layer.name: layer for layer in layers()}
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_plain_text_has_no_escape_sequences_and_no_loose_ends():
    text = to_terminal(document())
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_colour_adds_colours_only():
    found = report(BY_NAME["Softplus"], judged=False)
    coloured = found.to_text(colour=True)
    assert "\x1b[" in coloured
    plain = ESCAPE.sub("", coloured).partition("def forward")[0].split("The code")[0]
    marks = found.to_text().split("The code")[0].replace("⟦", "").replace("⟧", "")
    assert plain.split() == marks.split()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_sentences_fit_the_width(width):
    text = report(BY_NAME["Affine"], judged=False).to_text(width=width)
    sentences = [line for line in text.splitlines() if line.lstrip().startswith("•")]
    assert sentences
    assert all(len(line) <= width for line in sentences)


def test_what_changed_is_marked_without_colours():
    assert "⟦" in report(BY_NAME["Sigmoid"], judged=False).to_text()


def test_chinese_lines_are_left_to_the_terminal():
    text = report(BY_NAME["Affine"], judged=False).to_text("zh", width=40)
    assert "一个" in text
    assert any(len(line) > 40 for line in text.splitlines())


def test_hostile_text_is_text():
    text = to_terminal(hostile_document(), colour=False)
    assert "\x1b" not in text

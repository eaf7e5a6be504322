"""Nothing sticks out, no formula is empty, and none is shown as its source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from browser.views import DARK, LAPTOP, PAGES, PHONE, PRINT, VIEWS

BROADER = """() => [...document.querySelectorAll('body, body *')]
  .filter((e) => !e.closest('svg') && !e.parentElement.closest('math'))
  .filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1)
  .filter((e) => getComputedStyle(e).overflowX === 'visible')
  .map((e) => `${e.tagName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}: ${e.innerText}`)"""
OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter((e) => !e.closest('.scroll') || e.matches('.scroll'))
  .filter((e) => e.getBoundingClientRect().width)
  .filter((e) => {
    const box = e.getBoundingClientRect();
    return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
  })
  .map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 80)}`)"""
CUT = """() => [...document.querySelectorAll('math, svg, pre, code, table, figure')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((e) => `${e.tagName}: ${e.textContent.slice(0, 80)}`)"""
SCROLLS = """() => [...document.querySelectorAll('.scroll')]
  .map((e) => [e.scrollWidth > e.clientWidth, e.tabIndex, e.getAttribute('aria-label')])"""
SIZES = """() => [...document.querySelectorAll('math')].map((e) => {
  const box = e.getBoundingClientRect();
  return [box.width, box.height, e.getAttribute('alttext')];
})"""
TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (!within.closest('script, style, desc, code, .listing')) {
      found.push([within.tagName.toLowerCase(), walker.currentNode.data]);
    }
  }
  return found;
}"""
BASES = """() => [...document.querySelectorAll('.formula .math')].map((line) =>
  [...line.querySelectorAll('.piece')].map((piece) => {
    const mark = document.createElement('span');
    mark.style.display = 'inline-block';
    piece.style.alignItems = 'baseline';
    piece.append(mark);
    const { bottom } = mark.getBoundingClientRect();
    mark.remove();
    return bottom;
  }))"""
SOURCE = ("sum(", "exp(", "**", "\\", "$", "{", "}", "Entry(", "SumOver", "None", "_{", "nan")


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out(look, name, view):
    page = look(name, view)
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room
    assert page.evaluate(BROADER) == []
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_in_print(look, name):
    assert look(name, PRINT).evaluate(CUT) == []


@pytest.mark.parametrize("view", [PHONE, LAPTOP], ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_what_scrolls_and_only_that(look, name, view):
    for scrolls, place, label in look(name, view).evaluate(SCROLLS):
        assert scrolls == (place == 0) == bool(label)


@pytest.mark.parametrize("name", PAGES)
def test_every_formula_is_drawn(look, name):
    sizes = look(name, PHONE).evaluate(SIZES)
    assert sizes
    assert [text for width, height, text in sizes if width < 1 or height < 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_formula_is_source_text(look, name):
    texts = look(name, PHONE).evaluate(TEXTS)
    words = [text for tag, text in texts if not (tag == "mo" and text == "{")]  # of cases
    assert [text for text in words if any(part in text for part in SOURCE)] == []


def test_the_pieces_of_a_formula_share_a_base_line(look):
    lines = look("LayerNorm", LAPTOP).evaluate(BASES)
    assert len(lines) > 20
    for line in lines:
        bases = sorted(set(map(round, line)))
        assert all(after - before > 15 for before, after in pairwise(bases))


def test_names_are_slanted(look):
    page = look("LayerNorm", LAPTOP)
    styles = page.evaluate(
        "[...document.querySelectorAll('mi.name')].map((e) => getComputedStyle(e).fontStyle)"
    )
    assert set(styles) == {"italic"}


def test_colours_follow_the_reader(look):
    grounds = {
        view.name: look("Sigmoid", view).evaluate("getComputedStyle(document.body).backgroundColor")
        for view in (LAPTOP, DARK, PRINT)
    }
    assert grounds["print"] == "rgb(255, 255, 255)"
    assert len(set(grounds.values())) == 3


def test_a_broad_picture_has_a_page_across(look):
    page = look("LayerNorm", PRINT)
    sizes = page.evaluate(
        "[...document.querySelectorAll('section')].map((e) => [e.id, getComputedStyle(e).page])"
    )
    assert dict(sizes)["graph"] == "across"
    assert dict(sizes)["code"] == "auto"

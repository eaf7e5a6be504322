"""Links lead where they say, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from browser.views import LAPTOP, NAMES, PAGES, PHONE

LOST = """() => [...document.querySelectorAll('a[href^="#"]')]
  .map((link) => link.getAttribute('href'))
  .filter((address) => !document.getElementById(decodeURIComponent(address.slice(1))))"""
SEEN = """(name) => {
  const found = document.getElementById(name), box = found.getBoundingClientRect();
  return [found.matches(':target'), box.bottom > 0 && box.top < innerHeight];
}"""
GROUND = "(name) => getComputedStyle(document.getElementById(name)).backgroundColor"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_has_a_target(look, folder, name):
    page = look(name, LAPTOP)
    assert page.evaluate(LOST) == []
    outside = page.evaluate(
        "[...document.querySelectorAll('a:not([href^=\"#\"])')].map((a) => a.getAttribute('href'))"
    )
    assert outside
    assert [address for address in outside if not (folder / address).is_file()] == []


@pytest.mark.parametrize("view", [PHONE, LAPTOP], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_line_leads_to_its_equation_and_back(show, name, view):
    page = show(name, view)
    numbers = page.locator(".listing a.number")
    for number in (numbers.first, numbers.last):
        equation = number.get_attribute("href").removeprefix("#")
        before = page.evaluate(GROUND, equation)
        number.click()
        assert page.evaluate(SEEN, equation) == [True, True]
        assert page.evaluate(GROUND, equation) != before
        back = page.locator(f"[id='{equation}'] .links a").last
        line = back.get_attribute("href").removeprefix("#")
        back.click()
        assert page.evaluate(SEEN, line) == [True, True]
        assert page.evaluate(GROUND, line) != page.evaluate(GROUND, "listing-title")


@pytest.mark.parametrize("name", NAMES)
def test_every_line_that_computes_leads_to_an_equation(look, reports, name):
    module = reports[name].module
    page = look(name, LAPTOP)
    linked = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('.listing a.number')].map(
          (a) => [a.textContent, a.getAttribute('href').slice(1)]))"""
    )
    for part in module.computes:
        target = f"{part.method}-{part.target}"
        for number in range(part.first, part.last + 1):
            assert linked.pop(str(number)) == target
        assert page.locator(f"[id='{target}'] .links a[href='#line-{part.first}']").count() == 1
    assert not linked


def test_tab_reaches_the_skip_link_first(show):
    page = show("Sigmoid", LAPTOP)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("(e) => e === document.activeElement")
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_focus_is_seen(show):
    page = show("Sigmoid", LAPTOP)
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_the_keyboard_scrolls_a_long_formula(show):
    page = show("LayerNorm", PHONE)
    box = page.locator(".formula .piece[tabindex]").first
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_a_layer_in_the_networks_picture_leads_to_its_report(show):
    page = show("TwoLayerNet", LAPTOP)
    page.locator("svg a").first.click()
    page.wait_for_url("**/Affine.html")

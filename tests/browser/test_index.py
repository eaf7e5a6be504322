"""The index: search and thumbnails."""

from __future__ import annotations

from browser.views import ALL, LAPTOP

SHOWN = (
    "[...document.querySelectorAll('.cards > li')].filter((e) => e.offsetParent).map("
    "(e) => e.querySelector('h2').textContent)"
)


def test_search_keeps_the_cards_that_fit(show):
    page = show("index", LAPTOP)
    assert page.evaluate(SHOWN) == sorted(ALL)
    page.get_by_label("Search").fill("soft")
    assert page.evaluate(SHOWN) == ["SoftmaxWithLoss", "TwoLayerNet"]
    assert "2" in page.get_by_role("status").inner_text()
    page.get_by_label("Search").fill("LOSS entropy")
    assert "SoftmaxWithLoss" in page.evaluate(SHOWN)
    page.get_by_label("Search").fill("no such layer")
    assert page.evaluate(SHOWN) == []
    page.get_by_label("Search").fill("")
    assert page.evaluate(SHOWN) == sorted(ALL)


def test_enter_in_the_search_field_stays_on_the_page(show):
    page = show("index", LAPTOP)
    before = page.url
    page.get_by_label("Search").fill("soft")
    page.keyboard.press("Enter")
    assert page.url == before
    assert len(page.evaluate(SHOWN)) == 2


def test_elementwise_layers_have_a_thumbnail(look):
    page = look("index", LAPTOP)
    cards = page.locator(".cards > li").filter(has=page.locator("svg"))
    assert [card.locator("h2").inner_text() for card in cards.all()] == ["Relu", "Sigmoid"]
    for card in cards.all():
        assert card.locator("svg .curve").count() >= 2

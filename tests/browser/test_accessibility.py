"""What axe, an automated checker, says; its rules are in the package, nothing is fetched."""

from __future__ import annotations

import warnings

import pytest
from browser.views import DARK, LAPTOP, PAGES, PHONE

BAD = {"serious", "critical"}
SMALL = {"Sigmoid", "Affine", "index"}
KNOWN = {"empty-table-header"}  # axe does not see that a formula is a heading's text
WITHOUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}
CASES = [(name, view) for name in PAGES for view in (LAPTOP, DARK)]
CASES += [(name, PHONE) for name in ("LayerNorm", "TwoLayerNet", "index")]


@pytest.mark.parametrize(("name", "view"), CASES, ids=str)
def test_axe_finds_nothing_serious(look, axe, name, view):
    """Formulas have the same colours on every page, and axe is slow on many."""
    found = axe.run(
        look(name, view),
        context=None if name in SMALL else {"exclude": [["math"]]},
        options=WITHOUT_COLOURS if view is PHONE else None,
    ).response["violations"]
    told = {
        f"{item['impact']}: {item['id']}: {item['help']}: {item['nodes'][0]['html'][:200]}": item
        for item in found
        if item["id"] not in KNOWN
    }
    bad = [text for text, item in told.items() if item["impact"] in BAD]
    for text in set(told) - set(bad):
        warnings.warn(f"{name}, {view.name}: {text}", stacklevel=1)
    assert bad == []


def test_axe_would_find_a_fault(show, axe):
    """The judge is judged: grey on grey, and a picture without words."""
    page = show("Sigmoid", LAPTOP)
    page.evaluate("document.body.style.color = '#ccc'")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    found = {item["id"] for item in axe.run(page).response["violations"]}
    assert {"color-contrast", "image-alt"} <= found

"""Layer files whose texts mean harm: they are shown as text, and nothing of them runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browser.views import LAPTOP, PHONE
from report.write.sample import hostile_document

import symbp
from symbp.report import index_page
from symbp.report.texts import Texts
from symbp.report.write import to_html
from symbp.reports import report

HARM = (
    "<script>alert(1)</script> \"onmouseover=\"x ' onfocus='alert(2)' ]]> &lt; </style> --> "
    "</title><img src=x onerror=alert(3)> javascript:alert(4) {{ 7 * 7 }}"
)
STRANGE = """() => [...document.querySelectorAll('*')].flatMap((e) => [
  ...[...e.attributes].filter((a) => /^on/i.test(a.name)).map((a) => a.name),
  ...(/^(img|iframe|object|embed|base|link)$/i.test(e.tagName) ? [e.tagName] : []),
  ...(/^\\s*javascript:/i.test(e.getAttribute('href') ?? '') ? [e.outerHTML] : []),
])"""


def layer_file() -> object:
    (made,) = symbp.parse_layers(f"[Hostile]\ndoc = '''{HARM}'''\nforward = 'y = x*tanh(x)'")
    return report(made, judged=False)


def hostile_page() -> str:
    words = {**Texts("en").group("document"), "made_by": HARM}
    return to_html(replace(hostile_document(), words=words))


PAGES = {
    "layer": lambda: layer_file().to_html(),
    "index": lambda: index_page([layer_file()]),
    "document": hostile_page,
}


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_of_it_runs(show, folder, kind):
    (folder / f"hostile-{kind}.html").write_text(PAGES[kind](), encoding="utf-8")
    page = show(f"hostile-{kind}", LAPTOP)
    page.mouse.move(100, 100)
    page.keyboard.press("Tab")
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate(STRANGE) == []
    assert HARM in page.locator("body").inner_text()
    page.wait_for_timeout(50)


def test_a_hostile_page_does_not_stick_out(show, folder):
    (folder / "hostile-phone.html").write_text(hostile_page(), encoding="utf-8")
    page = show("hostile-phone", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width

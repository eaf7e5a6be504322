"""One browser and one folder of reports for all tests, which are skipped without Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from browser.views import ALL, JUDGED, View

from symbp.catalogue import layers
from symbp.report import Report, index_page
from symbp.reports import report

CHROMIUM = Path(os.environ.get("SYMBP_CHROMIUM", "/usr/bin/chromium"))
Show = Callable[[str, View], object]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def missing(what: str) -> None:
    """Skip; or fail where the environment promises a browser, as CI does."""
    if os.environ.get("SYMBP_BROWSER") == "1":
        pytest.fail(f"SYMBP_BROWSER=1, but there is no {what}")
    pytest.skip(f"needs {what}: pip install '.[test]', apt-get install chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def reports(browser) -> dict[str, Report]:
    """The reports, by name; only one is judged, as the judges take their time."""
    by_name = {layer.name: layer for layer in layers()}
    return {name: report(by_name[name], judged=name == JUDGED) for name in ALL}


@pytest.fixture(scope="session")
def folder(reports, tmp_path_factory) -> Path:
    """The reports and their index, as `symbp report` writes them."""
    made = tmp_path_factory.mktemp("reports")
    for name, found in reports.items():
        (made / f"{name}.html").write_text(found.to_html(), encoding="utf-8")
    (made / "index.html").write_text(index_page(reports.values()), encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def axe() -> object:
    """The accessibility checker."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    return Axe()


@pytest.fixture
def show(browser, folder) -> Iterator[Show]:
    """Opens a file of the folder in a view, anew."""
    with opener(browser, folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def look(browser, folder) -> Iterator[Show]:
    """Opens a file of the folder in a view, once for all tests that only look."""
    with opener(browser, folder) as opened:
        yield cache(opened)


@contextmanager
def opener(browser, folder: Path) -> Iterator[Show]:
    """A function that opens pages; in the end, nothing has left them and nothing has failed."""
    contexts, asked = [], []

    def open_page(name: str, view: View) -> object:
        context = browser.new_context(
            viewport={"width": view.width, "height": view.height}, color_scheme=view.scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.emulate_media(media=view.media, color_scheme=view.scheme, reduced_motion="reduce")
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}"))
        page.on("pageerror", lambda error: asked.append(f"error: {error}"))
        page.goto((folder / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [what for what in asked if not what.startswith("file:")]

"""`symbp report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbp.cli.found import layers_named, with_parts
from symbp.cli.layers import (
    at_option,
    hvp_option,
    jvp_option,
    language_option,
    numbers,
    products_asked,
    progress,
)
from symbp.cli.pages import check_free, put_page
from symbp.errors import SymbpError, UnknownNameError

if TYPE_CHECKING:
    from symbp.report import Report

__all__ = ["report"]

ENDINGS = {"html": "html", "md": "md", "tex": "tex"}


@click.command(short_help="Write derivation reports.")
@click.argument("names", nargs=-1, metavar='[NAME|FILE|"y = ..."]...')
@click.option(
    "--format",
    "formats",
    default="html",
    show_default=True,
    metavar="md,html,tex",
    help="One or several, with commas between them.",
)
@click.option(
    "--out",
    default=Path("reports"),
    show_default=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder to write into.",
)
@at_option
@language_option
@jvp_option
@hvp_option
@click.option("--check/--no-check", default=True, help="Ask the judges too (default).")
def report(
    names: tuple[str, ...],
    formats: str,
    out: Path,
    at: str,
    lang: str,
    jvp: bool,
    hvp: bool,
    check: bool,
) -> None:
    """Write derivation reports of layers.

    They are of the catalogue, or of a layer file in this folder, by NAME; all of a layer FILE; or
    equations. Without any, the whole catalogue.
    """
    from symbp import reports
    from symbp.report import index_page

    endings = _endings(formats)
    if out.exists() and not out.is_dir():
        raise SymbpError(f"--out {out} is a file: give a folder")
    files = [Path(name) for name in names if name.endswith(".toml")]
    layers, given = with_parts(layers_named(names), files), numbers(at)
    pages = [out / f"{layer.name}.{ending}" for layer in layers for ending in endings]
    check_free([*pages, *([out / "index.html"] if "html" in endings else [])])
    made: list[Report] = []
    count = 0
    for layer in progress(layers, "report"):
        found = reports.report(layer, at=given, judged=check, products=products_asked(jvp, hvp))
        made.append(found)
        for ending in endings:
            count += put_page(out / f"{layer.name}.{ending}", _written(found, ending, lang))
    if "html" in endings:
        index, there = out / "index.html", (path.stem for path in out.glob("*.html"))
        before = index.read_text(encoding="utf-8") if index.is_file() else ""
        count += put_page(index, index_page(made, lang, before=before, there=there))
    click.echo(f"{out}: {count} file{'' if count == 1 else 's'} written")


def _endings(formats: str) -> list[str]:
    """The endings of the formats that were asked for."""
    found = [word.strip() for word in formats.split(",") if word.strip()]
    for word in found:
        if word not in ENDINGS:
            raise UnknownNameError(f"no format `{word}`; there are {', '.join(ENDINGS)}")
    if not found:
        raise SymbpError(f"--format {formats!r}: name one of {', '.join(ENDINGS)}")
    return list(dict.fromkeys(ENDINGS[word] for word in found))


def _written(found: Report, ending: str, language: str) -> str:
    if ending == "html":
        return found.to_html(language)
    return found.to_markdown(language) if ending == "md" else found.to_latex(language)

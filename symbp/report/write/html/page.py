"""A report as one page: style and script within, nothing fetched from anywhere."""

from __future__ import annotations

import re
from functools import cache

import jinja2

from symbp.report.document import Display, Document, PictureFigure
from symbp.report.formula import to_mathml
from symbp.report.picture import to_svg
from symbp.report.write.html.blocks import Blocks
from symbp.report.write.html.inline import inlines, plain
from symbp.templates import templates_folder
from symbp.version import __version__

__all__ = ["environment", "style", "to_html", "to_html_fragment"]

SHEETS = ("page", "formula", "table", "picture", "listing", "index", "print")
NAMES = "<style>.symbp mi.name{font-style:italic}</style>"


def to_html(document: Document) -> str:
    """The document as an HTML page."""
    blocks = Blocks()
    return (
        environment()
        .get_template("report/page.html.jinja")
        .render(
            document=document,
            description=plain(document.lead),
            lead=inlines(document.lead),
            sections=[blocks.section(section) for section in document.sections],
            style=style(),
            words=document.words,
        )
    )


def to_html_fragment(document: Document) -> str:
    """What a notebook shows: the definition's equations, the graph, and the result."""
    shown = []
    for block in document.blocks():
        if isinstance(block, Display) and block.id.startswith(("def-", "result-")):
            shown.append(f"<p>{to_mathml(block.formula, display=True)}</p>")
        elif isinstance(block, PictureFigure):
            shown.append(to_svg(block.picture, f"{document.name}-picture", standalone=False))
    return f'<div class="symbp" style="overflow-x:auto">{NAMES}{"".join(shown)}</div>'


@cache
def style() -> str:
    """The pages' style sheet: comments are for those who change it."""
    folder = templates_folder() / "report" / "style"
    sheets = ((folder / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    return re.sub(r"/\*.*?\*/\n?", "", "".join(sheets), flags=re.DOTALL)


@cache
def environment() -> jinja2.Environment:
    """Jinja for pages; what a template puts in is escaped unless it is finished HTML."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    made.globals["version"] = __version__
    return made

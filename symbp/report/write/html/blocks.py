"""The blocks of a report as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from itertools import count

from symbp.report.document import (
    Block,
    Bullets,
    CurveFigure,
    Display,
    Inlines,
    Listing,
    Paragraph,
    PictureFigure,
    Section,
    Steps,
    Table,
)
from symbp.report.formula import Formula
from symbp.report.picture import curve_to_svg, to_svg
from symbp.report.write.html.display import display
from symbp.report.write.html.inline import broken, inlines
from symbp.report.write.html.listing import listing

__all__ = ["Blocks"]

MANY = 5  # columns, from which a row is a card on every screen
BROAD = 1000.0  # pixels, from which a picture lies across a printed page


@dataclass
class Blocks:
    """Writes sections and blocks; counts the pictures, whose ids must differ."""

    _pictures: count[int] = field(default_factory=lambda: count(1))

    def section(self, section: Section, depth: int = 2) -> str:
        """A section with its heading, its blocks and its parts."""
        title, name = escape(section.title), escape(section.id)
        blocks = "\n".join(self.block(block) for block in section.blocks)
        parts = "\n".join(self.section(part, depth + 1) for part in section.sections)
        heading = f'<h{depth} id="{name}-title">{title}</h{depth}>'
        return (
            f'<section id="{name}" aria-labelledby="{name}-title">\n'
            f"{heading}\n{blocks}\n{parts}\n</section>"
        )

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Paragraph(content):
                return f"<p>{inlines(content)}</p>"
            case Display():
                return display(block)
            case Bullets(items):
                lines = "".join(f"<li>{inlines(item)}</li>" for item in items)
                return f"<ul>{lines}</ul>"
            case Steps(items):
                return self._steps(items)
            case Table():
                return _table(block)
            case PictureFigure(picture, caption):
                svg = to_svg(picture, f"picture-{next(self._pictures)}")
                return _figure(svg, caption, picture.title)
            case CurveFigure(curve, caption):
                svg = curve_to_svg(curve, f"curve-{next(self._pictures)}")
                return _figure(svg, caption, curve.title)
            case Listing():
                return listing(block)

    def _steps(self, items: tuple[tuple[Inlines, tuple[Block, ...]], ...]) -> str:
        lines = "".join(
            f'<li><p class="heading">{inlines(heading)}</p>'
            f"{''.join(self.block(block) for block in blocks)}</li>"
            for heading, blocks in items
        )
        return f'<ol class="steps">{lines}</ol>'


def _figure(svg: str, caption: Inlines, title: str) -> str:
    width = re.search(r'width="([\d.]+)"', svg)
    broad = ' class="broad"' if width and float(width[1]) > BROAD else ""
    return (
        f'<figure{broad}><div class="picture-box scroll" data-label="{escape(title)}">{svg}</div>'
        f"<figcaption>{inlines(caption)}</figcaption></figure>"
    )


def _table(table: Table) -> str:
    """A table; roles are spelled out because narrow screens show its rows as cards."""
    head = "".join(f'<th role="columnheader" scope="col">{escape(t)}</th>' for t in table.head)
    rows = "".join(_row(table, row) for row in table.rows)
    kind = ' class="many"' if len(table.head) >= MANY else ""
    return (
        f'<table role="table"{kind}><caption>{escape(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(table: Table, row: tuple[Inlines, ...]) -> str:
    cells = []
    for number, (title, content) in enumerate(zip(table.head, row, strict=True)):
        tag, role = ("td", "cell") if number else ("th", "rowheader")
        attributes = "" if number else ' scope="row"'
        attributes += "" if content else ' class="empty"'
        cells.append(
            f'<{tag} role="{role}"{attributes} data-label="{escape(title)}">'
            f'<div class="cell">{_cell(content)}</div></{tag}>'
        )
    return f'<tr role="row">{"".join(cells)}</tr>'


def _cell(content: Inlines) -> str:
    """What stands in a cell; a formula that stands there alone is set large."""
    match content:
        case (Formula() as formula,):
            return broken(formula)
    return inlines(content)

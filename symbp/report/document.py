"""A report as a tree, before a format is chosen: sections, blocks, and what stands in a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symbp.report.formula import Formula
from symbp.report.picture import Curve, Picture

__all__ = [
    "Block",
    "Bullets",
    "Code",
    "CurveFigure",
    "Display",
    "Document",
    "Inline",
    "Inlines",
    "Line",
    "Link",
    "Listing",
    "Paragraph",
    "PictureFigure",
    "Section",
    "Steps",
    "Strong",
    "Table",
    "Verdict",
]


@dataclass(frozen=True)
class Code:
    """A name or a piece of code within a sentence."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that stand out: the name of a rule."""

    text: str


@dataclass(frozen=True)
class Verdict:
    """A judge's verdict: words, and whether they are good."""

    text: str
    good: bool


@dataclass(frozen=True)
class Link:
    """Words that lead to the block or section with this id, or to a file beside the report.

    Args:
        text: the words.
        target: an id of this document, or a file's name without its ending.
        outside: the target is a file.
    """

    text: str
    target: str
    outside: bool = False


Inline = str | Formula | Code | Strong | Link | Verdict
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    content: Inlines


@dataclass(frozen=True)
class Display:
    """A formula on a line of its own.

    Args:
        formula: the formula.
        id: what links lead to; "" for none.
        links: what the formula leads to: words and targets, shown after it.
    """

    formula: Formula
    id: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Bullets:
    """A list; each item is a line."""

    items: tuple[Inlines, ...]


@dataclass(frozen=True)
class Steps:
    """A numbered sequence; each step has a heading and blocks."""

    items: tuple[tuple[Inlines, tuple[Block, ...]], ...]


@dataclass(frozen=True)
class Table:
    """A table with a heading row; the first cell of a row is the row's heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True)
class PictureFigure:
    """A graph with its caption."""

    picture: Picture
    caption: Inlines


@dataclass(frozen=True)
class CurveFigure:
    """Curves with their caption."""

    curve: Curve
    caption: Inlines


@dataclass(frozen=True)
class Line:
    """A line of code.

    Args:
        text: the code.
        id: what links lead to; "" for none.
        target: the id of the equation that the line computes; "" for none.
    """

    text: str
    id: str = ""
    target: str = ""


@dataclass(frozen=True)
class Listing:
    """Python code, a line at a time.

    Args:
        caption: what it is.
        lines: its lines.
        goes_to: what the link of a line says to those who cannot see it, with `{equation}`.
    """

    caption: str
    lines: tuple[Line, ...]
    goes_to: str = "{equation}"


Block = Paragraph | Display | Bullets | Steps | Table | PictureFigure | CurveFigure | Listing


@dataclass(frozen=True)
class Section:
    """A part of a document with a heading."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report.

    Args:
        name: the file's name without its ending.
        title: the heading.
        language: "en", "zh": a language tag.
        lead: what it is, in a sentence.
        sections: its parts.
        words: what the format itself says, by key: "contents", "back", ... in the language.
    """

    name: str
    title: str
    language: str
    lead: Inlines
    sections: tuple[Section, ...]
    words: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Every block, in order."""

        def walk(sections: tuple[Section, ...]) -> Iterator[Block]:
            for section in sections:
                yield from section.blocks
                yield from walk(section.sections)

        yield from walk(self.sections)

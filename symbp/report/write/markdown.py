r"""Documents as Markdown, as GitHub renders it.

Formulas are written in the two forms that Markdown leaves alone: $`...`$ within a line and fenced
`math` blocks. Everything else is escaped, so that no text is ever markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from symbp.report.document import (
    Block,
    Bullets,
    Code,
    CurveFigure,
    Display,
    Document,
    Inline,
    Inlines,
    Line,
    Link,
    Listing,
    Paragraph,
    PictureFigure,
    Section,
    Steps,
    Strong,
    Table,
    Verdict,
)
from symbp.report.formula import Formula, to_latex
from symbp.report.picture import to_mermaid
from symbp.report.write.places import line_number, place

__all__ = ["blocks_to_markdown", "to_markdown"]

ESCAPED = {character: f"\\{character}" for character in "\\`*_[]|~#!"}
ESCAPED |= {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
ESCAPED["$"] = "<span>$</span>"  # what GitHub asks for: it takes no notice of a backslash
LINK_START = re.compile(r"(?<=[a-z])(?=://)|(?<=www)(?=\.)", re.IGNORECASE)
LINE_START = re.compile(r"^(?:[-+=]+(?=\s|$)|\d+(?=[.)]))", re.ASCII)
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
DEEPEST = 6  # levels of headings that Markdown has


def to_markdown(document: Document) -> str:
    """The document in GitHub's Markdown: mathematics, Mermaid pictures, anchors.

    Args:
        document: a report; its curves are told of by their captions only.
    """
    return "\n\n".join(part for part in _parts(document) if part) + "\n"


def blocks_to_markdown(blocks: tuple[Block | Section, ...], level: int = 2) -> str:
    """Some blocks and sections, to be put into another text.

    Args:
        blocks: in order.
        level: of the sections' headings.
    """
    parts = (
        part
        for block in blocks
        for part in (_section(block, level) if isinstance(block, Section) else _block(block))
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _parts(document: Document) -> Iterator[str]:
    """The parts, which blank lines separate."""
    yield f"# {_words(document.title)}"
    yield _line(document.lead)
    if contents := document.words.get("contents"):
        yield _strong(contents)
        yield "\n".join(_contents(document.sections, ""))
    for section in document.sections:
        yield from _section(section, 2)


def _contents(sections: tuple[Section, ...], indent: str) -> Iterator[str]:
    for section in sections:
        yield f"{indent}- {_inline(Link(section.title, section.id))}"
        yield from _contents(section.sections, f"{indent}  ")


def _section(section: Section, level: int) -> Iterator[str]:
    yield _anchor(section.id)
    yield f"{'#' * min(level, DEEPEST)} {_words(section.title)}"
    yield from _blocks(section.blocks)
    for inner in section.sections:
        yield from _section(inner, level + 1)


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content):
            yield _line(content)
        case Display(formula, identifier, links):
            yield _anchor(identifier)
            yield _fenced("math", to_latex(formula))
            yield ", ".join(_inline(link) for link in links)
        case Bullets(items):
            yield "\n".join(f"- {_line(item)}" for item in items)
        case Steps(items):
            yield "\n\n".join(
                _step(f"{number}. ", heading, blocks)
                for number, (heading, blocks) in enumerate(items, 1)
            )
        case Table():
            yield from _table(block)
        case PictureFigure(picture, caption):
            yield _fenced("mermaid", to_mermaid(picture))
            yield _line(caption)
        case CurveFigure(_, caption):
            yield _line(caption)
        case Listing():
            yield from _listing(block)


def _step(marker: str, heading: Inlines, blocks: tuple[Block, ...]) -> str:
    """An item of a numbered list, everything after its first line indented."""
    text = "\n\n".join(part for part in (_line(heading), *_blocks(blocks)) if part)
    return marker + re.sub(r"\n(?=[^\n])", "\n" + " " * len(marker), text)


def _table(block: Table) -> Iterator[str]:
    rows = [[_words(text) for text in block.head], ["---"] * len(block.head)]
    rows += [[_line(cell, "|") for cell in row] for row in block.rows]
    yield _strong(block.caption)
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _listing(block: Listing) -> Iterator[str]:
    """The code, and below it what its lines compute: within code there are no links."""
    yield _strong(block.caption)
    yield "".join(_anchor(line.id) for line in block.lines if not line.target)
    yield _fenced("python", "\n".join(_plain(line.text) for line in block.lines))
    yield "\n".join(
        f"- {_anchor(line.id)}{_inline(_goal(block, line_number(line, position), line))}"
        for position, line in enumerate(block.lines, 1)
        if line.target
    )


def _goal(block: Listing, number: int, line: Line) -> Link:
    """The link from a line to its equation, by the name of what that defines."""
    name = line.target.partition("-")[2] or line.target
    words = block.goes_to.replace("{line}", str(number)).replace("{equation}", name)
    return Link(words, line.target)


def _line(content: Inlines, within: str = "") -> str:
    """What stands in a line.

    Args:
        content: its parts.
        within: "|" in a cell of a table, where that sign is escaped even in code.
    """
    text = ""
    for item in content:
        shown = _inline(item)
        if isinstance(item, Code) and within:
            shown = shown.replace("|", r"\|")
        text += _gap(text, shown) + shown
    return LINE_START.sub(_escaped_start, text.strip())


def _inline(item: Inline) -> str:
    match item:
        case str():
            return _words(item)
        case Formula():
            return f"$`{to_latex(item)}`$"
        case Code(text):
            return _quoted(_plain(" ".join(text.split())))
        case Strong(text):
            return _strong(text)
        case Verdict(text, good):
            return f"{'✅' if good else '❌'} {_strong(text)}"
        case Link(text, target, outside=True):
            return f"[{_words(text)}]({quote(target, safe='')}.md)"
        case Link(text, target):
            return f"[{_words(text)}](#{place(target)})"


def _gap(before: str, after: str) -> str:
    """The space that GitHub needs between a formula and what touches it."""
    opens = after.startswith("$`") and before and before[-1] not in " ([{,;:"
    closes = before.endswith("`$") and after and (after[0].isalnum() or after[0] in "$<`[*")
    return " " if opens or closes else ""


def _words(text: str) -> str:
    """Text as itself, on one line."""
    escaped = "".join(ESCAPED.get(c, c) for c in _plain(" ".join(text.split())))
    ends = (" " if text[:1].isspace() else "", " " if text[-1:].isspace() and text.strip() else "")
    return ends[0] + LINK_START.sub(r"\\", escaped) + ends[1]


def _escaped_start(match: re.Match[str]) -> str:
    """What would begin a list or underline a heading, with a backslash before its sign."""
    start = match[0]
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _strong(text: str) -> str:
    """Words that stand out; with tags where asterisks would not do beside other signs."""
    words = _words(text).strip()
    plain = text.strip()
    if plain and plain[0].isalnum() and plain[-1].isalnum():
        return f"**{words}**"
    return f"<strong>{words}</strong>" if words else ""


def _quoted(code: str) -> str:
    """Code within a line, between more backticks than it has in a row."""
    if not code:
        return ""
    fence = "`" * (1 + _longest_run(code))
    space = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{fence}{space}{code}{space}{fence}"


def _fenced(kind: str, text: str) -> str:
    fence = "`" * max(3, 1 + _longest_run(text))
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}"


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _plain(text: str) -> str:
    """Text without line breaks, tabs, and characters that cannot be shown."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.expandtabs(4).splitlines()))


def _anchor(identifier: str) -> str:
    return f'<a id="{place(identifier)}"></a>' if identifier else ""

"""A report as Unicode text, in colour or plain."""

from __future__ import annotations

import re
from io import StringIO

from pygments.lexers import PythonLexer
from rich.console import Console
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from symbp.report.document import (
    Block,
    Bullets,
    Code,
    CurveFigure,
    Display,
    Document,
    Inline,
    Inlines,
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
from symbp.report.formula import Formula, to_runs_of_text, to_text
from symbp.report.picture import Picture

__all__ = ["to_terminal"]

INDENT = 2
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
UNBROKEN = "\N{NO-BREAK SPACE}"
FORWARD, BACKWARD, NAME, CHANGED = "blue", "red", "cyan", "bold yellow"


def to_terminal(document: Document, colour: bool = False, width: int = 100) -> str:
    """The document as text.

    Args:
        document: the report.
        colour: whether to use escape sequences for colours.
        width: columns; formulas are never broken.
    """
    return _Terminal(document, colour, width).text()


def _printable(text: str) -> str:
    """Text without control characters, which a terminal would obey."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _text(text: str, style: str = "") -> Text:
    return Text(_printable(text), style=style)


class _Terminal:
    """Writes blocks on a console that collects what is printed."""

    def __init__(self, document: Document, colour: bool, width: int) -> None:
        self._document = document
        self._colon = document.words.get("colon", ": ")
        # Words that are not set apart by spaces are left to the terminal to break.
        self._breaks = not document.language.startswith("zh")
        self._file = StringIO()
        self._colour = colour
        self._console = Console(
            file=self._file,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def text(self) -> str:
        """The whole text."""
        document = self._document
        self._console.print(_text(document.title, "bold"))
        if document.lead:
            self._console.print(self._inlines(document.lead))
        for number, section in enumerate(document.sections, 1):
            self._section(section, f"{number}")
        return "".join(
            f"{line.rstrip()}\n".replace(UNBROKEN, " ")
            for line in self._file.getvalue().splitlines()
        )

    def _section(self, section: Section, number: str) -> None:
        self._console.print()
        self._console.print(_text(f"{number}  {section.title}", "bold underline"))
        for block in section.blocks:
            self._block(block, INDENT)
        for place, part in enumerate(section.sections, 1):
            self._section(part, f"{number}.{place}")

    def _block(self, block: Block, indent: int) -> None:
        match block:
            case Paragraph(content):
                self._print(self._inlines(content), indent)
            case Display(formula):
                self._line(self._formula(formula), indent + INDENT)
            case Bullets(items):
                for item in items:
                    self._print(Text("• ") + self._inlines(item), indent)
            case Steps(items):
                for number, (heading, blocks) in enumerate(items, 1):
                    self._print(Text(f"{number}. ") + self._inlines(heading), indent)
                    for inner in blocks:
                        self._block(inner, indent + INDENT)
            case Table():
                self._table(block, indent)
            case PictureFigure(picture):
                self._picture(picture, indent)
            case Listing():
                self._listing(block)
            case CurveFigure():
                pass

    def _print(self, text: Text, indent: int) -> None:
        if not self._breaks:
            self._line(text, indent)
            return
        self._console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def _line(self, text: Text, indent: int) -> None:
        """A line that is not broken, however wide."""
        self._console.print(Text(" " * indent) + text, soft_wrap=True)

    def _table(self, table: Table, indent: int) -> None:
        """A row as an item, its cells with their headings below it."""
        for row in table.rows:
            self._line(self._inlines(row[0]), indent)
            for title, cell in zip(table.head[1:], row[1:], strict=True):
                if cell:
                    head = _text(f"{title}{self._colon}", "dim")
                    self._line(head + self._inlines(cell), indent + INDENT)

    def _picture(self, picture: Picture, indent: int) -> None:
        """The graph, an edge a line: what goes forward, and what comes back."""
        labels = {node.id: self._label(node.label) for node in picture.nodes}
        for edge in picture.edges:
            line = Text.assemble(labels[edge.tail], " ──(", self._label(edge.above, FORWARD))
            line.append_text(Text.assemble(")─→ ", labels[edge.head]))
            if edge.below is not None:
                line.append_text(Text.assemble("   ←─ ", self._label(edge.below, BACKWARD)))
            self._line(line, indent + INDENT)

    def _label(self, label: Formula | str, style: str = "") -> Text:
        text = label if isinstance(label, str) else to_text(label)
        return _text(text, style)

    def _listing(self, listing: Listing) -> None:
        text = "\n".join(_printable(line.text) for line in listing.lines)
        if not self._colour:
            self._console.print(Text(text), soft_wrap=True)
            return
        start = int(listing.lines[0].id.rpartition("-")[2]) if listing.lines else 1
        syntax = Syntax(
            text, PythonLexer(), theme="ansi_light", line_numbers=True, start_line=start
        )
        self._console.print(syntax, soft_wrap=True)

    def _inlines(self, content: Inlines) -> Text:
        return Text.assemble(*(self._inline(item) for item in content))

    def _inline(self, item: Inline) -> Text:
        match item:
            case str():
                return _text(item)
            case Formula():
                return self._formula(item, NAME, UNBROKEN)
            case Strong(text):
                return _text(text, "bold")
            case Verdict(text, good):
                return _text(text, "green" if good else "bold red")
            case Code(text) | Link(text):
                return _text(text, NAME)

    def _formula(self, formula: Formula, style: str = "", space: str = " ") -> Text:
        """A formula; marked parts in a colour, or between double brackets where there is none."""
        text = Text()
        for run in to_runs_of_text(formula):
            shown = run.text.replace(" ", space)
            if run.marked and not self._colour:
                text.append(f"⟦{shown}⟧")
            else:
                text.append(shown, style=CHANGED if run.marked else style)
        return text

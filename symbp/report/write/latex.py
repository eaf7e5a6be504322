r"""Documents as LaTeX that stands alone: pdfLaTeX for English, XeLaTeX or LuaLaTeX for Chinese.

What the macros do is in `preamble.tex`. Every text of a document is escaped, so that no name and
no sentence is ever a command, and characters that the fonts lack are shown by their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from urllib.parse import quote

from pygments import highlight
from pygments.formatters import LatexFormatter
from pygments.lexers import PythonLexer

from symbp.notation import Equation
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
from symbp.report.formula import Formula, equation, to_latex
from symbp.report.picture import curve_to_tikz, to_tikz
from symbp.report.write.columns import shares
from symbp.report.write.latex_text import code_words, is_chinese_letter, printable, words
from symbp.report.write.places import line_number, place

__all__ = ["to_latex_document", "to_latex_fragment"]

MARK = r"\changed"
HEADINGS = ("section", "subsection", "subsubsection", "paragraph")
DEEPEST = 4  # levels of lists that LaTeX has
ENGLISH = (r"\usepackage[T1]{fontenc}", r"\usepackage{lmodern}")
CHINESE = (r"\usepackage[fontset=fandol]{ctex}", r"\hypersetup{pdfencoding=auto}")


def to_latex_document(document: Document) -> str:
    """The document as a LaTeX article.

    It needs Debian's texlive-latex-recommended, texlive-pictures and lmodern, and for Chinese
    texlive-xetex and texlive-lang-chinese; it is to be compiled twice.

    Args:
        document: a report; one whose language begins with "zh" is set in Chinese fonts.
    """
    chinese = document.language.startswith("zh")
    writer = _Writer(_numbers(document))
    title = words(document.title)
    contents = document.words.get("contents")
    lines = [
        r"\documentclass[11pt]{article}",
        *(CHINESE[:1] if chinese else ENGLISH),
        _preamble(),
        _formatter().get_style_defs(),
        *(CHINESE[1:] if chinese else ()),
        rf"\hypersetup{{pdftitle={{{title}}},pdflang={{{place(document.language)}}}}}",
        r"\begin{document}",
        rf"{{\LARGE\bfseries\raggedright {title}\par}}",
        r"\bigskip",
        writer.inlines(document.lead) + r"\par",
        *((rf"\renewcommand{{\contentsname}}{{{words(contents)}}}",) if contents else ()),
        *((r"{\parskip=0pt \tableofcontents}",) if contents else ()),
        *(line for section in document.sections for line in writer.section(section, 0)),
        r"\end{document}",
    ]
    return printable("\n".join(lines), chinese) + "\n"


def to_latex_fragment(equations: Iterable[Equation]) -> str:
    """Equations below each other, for a notebook."""
    rows = (to_latex(equation(item)).replace(" = ", " &= ", 1) for item in equations)
    return "$$\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}$$"


@dataclass(frozen=True)
class _Writer:
    """Writes the parts of one document.

    Args:
        numbers: the numbers of the formulas that links lead to, by id.
    """

    numbers: dict[str, int]

    def section(self, section: Section, depth: int) -> Iterable[str]:
        """The lines of a section."""
        heading = HEADINGS[min(depth, len(HEADINGS) - 1)]
        title = words(section.title)
        target = _target(section.id)
        yield rf"\{heading}[{{{title}}}]{{{target}{title}}}"
        yield from self.blocks(section.blocks, 0)
        for inner in section.sections:
            yield from self.section(inner, depth + 1)

    def blocks(self, blocks: tuple[Block, ...], depth: int) -> Iterable[str]:
        """Blocks; a formula stays on the page of the sentence before it.

        Args:
            blocks: the blocks.
            depth: how many lists they are in.
        """
        for block, after in zip(blocks, (*blocks[1:], None), strict=False):
            yield self._block(block, depth)
            if isinstance(block, Paragraph) and isinstance(after, Display):
                yield r"\nobreak"

    def _block(self, block: Block, depth: int) -> str:
        match block:
            case Paragraph(content):
                return self.inlines(content) + r"\par"
            case Display():
                return self._display(block)
            case Bullets(items):
                return self._listed("itemize", [self.inlines(item) for item in items])
            case Steps(items):
                return self._steps(items, depth)
            case Table():
                return self._table(block)
            case PictureFigure(picture, caption):
                return self._pictured(to_tikz(picture), caption)
            case CurveFigure(curve, caption):
                return self._pictured(curve_to_tikz(curve), caption)
            case Listing():
                return self._listing(block)

    def inlines(self, content: Inlines) -> str:
        """What stands in a line; a space parts a formula from a Chinese character."""
        shown = [self._inline(item) for item in content]
        for number, pair in enumerate(pairwise(content)):
            match pair:
                case (str(words), Formula()) if is_chinese_letter(words[-1:]):
                    shown[number] += " "
                case (Formula(), str(words)) if is_chinese_letter(words[:1]):
                    shown[number] += " "
        return "".join(shown)

    def _inline(self, item: Inline) -> str:
        match item:
            case str():
                return words(item)
            case Formula():
                return rf"\within{{{to_latex(item, MARK)}}}"
            case Code(text):
                return rf"\texttt{{{code_words(text)}}}"
            case Strong(text):
                return rf"\textbf{{{words(text)}}}"
            case Verdict(text, good):
                return rf"\{'passed' if good else 'failed'}{{{words(text)}}}"
            case Link(text, target, outside=True):
                name = quote(f"{target}.pdf", safe="").replace("%", r"\%")
                return rf"\href{{{name}}}{{{words(text)}}}"
            case Link(text, target):
                return rf"\hyperlink{{{place(target)}}}{{{words(text)}}}"

    def _display(self, block: Display) -> str:
        shown = [rf"{{\footnotesize {self._inline(link)}}}" for link in block.links]
        if block.id:
            shown.append(f"({self.numbers[block.id]})")
        aside = r"\quad ".join(shown)
        return rf"\displayed{{{_target(block.id)}}}{{{to_latex(block.formula, MARK)}}}{{{aside}}}"

    def _listed(self, kind: str, items: list[str]) -> str:
        if not items:
            return ""
        return "\n".join(
            [rf"\begin{{{kind}}}", *(rf"\item {{}}{item}" for item in items), rf"\end{{{kind}}}"]
        )

    def _steps(self, items: tuple[tuple[Inlines, tuple[Block, ...]], ...], depth: int) -> str:
        written = [
            "\n".join([self.inlines(heading) + r"\par\nobreak", *self.blocks(blocks, depth + 1)])
            for heading, blocks in items
        ]
        if depth < DEEPEST:
            return self._listed("enumerate", written)
        return "\n".join(f"{number}. {item}" for number, item in enumerate(written, 1))

    def _table(self, block: Table) -> str:
        head = " & ".join(rf"\textbf{{{words(text)}}}" for text in block.head)
        cells = (" & ".join(self._cell(cell) for cell in row) for row in block.rows)
        rows = "\n".join(rf"{row}\\" for row in cells)
        count = len(block.head)
        wide = "".join(
            rf">{{\raggedright\arraybackslash}}p{{\dimexpr{share:.3f}\linewidth-2\tabcolsep\relax}}"
            for share in shares(block)
        )
        return (
            rf"\tabulated{{{words(block.caption)}}}{{{'l' * count}}}{{{wide}}}{{{head}}}{{{rows}}}"
        )

    def _cell(self, content: Inlines) -> str:
        match content:
            case (Formula() as formula,):
                return rf"\incell{{{to_latex(formula, MARK)}}}"
        return "{}" + self.inlines(content)  # lest \\ before it takes what begins with [ or *

    def _pictured(self, drawing: str, caption: Inlines) -> str:
        return "\n".join(
            [
                r"\begin{lrbox}{\drawing}%",
                drawing.rstrip("\n") + "%",
                r"\end{lrbox}",
                rf"\pictured{{{self.inlines(caption)}}}",
            ]
        )

    def _listing(self, block: Listing) -> str:
        lines = zip(block.lines, _highlighted(block.lines), strict=True)
        shown = [
            self._code_line(line_number(line, position), line, text)
            for position, (line, text) in enumerate(lines, 1)
        ]
        return "\n".join([rf"\begin{{code}}{{{words(block.caption)}}}", *shown, r"\end{code}"])

    def _code_line(self, number: int, line: Line, text: str) -> str:
        aside = ""
        if line.target:
            goal = place(line.target)
            text = rf"\leads{{{goal}}}{{{text}}}"
            if line.target in self.numbers:
                aside = rf"\hyperlink{{{goal}}}{{({self.numbers[line.target]})}}"
        return rf"\codeline{{{_target(line.id)}{number}}}{{{text}}}{{{aside}}}"


def _target(identifier: str) -> str:
    return rf"\place{{{place(identifier)}}}" if identifier else ""


def _numbers(document: Document) -> dict[str, int]:
    """The numbers of the formulas that have ids, in order."""
    named: dict[str, int] = {}

    def count(blocks: Iterable[Block]) -> None:
        for block in blocks:
            if isinstance(block, Display) and block.id:
                named.setdefault(block.id, len(named) + 1)
            elif isinstance(block, Steps):
                for _, inner in block.items:
                    count(inner)

    count(document.blocks())
    return named


def _highlighted(lines: tuple[Line, ...]) -> list[str]:
    """Lines of Python in colours; their spaces are kept."""
    plain = (" ".join(line.text.expandtabs(4).splitlines()) for line in lines)
    source = "\n".join(plain) + "\n"
    text: str = highlight(source, PythonLexer(stripnl=False), _formatter())
    shown = text.split("\n")[: len(lines)]
    return [line.replace("`", r"\textasciigrave{}").replace(" ", r"\ ") for line in shown]


@cache
def _formatter() -> LatexFormatter:
    return LatexFormatter(nowrap=True)


def _preamble() -> str:
    return files(__package__).joinpath("preamble.tex").read_text(encoding="utf-8")

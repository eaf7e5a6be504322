"""Code with highlighting, every line a target and the mathematical ones links."""

from __future__ import annotations

from html import escape
from textwrap import dedent

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from symbp.report.document import Line, Listing
from symbp.report.write.html.inline import quoted
from symbp.report.write.places import line_number

__all__ = ["listing"]


def listing(block: Listing) -> str:
    """The listing; the number of a line leads to the equation that the line computes."""
    text = dedent("\n".join(" ".join(line.text.splitlines()) for line in block.lines))
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    coloured = highlight(text, lexer, HtmlFormatter(nowrap=True)).split("\n")
    pairs = zip(block.lines, coloured[: len(block.lines)], strict=True)
    lines = "".join(
        _line(line, str(line_number(line, position)), code, block.goes_to)
        for position, (line, code) in enumerate(pairs, 1)
    )
    return (
        f'<div class="listing" role="group" aria-label="{escape(block.caption)}">'
        f"<ol>{lines}</ol></div>"
    )


def _line(line: Line, number: str, code: str, goes_to: str) -> str:
    """A line; what does not fit on a narrow screen goes on below, further in than it began."""
    shown = f'<span class="number">{number}</span>'
    if line.target:
        label = goes_to.replace("{line}", number)
        label = escape(label.replace("{equation}", line.target.partition("-")[2]))
        target = quoted(line.target)
        shown = f'<a class="number" href="#{target}" aria-label="{label}">{number}</a>'
    identity = f' id="{escape(line.id)}"' if line.id else ""
    kind = ' class="computes"' if line.target else ""
    begins = len(code) - len(code.lstrip(" "))
    indent = f' style="--indent:{begins}"' if begins else ""
    return f"<li{identity}{kind}>{shown}<code{indent}>{code or ' '}</code></li>"

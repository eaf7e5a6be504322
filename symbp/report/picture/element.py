"""SVG elements that graphs and curves share."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from symbp.report.formula import Formula
from symbp.report.formula.line import Level
from symbp.report.picture.label import label_runs, printable
from symbp.report.picture.shape import Point, number, triangle
from symbp.report.picture.style import style_sheet

__all__ = ["arrow_head", "drawing", "text"]

SHIFTS = {Level.BASE: 0.0, Level.BELOW: 0.28, Level.ABOVE: -0.38}  # downward, in font sizes


def drawing(
    parts: Iterable[str],
    size: Point,
    names: tuple[str, str],
    prefix: str,
    *,
    role: str = "img",
    standalone: bool = False,
) -> str:
    """An `svg` element.

    Args:
        parts: the elements within.
        size: its width and height.
        names: its title, and its description or "".
        prefix: what its ids begin with; no other element's may.
        role: its role for those who cannot see it.
        standalone: it is a file of its own.
    """
    width, height = (number(length) for length in size)
    words = dict(zip(("title", "desc"), names, strict=True))
    told = {tag: printable(text) for tag, text in words.items() if text}
    ids = " ".join(escape(f"{prefix}-{tag}") for tag in told)
    space = ' xmlns="http://www.w3.org/2000/svg"' if standalone else ""
    paper = [f'<rect class="paper" width="{width}" height="{height}"/>'] if standalone else []
    lines = [
        f'<svg{space} class="picture" role="{role}" aria-labelledby="{ids}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" xml:space="preserve">',
        *(
            f'<{tag} id="{escape(f"{prefix}-{tag}")}">{escape(t)}</{tag}>'
            for tag, t in told.items()
        ),
        f"<style>{style_sheet(standalone)}</style>",
        *paper,
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def text(label: Formula | str, at: Point, size: float, classes: str = "") -> str:
    """A label with its base line's middle at a point."""
    named = f' class="{classes}"' if classes else ""
    shifted, spans = 0.0, []
    for run in label_runs(label):
        shift = SHIFTS[run.level] * size
        kinds = (
            ("script", run.level is not Level.BASE),
            ("italic", run.italic),
            ("marked", run.marked),
        )
        names = " ".join(name for name, has in kinds if has)
        attributes = f' class="{names}"' if names else ""
        attributes += f' dy="{number(shift - shifted)}"' if shift != shifted else ""
        shifted = shift
        content = escape(run.text)
        spans.append(f"<tspan{attributes}>{content}</tspan>" if attributes else content)
    return f'<text{named} x="{number(at[0])}" y="{number(at[1])}">{"".join(spans)}</text>'


def arrow_head(base: Point, tip: Point, half: float, classes: str) -> str:
    """A filled triangle from its base's middle to its tip; `half` of its base is this long."""
    path = "L".join(f"{number(x)},{number(y)}" for x, y in triangle(base, tip, half))
    return f'<path class="tip {classes}" d="M{path}Z"/>'

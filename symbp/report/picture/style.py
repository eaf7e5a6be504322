"""The colours of pictures, and the style sheet that is in every drawing.

A page sets the colours through custom properties; where it does not, a drawing is dark on light.
Every rule begins with the drawing's own class: within a page, a style sheet is the whole page's.
"""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "style_sheet"]

LIGHT = {
    "ink": "#1b1f24",
    "forward": "#0b4f91",
    "backward": "#b02e0c",
    "paper": "#ffffff",
    "node": "#eef2f7",
}
DARK = {
    "ink": "#e6e9ed",
    "forward": "#8cc4ff",
    "backward": "#ffa184",
    "paper": "#14181d",
    "node": "#27303b",
}

FONTS = '"Helvetica Neue", Helvetica, Arial, "Noto Sans", sans-serif'

RULES = (
    f"text{{font:13px {FONTS};fill:[ink];text-anchor:middle;white-space:pre}}",
    ".node text{font-size:15px}",
    ".script{font-size:.72em}",
    ".italic{font-style:italic}",
    ".marked{text-decoration:underline}",
    "text.forward,.tip.forward{fill:[forward]}",
    "text.backward,.tip.backward{fill:[backward]}",
    ".line{fill:none;stroke-width:1.4}",
    ".line.forward{stroke:[forward]}",
    ".line.backward{stroke:[backward];stroke-width:1}",
    ".shape{fill:[paper];stroke:[ink];stroke-width:1.2}",
    ".operation .shape{fill:[node]}",
    ".constant .shape{stroke-dasharray:3 3}",
    ".inner{fill:none;stroke:[ink];stroke-width:1}",
    "a{cursor:pointer;outline:none}",
    "a:hover .shape{stroke-width:2.2}",
    "a:focus-visible .shape{stroke:[forward];stroke-width:4}",
    ".axis{fill:none;stroke:[ink];stroke-width:1}",
    ".curve{fill:none;stroke-width:2;stroke-linejoin:round}",
    ".curve.forward{stroke:[forward]}",
    ".curve.backward{stroke:[backward];stroke-dasharray:6 4}",
    ".tick{font-size:11px;paint-order:stroke;stroke:[paper];stroke-width:3px}",
    ".first{text-anchor:start}",
    ".last{text-anchor:end}",
    ".paper{fill:[paper]}",
)


def style_sheet(standalone: bool) -> str:
    """The style sheet of a drawing.

    Args:
        standalone: the drawing is a file of its own, and itself follows what its reader prefers.
    """
    rules = [_scoped(rule) for rule in RULES]
    if standalone:
        colours = ";".join(f"--{name}:{colour}" for name, colour in DARK.items())
        rules.append(f"@media (prefers-color-scheme:dark){{.picture{{{colours}}}}}")
    return "\n".join(rules)


def _scoped(rule: str) -> str:
    selectors, body = rule.split("{", 1)
    for name, colour in LIGHT.items():
        body = body.replace(f"[{name}]", f"var(--{name},{colour})")
    return ",".join(f".picture {selector}" for selector in selectors.split(",")) + "{" + body

"""How broad a formula will be, near enough to choose its size before a browser has seen it."""

from __future__ import annotations

from symbp.report.formula import box as b
from symbp.report.formula.signs import SIGNS

__all__ = ["breadth"]

LETTER = 0.52
SCRIPT = 0.72
GAPS = 0.56
DELIMITERS = 0.9


def breadth(box: b.Box) -> float:
    """The box's breadth in font sizes, rather too much than too little.

    >>> breadth(b.Number("10")), breadth(b.Fraction(b.Number("100"), b.Name("x")))
    (1.04, 1.8)
    """
    match box:
        case b.Name(text) | b.Number(text):
            return LETTER * len(text)
        case b.Operator(text):
            return _sign(text)
        case b.Row(parts):
            return sum(breadth(part) for part in parts)
        case b.Script(base, below, above):
            scripts = (breadth(script) for script in (below, above) if script is not None)
            return breadth(base) + SCRIPT * max(scripts, default=0.0)
        case b.Fraction(above, below):
            return max(breadth(above), breadth(below)) + 0.24
        case b.Root(inner) | b.Fence(inner):
            return breadth(inner) + DELIMITERS
        case b.Big(word, over):
            return max(1.5 if word == "sum" else LETTER * len(word), SCRIPT * breadth(over)) + 0.2
        case b.Cases(rows):
            values, conditions = zip(*rows, strict=True)
            return max(map(breadth, values)) + max(map(breadth, conditions)) + 3.5
        case b.Mark(inner):
            return breadth(inner) + 0.2


def _sign(text: str) -> float:
    sign = SIGNS[text]
    if text == "times":
        return 0.15
    return 0.78 * len(sign.character) + (GAPS if sign.spaced else 0)

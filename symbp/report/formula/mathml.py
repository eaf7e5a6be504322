"""Boxes as MathML Core, which browsers render by themselves (W3C, MathML Core, 2023)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symbp.report.formula import box as b
from symbp.report.formula.formula import Formula
from symbp.report.formula.line import box_text
from symbp.report.formula.signs import SIGNS
from symbp.report.formula.typeset import typeset

__all__ = ["BREAKS", "math_element", "to_mathml"]

WORDS = {"sum": "∑"}
BREAKS = {"=", "+=", "+", "-", "@"}
PRIME = "\N{PRIME}"
DOT = "˙"
APPLY = "<mo>&#x2061;</mo>"


def to_mathml(formula: Formula, display: bool = False) -> str:
    """The formula as a `math` element.

    Args:
        formula: the formula.
        display: on a line of its own, with large operators.
    """
    return math_element(typeset(formula), 'display="block"' if display else "")


def math_element(box: b.Box, attribute: str = "") -> str:
    """A box as a `math` element with an attribute, if need be."""
    attributes = f" {attribute}" if attribute else ""
    return f'<math{attributes} alttext="{escape(box_text(box))}">{_write(box)}</math>'


def _write(box: b.Box) -> str:
    match box:
        case b.Name():
            return _name(box)
        case b.Number(text):
            return f"<mn>{escape(text)}</mn>"
        case b.Operator(text):
            return _operator(text)
        case b.Row(parts):
            return f"<mrow>{''.join(_in_row(parts))}</mrow>"
        case b.Script():
            return _script(box)
        case b.Fraction(above, below):
            return f"<mfrac>{_write(above)}{_write(below)}</mfrac>"
        case b.Root(inner):
            return f"<msqrt>{_write(inner)}</msqrt>"
        case b.Fence(inner, pair):
            return _fence(inner, pair)
        case b.Big(word, over):
            return f"<munder>{_big(word)}{_write(over)}</munder>"
        case b.Cases(rows):
            return _cases(rows)
        case b.Mark(inner):
            return f'<mrow class="changed">{_write(inner)}</mrow>'


def _name(name: b.Name) -> str:
    """A name; letters of several are set in italics by the page's style, one letter always is."""
    if name.dotted:
        return f'<mover accent="true">{_name(name.dotted)}<mo>{DOT}</mo></mover>'
    text = name.text.rstrip("'")
    kind = ""
    if name.upright:
        kind = ' mathvariant="normal"' if len(text) == 1 else ""
    elif len(text) > 1 and text.isascii():
        kind = ' class="name"'
    written = f"<mi{kind}>{escape(text)}</mi>"
    primes = len(name.text) - len(text)
    return f"<msup>{written}<mo>{PRIME * primes}</mo></msup>" if primes else written


def _fence(inner: b.Box, pair: str) -> str:
    """A box between delimiters, which grow only where what they hold is high."""
    fixed = ' stretchy="false"' if _is_low(inner) else ""
    left, right = (
        f'<mo fence="true" form="{form}"{fixed}>{sign}</mo>'
        for form, sign in zip(("prefix", "postfix"), pair, strict=True)
    )
    return f"<mrow>{left}{_write(inner)}{right}</mrow>"


def _is_low(box: b.Box) -> bool:
    """Whether a box is hardly higher than a letter with an index and a power."""
    match box:
        case b.Name() | b.Number() | b.Operator():
            return True
        case b.Row(parts):
            return all(_is_low(part) for part in parts)
        case b.Script(base, below, above):
            scripts = [script for script in (below, above) if script is not None]
            return _is_low(base) and not any(_has_script(script) for script in scripts)
        case b.Mark(inner) | b.Fence(inner):
            return _is_low(inner)
    return False


def _has_script(box: b.Box) -> bool:
    parts = box.parts if isinstance(box, b.Row) else (box,)
    return not all(isinstance(part, b.Name | b.Number | b.Operator) for part in parts)


def _in_row(parts: tuple[b.Box, ...]) -> Iterator[str]:
    """The boxes of a row; a function's name is applied to what follows it."""
    for number, (box, after) in enumerate(zip(parts, (*parts[1:], None), strict=True)):
        yield _operator(box.text, number == 0) if isinstance(box, b.Operator) else _write(box)
        if isinstance(box, b.Name) and box.upright and isinstance(after, b.Fence):
            yield APPLY


def _operator(text: str, first: bool = False) -> str:
    """A sign; between operands by its nature, even where a line begins with it."""
    sign = SIGNS[text]
    if text == "times":
        return '<mo lspace="0.15em" rspace="0">&#x2062;</mo>'
    if text == "minus":
        return f'<mo form="prefix">{sign.character}</mo>'
    if text == ",":
        return '<mo separator="true">,</mo>'
    if text == ";":
        return '<mo separator="true" rspace="1em">,</mo>'
    form = ' form="infix"' if first and text in BREAKS else ""
    return f"<mo{form}>{escape(sign.character)}</mo>"


def _big(word: str) -> str:
    if word in WORDS:
        return f'<mo movablelimits="false" largeop="true">{WORDS[word]}</mo>'
    return f'<mo movablelimits="false" lspace="0.17em" rspace="0.17em">{escape(word)}</mo>'


def _script(box: b.Script) -> str:
    if isinstance(box.base, b.Script) and box.below is None and box.base.above is None:
        return _script(b.Script(box.base.base, box.base.below, box.above))
    scripts = "".join(_write(part) for part in (box.below, box.above) if part is not None)
    kind = f"m{'sub' if box.below is not None else ''}{'sup' if box.above is not None else ''}"
    return f"<{kind}>{_write(box.base)}{scripts}</{kind}>" if scripts else _write(box.base)


def _cases(rows: tuple[tuple[b.Box, b.Box], ...]) -> str:
    lines = "".join(
        f"<mtr><mtd>{_write(value)}</mtd><mtd>{_write(condition)}</mtd></mtr>"
        for value, condition in rows
    )
    return (
        f'<mrow><mo fence="true" form="prefix">{{</mo><mtable class="cases">{lines}</mtable></mrow>'
    )

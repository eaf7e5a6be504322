"""Boxes as one line of Unicode text: for pictures, the terminal and spoken descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from symbp.report.formula import box as b
from symbp.report.formula.formula import Formula
from symbp.report.formula.signs import SIGNS
from symbp.report.formula.typeset import typeset

__all__ = ["Level", "Run", "box_text", "to_runs", "to_runs_of_text", "to_text"]

POWERS = str.maketrans("0123456789−+n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ")
WORDS = {"sum": "Σ"}
DIFFERENTIAL = b.Name("∂", upright=True)


class Level(Enum):
    """Where a run stands."""

    BASE = 0
    BELOW = -1
    ABOVE = 1


@dataclass(frozen=True)
class Run:
    """Some characters of a line.

    Args:
        text: the characters.
        level: on the line, below it as an index, or above it as a power.
        italic: a name.
        marked: part of what is pointed out.
    """

    text: str
    level: Level = Level.BASE
    italic: bool = False
    marked: bool = False


def to_runs(formula: Formula) -> tuple[Run, ...]:
    """The formula as runs of characters, scripts set lower and higher."""
    return tuple(_joined(_runs(typeset(formula))))


def to_runs_of_text(formula: Formula) -> tuple[Run, ...]:
    """The formula as plain text, in runs that are marked or not."""
    runs = (replace(run, italic=False) for run in _runs(typeset(formula), flat=True))
    return tuple(_joined(runs))


def to_text(formula: Formula) -> str:
    """The formula as plain text: indices in brackets, powers raised or after a caret."""
    return box_text(typeset(formula))


def box_text(box: b.Box) -> str:
    """A box as plain text."""
    return "".join(run.text for run in _runs(box, flat=True)).strip()


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind as one run."""
    whole: list[Run] = []
    for run in runs:
        if whole and replace(whole[-1], text="") == replace(run, text=""):
            whole[-1] = replace(run, text=whole[-1].text + run.text)
        elif run.text:
            whole.append(run)
    return whole


def _runs(box: b.Box, flat: bool = False) -> list[Run]:
    match box:
        case b.Name(text, upright):
            return [Run(text, italic=not upright)]
        case b.Number(text):
            return [Run(text)]
        case b.Operator(text):
            sign = SIGNS[text]
            return [Run(f" {sign.character} " if sign.spaced else sign.character)]
        case b.Row(parts):
            return [run for part in parts for run in _runs(part, flat)]
        case b.Script():
            return _script(box, flat)
        case b.Fraction(above, below):
            top = _runs(above, flat) if _is_product(above) else _operand(above, flat)
            return [*top, Run("/"), *_operand(below, flat)]
        case b.Root(inner):
            return [Run("√"), *_operand(inner, flat)]
        case b.Fence(inner, pair):
            return [Run(pair[0]), *_runs(inner, flat), Run(pair[1])]
        case b.Big(word, over):
            return _big(word, over, flat)
        case b.Cases(rows):
            return _cases(rows, flat)
        case b.Mark(inner):
            return [replace(run, marked=True) for run in _runs(inner, flat)]


def _script(box: b.Script, flat: bool) -> list[Run]:
    base = _runs(box.base, flat)
    if box.below is not None:
        below = _runs(box.below, flat)
        base += [Run("["), *below, Run("]")] if flat else _at(Level.BELOW, below)
    if box.above is None:
        return base
    above = _runs(box.above, flat)
    text = "".join(run.text for run in above)
    if not flat:
        return base + _at(Level.ABOVE, above)
    if isinstance(box.base, b.Name) and box.base.upright and box.base.text == "e":
        return [Run("exp("), *above, Run(")")]
    raised = text.translate(POWERS)
    if not set(raised) & set(text):
        return [*base, Run(raised)]
    return [*base, Run("^"), *_operand(box.above, flat)]


def _at(level: Level, runs: list[Run]) -> list[Run]:
    """Runs as a script; within it there is no second level."""
    return [replace(run, level=level, text=run.text.replace(" ", "")) for run in runs]


def _operand(box: b.Box, flat: bool) -> list[Run]:
    """A box beside a `/` or after a root: between parentheses if it has parts."""
    closed = isinstance(box, b.Name | b.Number | b.Fence | b.Root)
    closed = closed or (isinstance(box, b.Script) and not isinstance(box.base, b.Row))
    closed = closed or (isinstance(box, b.Row) and box.parts[:1] == (DIFFERENTIAL,))
    inner = _runs(box, flat)
    return inner if closed else [Run("("), *inner, Run(")")]


def _is_product(box: b.Box) -> bool:
    """Whether a box holds no sum at its outermost level."""
    parts = box.parts if isinstance(box, b.Row) else (box,)
    apart = {"+", "-"}
    return not any(isinstance(part, b.Operator) and part.text in apart for part in parts)


def _big(word: str, over: b.Box, flat: bool) -> list[Run]:
    sign = WORDS.get(word, word)
    bound = _runs(over, flat)
    if flat:
        return [Run(f"{sign}["), *bound, Run("] ")]
    return [Run(sign), *_at(Level.BELOW, bound), Run(" ")]


def _cases(rows: tuple[tuple[b.Box, b.Box], ...], flat: bool) -> list[Run]:
    found = [Run("{")]
    for number, (value, condition) in enumerate(rows):
        found += [Run("; " if number else ""), *_runs(value, flat), Run(" if ")]
        found += _runs(condition, flat)
    return [*found, Run("}")]

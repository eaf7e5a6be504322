"""How tightly an expression binds, which decides where parentheses stand."""

from __future__ import annotations

import sympy
from sympy import Basic
from sympy.printing.precedence import PRECEDENCE, precedence

from symbp.calculus import ArgMaxOver, ArgMinOver, Delta
from symbp.notation import Entry, Index, Maximum, MaxOver, Minimum, MinOver, Size, SumOver, Where
from symbp.report.formula.nodes import Marked, Partial

__all__ = ["is_closed", "level_of", "opposite", "unmarked"]


def unmarked(node: Basic) -> Basic:
    """An expression without the mark around it."""
    return node.inner if isinstance(node, Marked) else node


def opposite(term: Basic) -> Basic:
    """A term with its sign turned, marked if it was."""
    return Marked(-term.inner) if isinstance(term, Marked) else -term


def is_closed(item: Basic) -> bool:
    """Whether an item needs no parentheses anywhere: it is one symbol or has its own fence."""
    if isinstance(item, Marked):
        return is_closed(item.inner)
    negative = item.is_number and item.is_negative
    closed = Entry | Index | Size | Delta | sympy.Function | sympy.Symbol | Maximum | Minimum
    return isinstance(item, closed) or (bool(item.is_number) and not negative and item.is_Integer)


def level_of(item: Basic) -> int:
    """How tightly an item binds; a reduction like a product, as it ends where a term does."""
    if isinstance(item, Marked):
        return level_of(item.inner)
    if isinstance(item, SumOver | MaxOver | MinOver | ArgMaxOver | ArgMinOver):
        return PRECEDENCE["Mul"]
    if isinstance(item, Where):
        return PRECEDENCE["Add"]
    if isinstance(item, Partial):
        return PRECEDENCE["Mul"]
    return int(precedence(item))

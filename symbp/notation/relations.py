"""Comparisons and conditions of the notation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy
from sympy import Expr
from sympy.logic.boolalg import Boolean

from symbp.notation.expression import Differs, Entry

__all__ = ["LOGIC", "relation"]


RELATIONS: Mapping[str, Callable[[Expr, Expr], Boolean]] = {
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "==": sympy.Eq,
    "!=": sympy.Ne,
}


LOGIC: Mapping[str, Callable[..., Boolean]] = {
    "and": sympy.And,
    "or": sympy.Or,
    "not": sympy.Not,
}


def relation(sign: str, a: Expr, b: Expr) -> Boolean:
    """A comparison; one that asks for nan or infinity is not left to SymPy, which knows neither."""
    if b in (sympy.oo, -sympy.oo) and a.has(Entry):
        return _by_infinity(sign, a, b)
    if a in (sympy.oo, -sympy.oo) and b.has(Entry):
        return _by_infinity(_MIRRORED.get(sign, sign), b, a)
    if a != b or not a.has(Entry):
        return RELATIONS[sign](a, b)
    if sign == "!=":
        return Differs(a, a)
    return sympy.Not(Differs(a, a)) if sign in ("==", "<=", ">=") else sympy.false


def _by_infinity(sign: str, value: Expr, bound: Expr) -> Boolean:
    is_number, elsewhere = sympy.Not(Differs(value, value)), Differs(value, bound)
    beyond, within = ("<", ">") if bound is -sympy.oo else (">", "<")
    return {
        "==": sympy.Not(elsewhere),
        "!=": elsewhere,
        within: sympy.And(elsewhere, is_number),
        within + "=": is_number,
        beyond: sympy.false,
        beyond + "=": sympy.Not(elsewhere),
    }[sign]


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

"""The sign of an elementary operation, as it stands in its node of the graph."""

from __future__ import annotations

import sympy
from sympy import Basic, Expr

from symbp.calculus.text import NAMES, is_negative
from symbp.notation import Entry, Equation, Maximum, Minimum, Reduction, SumOver, Where
from symbp.report.formula import Formula, to_text

__all__ = ["operation"]

HALF = sympy.Rational(1, 2)


def operation(node: Equation) -> str:
    """The sign: `×`, `+ 1`, `exp`, `1/`, `Σ i`."""
    value = node.value
    if isinstance(value, Reduction):
        sign = "Σ" if isinstance(value, SumOver) else value.word
        return f"{sign} {', '.join('…' if i.variadic else i.name for i in value.bound)}"
    if isinstance(value, Entry):
        return "[ ]" if value.indices else "="
    if isinstance(value, Where):
        return "where"
    if isinstance(value, Maximum | Minimum):
        return _two(value, "max" if isinstance(value, Maximum) else "min")
    if value.is_Add:
        return _sum(value)
    if value.is_Mul:
        return _product(value)
    if value.is_Pow:
        return _power(value)
    name = value.func.__name__
    return {"Abs": "| |"}.get(name, NAMES.get(name, name))


def _two(value: Expr, word: str) -> str:
    numbers = [arg for arg in value.args if not arg.has(Entry)]
    return f"{word} {_text(numbers[0])}" if numbers else word


def _sum(value: Expr) -> str:
    rest = sympy.Add(*(term for term in value.args if not term.has(Entry)))
    if rest == 0:
        return "+"
    return f"− {_text(-rest)}" if is_negative(rest) else f"+ {_text(rest)}"


def _product(value: Expr) -> str:
    rest = sympy.Mul(*(factor for factor in value.args if not factor.has(Entry)))
    if rest == 1:
        return "×"
    if rest.is_number and rest.is_Rational and rest.p == 1 and rest.q > 1:
        return f"÷ {rest.q}"
    inverse = 1 / rest
    if sympy.fraction(rest)[0] == 1 and not inverse.is_number:
        return f"÷ {_text(inverse)}"
    return f"× ({_text(rest)})" if is_negative(rest) else f"× {_text(rest)}"


def _power(value: Expr) -> str:
    base, power = value.args
    if not base.has(Entry):
        return f"{_text(base)}^"
    if power == -1:
        return "1/"
    if power == HALF:
        return "√"
    if power == -HALF:
        return "1/√"
    return "^" if power.has(Entry) else f"^ {_text(power)}"


def _text(value: Basic) -> str:
    return to_text(Formula((value,)))

"""Exact numbers and their values with sixty digits."""

from __future__ import annotations

import fractions
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy
from mpmath import MPContext
from sympy import Expr

from symbp.check.oracle import Oracle
from symbp.ops import stop_gradient

__all__ = ["CONTEXT", "ORACLE", "evaluate", "exact", "released"]


DIGITS = 60


ORACLE = Oracle(DIGITS)


CONTEXT: MPContext = ORACLE.context


def exact(value: Any) -> Expr:
    """A Python or NumPy number as an exact one.

    A float stands for the simplest rational number that rounds to it: 0.1 is 1/10, and the
    quotient 1/3 of two lengths is 1/3 again.
    """
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, bool | int):
        return sympy.Integer(int(number))
    if math.isinf(number):
        return sympy.oo if number > 0 else -sympy.oo
    simple = fractions.Fraction(number).limit_denominator(1_000_000)
    if simple.numerator / simple.denominator == number:
        return sympy.Rational(simple.numerator, simple.denominator)
    return sympy.Rational(repr(number))


def released(expression: Expr) -> Expr:
    """The expression with nothing held fixed: for values, after all derivatives were taken."""
    return expression.replace(stop_gradient, lambda u: u)


def evaluate(expression: Expr, values: Mapping[Any, Any], context: MPContext = CONTEXT) -> Any:
    """The number that an expression is at a point."""
    known: dict[Any, Any] = {}

    def run(node: Any) -> Any:
        if node not in known:
            known[node] = compute(node)
        return known[node]

    def compute(node: Any) -> Any:
        if node.is_Symbol:
            return values[node]
        if not node.args or node.is_Rational:
            return ORACLE.number(node)
        arguments = [run(argument) for argument in node.args]
        if node.is_Add:
            return context.fsum(arguments)
        if node.is_Mul:
            return context.fprod(arguments)
        if node.is_Pow:
            return ORACLE.arithmetic.power(*arguments)
        return ORACLE.arithmetic.functions[node.func](*arguments)

    return run(expression)

"""Expressions over one denominator."""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Mul, Pow, S

from symbp.calculus.rational import to_atoms
from symbp.calculus.shift import (
    is_exponential_sum,
)
from symbp.notation.expression import SumOver

__all__ = ["quotient", "tanh_of_log"]


MOST_SQUARED = 6
"""Terms that the square of a sum of exponentials may have to be written out."""


def quotient(argument: Expr) -> list[Expr]:
    """The factors of an expression brought over one denominator."""
    if argument.is_Add and any(
        factor.is_Pow and factor.exp.is_negative
        for term in argument.args
        for factor in Mul.make_args(term)
    ):
        polynomial, atoms = to_atoms(argument)
        cancelled = sympy.factor(sympy.cancel(polynomial))
        argument = cancelled.xreplace({dummy: atom for atom, dummy in atoms.items()})
    factors = []
    for factor in Mul.make_args(argument):
        content, base = factor.primitive() if factor.is_Add else (S.One, factor)
        factors += [content, base]
    return factors


def tanh_of_log(argument: Expr) -> Expr | None:
    """tanh(log(s)) = (s**2 - 1)/(s**2 + 1), for a short sum of exponentials s.

    Of a sum over an index the square would be one over two: its logarithm is better.
    """
    if not (argument.is_Add and is_exponential_sum(argument)) or argument.has(SumOver):
        return None
    polynomial, atoms = to_atoms(argument)
    square = sympy.expand(polynomial**2)
    if len(Add.make_args(square)) > MOST_SQUARED:
        return None
    back = {dummy: atom for atom, dummy in atoms.items()}
    top, bottom = (sympy.expand(part).xreplace(back) for part in (square - 1, square + 1))
    return Mul(top, Pow(bottom, -1))

"""Tensor-free expressions and conditions as trees: numbers, hyper-parameters, lengths.

The functions are those of `Map`, by the same names; `add`, `multiply`, `logical_and` and
`logical_or` take any number of arguments, and what is subtracted is a `negative` term.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

import sympy
from sympy import Basic, Expr

from symbp.errors import LoweringError
from symbp.notation.expression import Differs, Maximum, Minimum, Size, Where
from symbp.ops import BY_KIND, stop_gradient

__all__ = [
    "Apply",
    "Hyper",
    "LengthOf",
    "Named",
    "Number",
    "Tree",
    "lengths_in",
    "scalar_tree",
    "title",
]


@dataclass(frozen=True)
class Number:
    """A literal; floating ones may be infinite."""

    value: int | float


@dataclass(frozen=True)
class Named:
    """A number of mathematics: "pi" or "e"."""

    name: str


@dataclass(frozen=True)
class Hyper:
    """A hyper-parameter."""

    name: str


@dataclass(frozen=True)
class LengthOf:
    """How long an axis of a space is."""

    space: str


@dataclass(frozen=True)
class Apply:
    """A function of scalars."""

    function: str
    arguments: tuple[Tree, ...]


Tree = Number | Named | Hyper | LengthOf | Apply

ARRAYS_ONLY = ("erfcx", "log_ndtr", "digamma")
FUNCTIONS = {kind: one.name for kind, one in BY_KIND.items() if one.name not in ARRAYS_ONLY} | {
    sympy.Max: "maximum",
    sympy.Min: "minimum",
    Maximum: "maximum",
    Minimum: "minimum",
    Where: "where",
    sympy.Not: "logical_not",
    sympy.StrictGreaterThan: "greater",
    sympy.GreaterThan: "greater_equal",
    sympy.StrictLessThan: "less",
    sympy.LessThan: "less_equal",
    sympy.Equality: "equal",
    sympy.Unequality: "not_equal",
    Differs: "not_equal",
}
JUNCTIONS = {sympy.And: "logical_and", sympy.Or: "logical_or"}
LARGEST = sympy.Float(sys.float_info.max)


def scalar_tree(value: Basic) -> Tree:
    """A tensor-free expression or condition as a tree.

    Raises:
        LoweringError: a function that only arrays have.
    """
    if isinstance(value, Expr) and value.is_number and _overflows(value):
        return Number(float(value.evalf()))
    return _tree(value)


def title(value: Basic) -> str:
    """What to call a number that is no literal, from what it is: sqrt(2/pi) is SQRT_2_PI."""
    if not isinstance(value, Expr) or not value.is_number or _is_literal(scalar_tree(value)):
        return ""
    words = re.findall(r"[A-Za-z]+|\d+", str(value))
    words = ["minus", *words] if value.is_negative else words
    name = "_".join(words).upper()[:32].rstrip("_")
    return name if name[0].isalpha() else f"C_{name}"


def lengths_in(tree: Tree) -> tuple[str, ...]:
    """The spaces whose lengths are in a tree, each once, in order."""
    if isinstance(tree, LengthOf):
        return (tree.space,)
    if not isinstance(tree, Apply):
        return ()
    return tuple(dict.fromkeys(space for part in tree.arguments for space in lengths_in(part)))


def _overflows(number: Expr) -> bool:
    """Whether a step on the way to a number leaves the range of float64."""
    parts = (part for part in sympy.preorder_traversal(number) if part.is_number)
    return any(part.is_finite and abs(part.evalf()) > LARGEST for part in parts)


def _is_literal(tree: Tree) -> bool:
    return isinstance(tree, Number) or tree == Named("pi")


def _literal(value: Expr) -> Number | Named | None:
    """A number that a short literal writes exactly or to the last bit, else None."""
    if value in (sympy.oo, -sympy.oo) or value.is_Float:
        return Number(float(value))
    if value is sympy.pi:
        return Named("pi")
    if value is sympy.E:
        return Named("e")
    if value.is_Integer:
        return Number(int(value) if abs(value) < 10**15 else float(value))
    if value.is_Rational:
        denominator = int(value.q)
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        if denominator == 1:
            return Number(float(value))
    return None


def _tree(value: Basic) -> Tree:
    literal = _literal(value) if isinstance(value, Expr) else None
    if literal is not None:
        return literal
    if isinstance(value, stop_gradient):
        return _tree(value.args[0])
    if isinstance(value, Size):
        return LengthOf(value.space)
    if value.is_Symbol:
        return Hyper(value.name)
    if value.is_Add:
        return _sum(value)
    if value.is_Mul or value.is_Rational:
        return _product(value)
    if value.is_Pow:
        return _power(value)
    if value.func in JUNCTIONS:
        parts = sorted(value.args, key=str)
        return Apply(JUNCTIONS[value.func], tuple(map(_tree, parts)))
    if value.func not in FUNCTIONS:
        raise LoweringError(f"{value} cannot be computed as a number; use it on a tensor instead")
    return Apply(FUNCTIONS[value.func], tuple(map(_tree, value.args)))


def _sum(value: Expr) -> Tree:
    terms = sorted(value.args, key=lambda term: (term.could_extract_minus_sign(), str(term)))
    return Apply("add", tuple(map(_tree, terms)))


def _product(value: Expr) -> Tree:
    if value.could_extract_minus_sign():
        return Apply("negative", (_tree(-value),))
    # SymPy's own `as_numer_denom` makes exp(1000)/(1 + exp(1000)) of 1/(1 + exp(-1000)).
    coefficient, rest = value.as_coeff_Mul(rational=True)
    divisors = [factor for factor in sympy.Mul.make_args(rest) if _divides(factor)]
    above = [factor for factor in sympy.Mul.make_args(rest) if factor not in divisors]
    factors = [factor for factor in (sympy.Integer(coefficient.p), *above) if factor != 1]
    over = _multiplied(factors)
    below = sympy.Mul(coefficient.q, *(1 / factor for factor in divisors))
    return over if below == 1 else Apply("divide", (over, _tree(below)))


def _multiplied(factors: list[Expr]) -> Tree:
    if len(factors) < 2:
        return _tree(factors[0]) if factors else Number(1)
    return Apply("multiply", tuple(map(_tree, factors)))


def _divides(factor: Expr) -> bool:
    return bool(factor.is_Pow and factor.exp.is_number and factor.exp.is_negative)


def _power(value: Expr) -> Tree:
    if value.exp == sympy.Rational(1, 2):
        return Apply("sqrt", (_tree(value.base),))
    if _divides(value):
        return Apply("divide", (Number(1), _tree(1 / value)))
    return Apply("power", (_tree(value.base), _tree(value.exp)))

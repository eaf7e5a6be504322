"""What an expression costs to compute on arrays: operations, each weighted with its size.

The weights are nanoseconds an element of vectorised NumPy relative to an addition, rounded; the
lengths are nominal, a shape being unknown when code is generated.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy
from sympy import Basic, Expr

from symbp.calculus.indices import BINDERS
from symbp.calculus.nodes import Delta
from symbp.notation.expression import Entry, Index, Maximum, Minimum, Reduction, Size, Where
from symbp.ops import kinds

__all__ = ["cost", "extent", "is_contraction", "price"]

LENGTH = 32.0
LEADING_LENGTH = 256.0
CHEAP = {sympy.Abs: 1.0, sympy.sign: 2.0}
FUNCTION = 6.0
SPECIAL_FUNCTION = 30.0
DIVISION_RISK = 1.7
SPECIAL = kinds(lambda function: function.special)


def extent(indices: Iterable[Basic]) -> float:
    """The nominal number of entries of an array with these axes."""
    total = 1.0
    for index in indices:
        if isinstance(index, Index):
            total *= LEADING_LENGTH if index.variadic else LENGTH
    return total


@cache
def cost(*expressions: Expr) -> float:
    """The cost of computing all the expressions, each distinct subexpression once."""
    seen: set[Basic] = set()
    return sum(_cost(expression, seen) for expression in expressions)


@cache
def price(*expressions: Expr) -> float:
    """The cost, and for every division by a tensor the risk that an entry of it is tiny or 0."""
    divided = {
        power
        for expression in expressions
        for power in expression.atoms(sympy.Pow)
        if power.exp.is_number and power.exp.is_negative and power.base.has(Entry)
    }
    return cost(*expressions) + sum(DIVISION_RISK * extent(p.free_symbols) for p in divided)


def _cost(node: Basic, seen: set[Basic]) -> float:
    if node in seen or isinstance(node, Entry | Index | Size) or not node.args:
        return 0.0
    seen.add(node)
    if node.is_Mul:
        return _product(node, seen)
    parts = node.args
    if node.is_Add:
        parts = [-arg if arg.is_Mul and arg.args[0] == -1 else arg for arg in parts]
    children = sum(_cost(arg, seen) for arg in parts if not isinstance(arg, Index))
    return children + _operation(node)


def _operation(node: Basic) -> float:
    size = extent(node.free_symbols)
    if isinstance(node, BINDERS):
        whole = extent(node.body.free_symbols)
        if isinstance(node, Reduction) and is_contraction(node):
            return 0.3 * whole
        return whole
    if node.is_Add:
        negatives = sum(1 for arg in node.args if arg.could_extract_minus_sign())
        extra = 0.5 if negatives == len(node.args) else 0.0
        return _chain(node.args) + extra * size
    if node.is_Pow:
        return _power(node.exp) * size
    if isinstance(node, Where):
        return 3.0 * size
    if isinstance(node, Maximum | Minimum | Delta) or node.is_Relational:
        return size
    if isinstance(node, SPECIAL):
        return SPECIAL_FUNCTION * size
    return CHEAP.get(node.func, FUNCTION) * size


def _power(exponent: Expr) -> float:
    if exponent.is_Integer:
        magnitude = abs(int(exponent))
        inverse = 1.3 if exponent < 0 else 0.0
        return inverse + (magnitude - 1 if magnitude < 5 else 20.0)
    if exponent.is_Rational and exponent.q == 2 and abs(exponent.p) < 8:
        return 2.0 + _power(sympy.Integer(exponent.p))
    return 20.0


def _product(node: Expr, seen: set[Basic]) -> float:
    """A product combines its smallest factors first; a factor -1 is half an operation."""
    total = 0.0
    arrays = []
    for factor in node.args:
        if isinstance(factor, Size):  # a length multiplied in is a mean that was not taken
            total += 0.1 * extent(node.free_symbols)
        if factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
            total += _cost(factor.base, seen)
            total += (_power(factor.exp) - 1.0) * extent(factor.free_symbols)
        else:
            total += _cost(factor, seen)
        arrays.append(factor)
    signs = 0.5 * extent(node.free_symbols) if node.args[0] == -1 else 0.0
    return total + _chain(f for f in arrays if f != -1) + signs


def _chain(operands: Iterable[Basic]) -> float:
    """Combining operands two at a time, the smallest first."""
    ordered = sorted((frozenset(_axes(op)) for op in operands), key=extent)
    total, axes = 0.0, ordered[0]
    for other in ordered[1:]:
        axes |= other
        total += extent(axes)
    return total


def _axes(node: Basic) -> set[Basic]:
    return {symbol for symbol in node.free_symbols if isinstance(symbol, Index)}


@cache
def is_contraction(node: Basic) -> bool:
    """Whether a sum runs over a product larger than each of its factors: a matrix product."""
    if not (isinstance(node, Reduction) and node.word == "sum" and node.body.is_Mul):
        return False
    whole = _axes(node.body)
    return all(_axes(factor) < whole for factor in node.body.args)

"""What an expression costs to compute on arrays: operations, each weighted with its size.

The weights are a target's (`symbp.ops.Costs`); nothing here knows which.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy
from sympy import Basic, Expr

from symbp.calculus.indices import BINDERS
from symbp.calculus.nodes import Delta
from symbp.notation.expression import Entry, Index, Maximum, Minimum, Reduction, Size, Where
from symbp.ops import Costs, kinds

__all__ = ["Pricing", "is_contraction", "pricing"]

SPECIAL = kinds(lambda function: function.special)
DEAR_POWER = 5


class Pricing:
    """The prices of expressions on one target.

    Args:
        costs: of single operations.
    """

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self._absolute = {sympy.Abs: costs.absolute, sympy.sign: costs.sign}
        self.cost = cache(self._cost_of)
        self.price = cache(self._price_of)

    def extent(self, indices: Iterable[Basic]) -> float:
        """The nominal number of entries of an array with these axes."""
        total = 1.0
        for index in indices:
            if isinstance(index, Index):
                total *= self._costs.leading_length if index.variadic else self._costs.length
        return total

    def _cost_of(self, *expressions: Expr) -> float:
        """The cost of computing all the expressions, each distinct subexpression once."""
        seen: set[Basic] = set()
        return sum(self._cost(expression, seen) for expression in expressions)

    def _price_of(self, *expressions: Expr) -> float:
        """The cost, and for every division by a tensor the risk that an entry is tiny or 0."""
        divided = {
            power
            for expression in expressions
            for power in expression.atoms(sympy.Pow)
            if power.exp.is_number and power.exp.is_negative and power.base.has(Entry)
        }
        risk = self._costs.division_risk
        return self.cost(*expressions) + sum(risk * self.extent(p.free_symbols) for p in divided)

    def _cost(self, node: Basic, seen: set[Basic]) -> float:
        if node in seen or isinstance(node, Entry | Index | Size) or not node.args:
            return 0.0
        seen.add(node)
        if node.is_Mul:
            return self._product(node, seen)
        parts = node.args
        if node.is_Add:
            parts = [-arg if arg.is_Mul and arg.args[0] == -1 else arg for arg in parts]
        children = sum(self._cost(arg, seen) for arg in parts if not isinstance(arg, Index))
        return children + self._operation(node)

    def _operation(self, node: Basic) -> float:
        size = self.extent(node.free_symbols)
        if isinstance(node, BINDERS):
            whole = self.extent(node.body.free_symbols)
            if isinstance(node, Reduction) and is_contraction(node):
                return self._costs.contraction * whole
            return whole
        if node.is_Add:
            negatives = sum(1 for arg in node.args if arg.could_extract_minus_sign())
            extra = self._costs.negation if negatives == len(node.args) else 0.0
            return self._chain(node.args) + extra * size
        if node.is_Pow:
            return self._power(node.exp) * size
        if isinstance(node, Where):
            return self._costs.choice * size
        if isinstance(node, Maximum | Minimum | Delta) or node.is_Relational:
            return size
        if isinstance(node, SPECIAL):
            return self._costs.special_function * size
        return self._absolute.get(node.func, self._costs.function) * size

    def _power(self, exponent: Expr) -> float:
        if exponent.is_Integer:
            magnitude = abs(int(exponent))
            inverse = self._costs.division if exponent < 0 else 0.0
            return inverse + (magnitude - 1 if magnitude < DEAR_POWER else self._costs.power)
        if exponent.is_Rational and exponent.q == 2 and abs(exponent.p) < 8:
            return self._costs.root + self._power(sympy.Integer(exponent.p))
        return self._costs.power

    def _product(self, node: Expr, seen: set[Basic]) -> float:
        """A product combines its smallest factors first; a factor -1 is half an operation."""
        total = 0.0
        arrays = []
        for factor in node.args:
            if isinstance(factor, Size):  # a length multiplied in is a mean that was not taken
                total += self._costs.length_factor * self.extent(node.free_symbols)
            if factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
                total += self._cost(factor.base, seen)
                total += (self._power(factor.exp) - 1.0) * self.extent(factor.free_symbols)
            else:
                total += self._cost(factor, seen)
            arrays.append(factor)
        signs = self._costs.negation * self.extent(node.free_symbols) if node.args[0] == -1 else 0.0
        return total + self._chain(f for f in arrays if f != -1) + signs

    def _chain(self, operands: Iterable[Basic]) -> float:
        """Combining operands two at a time, the smallest first."""
        ordered = sorted((frozenset(_axes(op)) for op in operands), key=self.extent)
        total, axes = 0.0, ordered[0]
        for other in ordered[1:]:
            axes |= other
            total += self.extent(axes)
        return total


@cache
def pricing(costs: Costs) -> Pricing:
    """The prices with some costs; asked again, with all that was priced before."""
    return Pricing(costs)


def _axes(node: Basic) -> set[Basic]:
    return {symbol for symbol in node.free_symbols if isinstance(symbol, Index)}


@cache
def is_contraction(node: Basic) -> bool:
    """Whether a sum runs over a product larger than each of its factors: a matrix product."""
    if not (isinstance(node, Reduction) and node.word == "sum" and node.body.is_Mul):
        return False
    whole = _axes(node.body)
    return all(_axes(factor) < whole for factor in node.body.args)

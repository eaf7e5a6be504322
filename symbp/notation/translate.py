"""From a SymPy expression, handed in from Python, to the syntax tree of an equation.

It takes the same way as a text from there on, so that all the checks are made once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy
from sympy import Basic, Expr, Rational

from symbp.errors import NotationError, Place
from symbp.notation.expression import Differs, Maximum, Minimum, Where
from symbp.notation.functions import FUNCTIONS
from symbp.notation.names import nearest
from symbp.notation.source import Source
from symbp.notation.tree import (
    Access,
    Call,
    Compare,
    Constant,
    Logic,
    Name,
    Node,
    Number,
    Statement,
)
from symbp.ops import BY_KIND, stop_gradient

__all__ = ["equation_of"]

MAX_NODES = 2_000
MAX_DEPTH = 100
MAX_BITS = 1_024

_FUNCTIONS: Mapping[type[Basic], str] = MappingProxyType(
    {kind: one.name for kind, one in BY_KIND.items() if one.name in FUNCTIONS}
    | {
        stop_gradient: "stop_gradient",
        sympy.Pow: "power",
        sympy.Max: "maximum",
        sympy.Min: "minimum",
        Maximum: "maximum",
        Minimum: "minimum",
    }
)
_RELATIONS: Mapping[type[Basic], str] = MappingProxyType(
    {
        sympy.StrictLessThan: "<",
        sympy.LessThan: "<=",
        sympy.StrictGreaterThan: ">",
        sympy.GreaterThan: ">=",
        sympy.Equality: "==",
        sympy.Unequality: "!=",
        Differs: "!=",
    }
)
_LOGIC: Mapping[type[Basic], str] = MappingProxyType(
    {sympy.And: "and", sympy.Or: "or", sympy.Not: "not"}
)
_CONSTANTS: Mapping[Basic, str] = MappingProxyType({sympy.pi: "pi", sympy.E: "e", sympy.oo: "inf"})


def equation_of(expression: Expr, place: Place) -> Statement:
    """The equation `y = expression`, elementwise.

    Args:
        expression: of plain symbols, which are tensors or hyper-parameters by name.
        place: the layer.

    Raises:
        NotationError: the expression holds what the notation lacks, or is too large.
    """
    _check_extent(expression, place)
    first = Place(place.file, place.layer, place.key, 1)
    side = _Translator(Source("", first)).expression(expression)
    # Only now is it known that the expression is small enough to be printed.
    return Statement(Source(f"y = {expression}", first), Access(0, "y"), (side,))


def _check_extent(expression: Basic, place: Place) -> None:
    count, depth, level = 0, 0, [expression]
    while level:
        count, depth = count + len(level), depth + 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise NotationError(
                "the SymPy expression is too large: write it as several equations", place
            )
        level = [argument for node in level for argument in node.args]


@dataclass(frozen=True)
class _Translator:
    source: Source

    def expression(self, node: Basic) -> Node:
        for kind, translate in _KINDS.items():
            if isinstance(node, kind):
                return translate(self, node)
        if node in _CONSTANTS:
            return Constant(0, _CONSTANTS[node])
        if node is sympy.S.NegativeInfinity:
            return Call(0, "negative", (Constant(0, "inf"),))
        name = _FUNCTIONS.get(type(node))
        if name is None:
            word = type(node).__name__
            hint = nearest(word, [kind.__name__ for kind in _FUNCTIONS])
            raise self.error(f"SymPy's `{word}` is not part of the notation{hint}")
        if isinstance(node, sympy.Max | sympy.Min):
            # SymPy keeps these in a set.
            return self.chain(name, tuple(sympy.ordered(node.args, warn=False)))
        return Call(0, name, tuple(map(self.expression, node.args)))

    def error(self, message: str) -> NotationError:
        return self.source.error(message)

    def symbol(self, node: Any) -> Node:
        if type(node) is not sympy.Symbol or not node.is_commutative:
            raise self.error(f"`{node}` is not a plain Symbol: indices are written in text")
        return Name(0, node.name)

    def number(self, node: Any) -> Node:
        # A Float's shortest decimal text is what the user wrote.
        value = Rational(str(node)) if isinstance(node, sympy.Float) else node
        if max(abs(value.p), value.q).bit_length() > MAX_BITS:
            raise self.error("the expression holds a number beyond the range of float64")
        if value < 0:
            return Call(0, "negative", (Number(0, -value),))
        return Number(0, value)

    def sum(self, node: Any) -> Node:
        return self.chain("+", node.as_ordered_terms())

    def product(self, node: Any) -> Node:
        return self.chain("*", node.as_ordered_factors())

    def chain(self, function: str, operands: Any) -> Node:
        result, *rest = map(self.expression, operands)
        for operand in rest:
            result = Call(0, function, (result, operand))
        return result

    def choice(self, node: Any) -> Node:
        *cases, (last, otherwise) = node.args
        if otherwise is not sympy.true:
            raise self.error("a Piecewise ends with (value, True), the value everywhere else")
        result = self.expression(last)
        for value, condition in reversed(cases):
            parts = (self.condition(condition), self.expression(value), result)
            result = Call(0, "where", parts)
        return result

    def where(self, node: Any) -> Node:
        condition, yes, no = node.args
        return Call(
            0, "where", (self.condition(condition), self.expression(yes), self.expression(no))
        )

    def condition(self, node: Basic) -> Node:
        if type(node) in _RELATIONS:
            left, right = map(self.expression, node.args)
            return Compare(0, _RELATIONS[type(node)], left, right)
        if type(node) in _LOGIC:
            arguments = sympy.ordered(node.args, warn=False)
            return Logic(0, _LOGIC[type(node)], tuple(map(self.condition, arguments)))
        raise self.error(f"`{node}` is not a comparison")


_KINDS: Mapping[type[Basic], Callable[[_Translator, Any], Node]] = MappingProxyType(
    {
        sympy.Symbol: _Translator.symbol,
        sympy.Rational: _Translator.number,
        sympy.Float: _Translator.number,
        sympy.Add: _Translator.sum,
        sympy.Mul: _Translator.product,
        sympy.Piecewise: _Translator.choice,
        Where: _Translator.where,
    }
)

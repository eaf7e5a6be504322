"""Evaluates a layer's equations by scalar loops, in whatever arithmetic it is handed.

An expression is compiled once, node type by node type from one table, to a closure from a
`Scope` (the tensors, the lengths, the current index values) to a scalar. With multiprecision
numbers as the arithmetic this is the oracle; with SymPy expressions, the certificate's expansion.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any

import numpy as np
import sympy

from symbp.check.scope import Arithmetic, Scope, Value, larger, slot_value, smaller
from symbp.errors import CheckError
from symbp.notation.expression import (
    VARIADIC,
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Reduction,
    Size,
    SumOver,
    Where,
)
from symbp.notation.layer import Assumption, Equation, Layer

__all__ = ["both_sides", "forward"]

Run = Callable[["Scope"], Value]
RELATIONS: Mapping[type, Callable[[Any, Any], bool]] = {
    sympy.Gt: operator.gt,
    sympy.Ge: operator.ge,
    sympy.Lt: operator.lt,
    sympy.Le: operator.le,
    sympy.Eq: operator.eq,
    sympy.Ne: operator.ne,
    Differs: operator.ne,
}


def forward(layer: Layer, scope: Scope, arithmetic: Arithmetic) -> dict[str, np.ndarray]:
    """Evaluates a layer's equations in order.

    Args:
        layer: the layer.
        scope: holds the tensors given from outside; the defined ones are added to it.
        arithmetic: what to compute with.

    Returns:
        Every defined tensor as an object array.
    """
    for equation in layer.equations:
        scope.tensors[equation.target] = _equation(equation, scope, arithmetic)
    return {equation.target: scope.tensors[equation.target] for equation in layer.equations}


def both_sides(
    assumption: Assumption, scope: Scope, arithmetic: Arithmetic
) -> Iterator[tuple[Value, Value]]:
    """The left and the right side of an assumption at every place of its free indices."""
    sides = (assumption.left, assumption.right)
    free = sorted({s for side in sides for s in side.free_symbols if isinstance(s, Index)}, key=str)
    left, right = (_compile(side, arithmetic) for side in sides)
    scope.known.clear()
    for _ in _places(free, scope):
        yield left(scope), right(scope)


def _equation(equation: Equation, scope: Scope, arithmetic: Arithmetic) -> np.ndarray:
    run = _compile(equation.value, arithmetic)
    shape: tuple[int, ...] = ()
    for index in equation.axes:
        length = scope.lengths[index.space]
        if index.variadic:
            shape += _leading(equation, scope, tuple(length))
        else:
            shape += (length,)
    result = np.empty(shape, object)
    scope.known.clear()
    heads = len(shape) - len(equation.axes) + 1 if _is_variadic(equation.axes) else 0
    for place in np.ndindex(*shape):
        if _is_variadic(equation.axes):
            scope.places[equation.axes[0]] = place[:heads]
            scope.places.update(zip(equation.axes[1:], place[heads:], strict=True))
        else:
            scope.places.update(zip(equation.axes, place, strict=True))
        result[place] = run(scope)
    return result


def _is_variadic(axes: tuple[Index, ...]) -> bool:
    return bool(axes) and axes[0].variadic


def _leading(equation: Equation, scope: Scope, default: tuple[int, ...]) -> tuple[int, ...]:
    """The leading shape of an equation: that of the entries it uses, broadcast."""
    shapes = []
    for node in sympy.preorder_traversal(equation.value):
        if isinstance(node, Entry):
            rank = scope.tensors[node.name].ndim
            slots = node.indices
            if slots and isinstance(slots[0], Index) and slots[0].variadic:
                shapes.append(scope.tensors[node.name].shape[: rank - len(slots) + 1])
    return np.broadcast_shapes(*shapes) if shapes else default


def _places(indices: list[Index] | tuple[Index, ...], scope: Scope) -> Iterator[None]:
    """Sets the indices to every combination of their values in turn."""
    ranges = []
    for index in indices:
        length = scope.lengths[index.space]
        ranges.append(list(np.ndindex(*length)) if index.variadic else range(length))
    for values in itertools.product(*ranges):
        scope.places.update(zip(indices, values, strict=True))
        yield


def _compile(node: Any, arithmetic: Arithmetic) -> Run:
    for kind, build in _BUILDERS.items():
        if isinstance(node, kind):
            return build(node, arithmetic)
    if node.is_Number or node.is_NumberSymbol or node in (sympy.oo, -sympy.oo):
        constant = arithmetic.number(node)
        return lambda scope: constant
    function = arithmetic.functions.get(node.func)
    if function is None:
        raise CheckError(f"the oracle does not know the function {node.func.__name__}")
    arguments = [_compile(argument, arithmetic) for argument in node.args]
    return lambda scope: function(*(argument(scope) for argument in arguments))


def _fold(operation: Callable[[Value, Value], Value]) -> Callable[[Any, Arithmetic], Run]:
    def build(node: Any, arithmetic: Arithmetic) -> Run:
        parts = [_compile(argument, arithmetic) for argument in node.args]
        return lambda scope: reduce(operation, (part(scope) for part in parts))

    return build


def _add(node: Any, arithmetic: Arithmetic) -> Run:
    return _fold(arithmetic.add)(node, arithmetic)


def _product(node: Any, arithmetic: Arithmetic) -> Run:
    parts = [_compile(argument, arithmetic) for argument in node.args]
    return lambda scope: arithmetic.product([part(scope) for part in parts])


def _sum(node: Any, arithmetic: Arithmetic) -> Run:
    return _reduction(lambda values: reduce(arithmetic.add, values))(node, arithmetic)


def _maximum(node: Any, arithmetic: Arithmetic) -> Run:
    return _fold(arithmetic.maximum)(node, arithmetic)


def _minimum(node: Any, arithmetic: Arithmetic) -> Run:
    return _fold(arithmetic.minimum)(node, arithmetic)


def _power(node: Any, arithmetic: Arithmetic) -> Run:
    base, exponent = (_compile(argument, arithmetic) for argument in node.args)
    return lambda scope: arithmetic.power(base(scope), exponent(scope))


def _symbol(node: Any, arithmetic: Arithmetic) -> Run:
    return lambda scope: scope.numbers[node.name]


def _index(node: Any, arithmetic: Arithmetic) -> Run:
    return lambda scope: arithmetic.number(sympy.Integer(scope.places[node]))


def _size(node: Any, arithmetic: Arithmetic) -> Run:
    def run(scope: Scope) -> Value:
        length = scope.lengths[node.space]
        count = int(np.prod(length, dtype=int)) if node.space == VARIADIC else int(length)
        return arithmetic.number(sympy.Integer(count))

    return run


def _entry(node: Any, arithmetic: Arithmetic) -> Run:
    name = node.name
    slots = [slot_value(slot) for slot in node.indices]
    zero = arithmetic.number(sympy.Integer(0))
    # Only affine access reads zeros outside the array.
    padded = any(isinstance(slot, sympy.Add | sympy.Mul) for slot in node.indices)

    def run(scope: Scope) -> Value:
        array = scope.tensors[name]
        place: tuple[int, ...] = ()
        for slot in slots:
            value = slot(scope)
            if isinstance(value, tuple):
                # A block of leading axes, aligned to the right and broadcast as NumPy does.
                heads = array.ndim - len(slots) + 1
                value = value[len(value) - heads :]
                place += tuple(0 if n == 1 else v for n, v in zip(array.shape, value, strict=False))
            else:
                place += (value,)
        if any(not 0 <= v < n for v, n in zip(place, array.shape, strict=True)):
            if padded:
                return zero
            raise CheckError(f"{name}{list(place)} is outside its shape {array.shape}")
        value = array[place]
        if array.dtype != object:
            return arithmetic.number(sympy.Integer(int(value)))
        return value

    return run


def _reduction(combine: Callable[[Any], Value]) -> Callable[[Any, Arithmetic], Run]:
    def build(node: Reduction, arithmetic: Arithmetic) -> Run:
        body = _compile(node.body, arithmetic)
        free = sorted((s for s in node.free_symbols if isinstance(s, Index)), key=str)

        def run(scope: Scope) -> Value:
            key = (id(node), *(scope.places[index] for index in free))
            if key not in scope.known:
                scope.known[key] = combine([body(scope) for _ in _places(node.bound, scope)])
            return scope.known[key]

        return run

    return build


def _where(node: Any, arithmetic: Arithmetic) -> Run:
    condition = _condition(node.args[0], arithmetic)
    a, b = (_compile(argument, arithmetic) for argument in node.args[1:])
    return lambda scope: a(scope) if condition(scope) else b(scope)


def _condition(node: Any, arithmetic: Arithmetic) -> Callable[[Scope], bool]:
    if node in (sympy.true, sympy.false):
        return lambda scope: bool(node)
    if isinstance(node, sympy.And | sympy.Or | sympy.Not):
        parts = [_condition(part, arithmetic) for part in node.args]
        if isinstance(node, sympy.Not):
            return lambda scope: not parts[0](scope)
        decide = all if isinstance(node, sympy.And) else any
        return lambda scope: decide(part(scope) for part in parts)
    relation = RELATIONS.get(type(node))
    if relation is None:
        raise CheckError(f"the oracle does not know the condition {node}")
    left, right = (_compile(side, arithmetic) for side in node.args)
    return lambda scope: bool(relation(left(scope), right(scope)))


_BUILDERS: Mapping[type | tuple[type, ...], Callable[[Any, Arithmetic], Run]] = {
    sympy.Add: _add,
    sympy.Mul: _product,
    sympy.Pow: _power,
    Entry: _entry,
    Index: _index,
    sympy.Symbol: _symbol,
    Size: _size,
    SumOver: _sum,
    MaxOver: _reduction(lambda values: reduce(larger, values)),
    MinOver: _reduction(lambda values: reduce(smaller, values)),
    (Maximum, sympy.Max): _maximum,
    (Minimum, sympy.Min): _minimum,
    Where: _where,
}

"""Decomposes equations into elementary nodes: the computational graph of the forward pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

from sympy import Basic, Expr
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFunction

from symbp.calculus.hyperbolic import with_hyperbolics
from symbp.calculus.indices import BINDERS, canonical, rename, replace_entries
from symbp.calculus.nodes import Delta
from symbp.notation.expression import Entry, Index, entries
from symbp.notation.layer import Equation, Layer

__all__ = ["decompose"]


def decompose(layer: Layer, equations: Collection[Equation] | None = None) -> tuple[Equation, ...]:
    """A layer's equations as a graph of elementary nodes, in order.

    Every node applies one operation to entries of earlier tensors and to numbers. The last node
    of an equation keeps the user's name; the others are named u1, u2, ... A subexpression that
    occurs again, up to the names of its indices, is the same node; under a second name of the
    user's it is a copy that nothing else refers to. A hyperbolic function that is written
    out is one operation.

    Args:
        layer: read for names, and for what it hands back.
        equations: derived ones over its tensors; its own unless given.
    """
    equations = layer.equations if equations is None else equations
    taken = {*layer.tensors, *layer.hyper, *(equation.target for equation in equations)}
    taken |= {symbol.name for eq in equations for symbol in eq.value.atoms(Index)}
    numbered = (f"u{number}" for number in count(1))
    names = (name for name in numbered if not {name, f"d{name}"} & taken)
    builder = _Builder(names)
    numbers: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    for equation in equations:
        value = replace_entries(with_hyperbolics(equation.value), numbers)
        if not value.has(Entry, Index):  # a tensor that is a number is that number
            numbers[equation.target] = (equation.axes, value)
            if equation.target not in layer.outputs:
                continue
        builder.add(Equation(equation.target, equation.axes, value, equation.source))
    return tuple(builder.nodes)


class _Builder:
    """Collects nodes in order; the one mutable thing in the explosion."""

    def __init__(self, names: Iterable[str]) -> None:
        self.nodes: list[Equation] = []
        self._names = iter(names)
        self._known: dict[tuple[Expr, tuple[Index, ...]], str] = {}
        self._copies: dict[str, tuple[tuple[Index, ...], Expr]] = {}

    def add(self, equation: Equation) -> None:
        axes = equation.axes
        value = self._operation(replace_entries(equation.value, self._copies), axes)
        first = self._known.setdefault(_key(value, axes), equation.target)
        if first != equation.target:
            value = Entry(first, *axes)
            self._copies[equation.target] = (axes, value)
        self.nodes.append(Equation(equation.target, axes, value, equation.source))

    def _operation(self, expression: Expr, order: tuple[Index, ...]) -> Expr:
        """The expression's outermost operation, applied to entries and numbers only."""
        if isinstance(expression, BINDERS):
            return expression.func(
                self._operand(expression.body, order + expression.bound), *expression.bound
            )
        if isinstance(expression, Entry) or not _has_entry(expression):
            return expression
        return expression.func(*(self._operand(arg, order) for arg in expression.args))

    def _operand(self, expression: Basic, order: tuple[Index, ...]) -> Basic:
        """An expression as an operand: entries, numbers, conditions and deltas stay as they are."""
        is_condition = isinstance(expression, Boolean | Relational | BooleanFunction | Delta)
        if is_condition or isinstance(expression, Entry) or not _has_entry(expression):
            return expression
        axes = _axes(expression, order)
        value = self._operation(expression, axes)
        key = _key(value, axes)
        if key not in self._known:
            name = next(self._names)
            self._known[key] = name
            self.nodes.append(Equation(name, axes, value))
        return Entry(self._known[key], *axes)


def _has_entry(expression: Basic) -> bool:
    return expression.has(Entry)


def _axes(expression: Expr, order: tuple[Index, ...]) -> tuple[Index, ...]:
    """The free indices as they first appear in the operands, so that where the expression stands
    does not matter.
    """
    own = [index for entry in entries(expression) for index in entry.indices]
    free = expression.free_symbols
    axes = [index for index in dict.fromkeys([*own, *order]) if index in free]
    return tuple(sorted(axes, key=lambda index: not index.variadic))


def _key(value: Expr, axes: tuple[Index, ...]) -> tuple[Expr, tuple[Index, ...]]:
    """Equal for operations that are equal up to the names of their indices."""
    own = tuple(Index(f"@{position}", axis.space) for position, axis in enumerate(axes))
    return canonical(rename(value, dict(zip(axes, own, strict=True)))), own

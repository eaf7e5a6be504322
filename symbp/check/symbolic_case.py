"""Arguments made of symbols, at a sample point and on the surface of the assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symbp.check import subject
from symbp.check.data import Data, lengths, plain
from symbp.check.digits import CONTEXT, evaluate
from symbp.check.scope import Scope
from symbp.check.symbolic import Symbolic, arithmetic, lift
from symbp.check.walk import both_sides, forward
from symbp.notation.layer import Layer

__all__ = ["CannotRunError", "SymbolicCase", "symbolic_case", "symbolic_scope", "symbols_like"]


class CannotRunError(Exception):
    """Symbols cannot take the place of numbers here."""


@dataclass(frozen=True)
class SymbolicCase:
    """Symbolic arguments at one shape.

    Args:
        arrays: what the emitted class is given.
        symbols: the symbol of every entry that a gradient is taken by.
        values: the sample point.
    """

    arrays: Mapping[str, np.ndarray]
    symbols: Mapping[str, Any]
    values: dict[Any, Any]


def symbolic_case(layer: Layer, data: Data, rng: np.random.Generator) -> SymbolicCase:
    """The data with a symbol for every floating entry.

    Args:
        layer: the layer.
        data: floating arguments, near which the sample point lies.
        rng: makes the point generic.

    Returns:
        The case, on the surface of the layer's assumptions.

    Raises:
        CannotRunError: an assumption cannot be solved for an entry of a constant.
    """
    values: dict[Any, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, array in data.arrays.items():
        if array.dtype.kind != "f":
            arrays[name] = array
            continue
        arrays[name] = symbols_like(name, array, values, rng)
    symbols = {name: arrays[name].copy() for name in subject.differentiable(layer)}
    return SymbolicCase(_assumed(layer, data, arrays, values), symbols, values)


def symbols_like(
    name: str,
    array: np.ndarray,
    values: dict[Any, Any],
    rng: np.random.Generator | None = None,
) -> np.ndarray:
    """One symbol for every entry of an array; their numbers are added to `values`.

    With a generator the numbers are moved a little, to a generic point: no ties, no exact zeros.
    """
    result = np.empty(array.shape, object)
    for place in np.ndindex(*array.shape):
        symbol = sympy.Symbol(f"{name}{list(place)}", real=True)
        values[symbol] = CONTEXT.mpf(float(array[place]))
        if rng is not None:
            values[symbol] += CONTEXT.mpf(int(rng.integers(1, 10**9))) / 10**13
        result[place] = Symbolic(symbol, values[symbol])
    return result


def symbolic_scope(layer: Layer, data: Data, arrays: Mapping[str, np.ndarray]) -> Scope:
    """Where the equations are expanded."""
    seen = plain(layer, Data(dict(arrays), data.hyper))
    hyper = {name: lift(data.hyper[name]) for name in layer.hyper}
    return Scope(dict(seen), lengths(layer, seen), hyper)


def _assumed(
    layer: Layer, data: Data, arrays: dict[str, np.ndarray], values: dict[Any, Any]
) -> dict[str, np.ndarray]:
    """The arguments on the assumptions' surface: one entry of each is solved for."""
    for assumption in layer.assumptions:
        scope = symbolic_scope(layer, data, arrays)
        table = arithmetic()
        forward(layer, scope, table)
        solved: dict[Any, Expr] = {}
        for left, right in both_sides(assumption, scope, table):
            gap = sympy.expand((left - right).expr.subs(solved))
            if gap == 0:
                continue
            symbol = _linear_symbol(layer, arrays, gap)
            if symbol is None:
                raise CannotRunError(
                    f"the assumption {assumption.source} is not linear in a constant"
                )
            slope = sympy.diff(gap, symbol)
            solution = sympy.expand(symbol - gap / slope)
            solved = {s: e.subs(symbol, solution) for s, e in solved.items()}
            solved[symbol] = solution
        for symbol in solved:
            del values[symbol]
        arrays = {name: _substituted(array, solved, values) for name, array in arrays.items()}
    return arrays


def _linear_symbol(layer: Layer, arrays: Mapping[str, np.ndarray], gap: Expr) -> Any:
    for name in layer.constants:
        if arrays[name].dtype == object:
            for entry in reversed(arrays[name].ravel().tolist()):
                if entry.expr in gap.free_symbols:
                    slope = sympy.diff(gap, entry.expr)
                    if slope.is_number and slope != 0:
                        return entry.expr
    return None


def _substituted(array: Any, solved: dict[Any, Expr], values: dict[Any, Any]) -> np.ndarray:
    if array.dtype != object:
        return array
    result = np.empty(array.shape, object)
    for place in np.ndindex(*array.shape):
        expr = array[place].expr.xreplace(solved)
        result[place] = Symbolic(expr, evaluate(expr, values))
    return result

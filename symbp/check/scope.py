"""Where an expression is evaluated, and with what; and the values of its indices."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symbp.errors import CheckError
from symbp.notation.expression import Entry, Index, Size

__all__ = ["Arithmetic", "Scope", "Value", "larger", "multiplied", "slot_value", "smaller"]

Value = Any


def larger(a: Value, b: Value) -> Value:
    """The larger of two scalars, the first at a tie; nan if one is, as NumPy has it."""
    return a if a >= b or a != a else b


def smaller(a: Value, b: Value) -> Value:
    """The smaller of two scalars, the first at a tie; nan if one is, as NumPy has it."""
    return a if a <= b or a != a else b


def multiplied(factors: Iterable[Value]) -> Value:
    """The product of scalars, from left to right."""
    return reduce(operator.mul, factors)


@dataclass(frozen=True)
class Arithmetic:
    """Scalars to compute with; `*` and comparisons are the values' own.

    Args:
        number: from a SymPy number to a scalar.
        power: from base and exponent to a scalar.
        functions: from a SymPy function class to a function of scalars.
        add: the sum of two scalars.
        maximum, minimum: of two scalars, where a tie matters.
        product: of all factors.
    """

    number: Callable[[Expr], Value]
    power: Callable[[Value, Value], Value]
    functions: Mapping[type, Callable[..., Value]]
    add: Callable[[Value, Value], Value] = operator.add
    maximum: Callable[[Value, Value], Value] = larger
    minimum: Callable[[Value, Value], Value] = smaller
    product: Callable[[Iterable[Value]], Value] = multiplied


@dataclass
class Scope:
    """Where the expression is evaluated.

    Args:
        tensors: object arrays of scalars, and integer arrays, by name; `*i` axes flattened.
        lengths: the length of every index space; a tuple of lengths for `...`.
        numbers: the scalars of hyper-parameters by name.
        places: the current value of every index.
        known: reductions that were evaluated before in the same equation.
    """

    tensors: dict[str, np.ndarray]
    lengths: Mapping[str, Any]
    numbers: Mapping[str, Value]
    places: dict[Index, Any] = field(default_factory=dict)
    known: dict[Any, Value] = field(default_factory=dict)


def slot_value(slot: Any) -> Callable[[Scope], Any]:
    """One index of an entry: a name, a whole number, or integer arithmetic on these."""
    if isinstance(slot, Index):
        return lambda scope: scope.places[slot]
    if isinstance(slot, Entry):
        inner = [slot_value(index) for index in slot.indices]

        def gather(scope: Scope) -> int:
            place: tuple[int, ...] = ()
            for run in inner:
                value = run(scope)
                place += value if isinstance(value, tuple) else (value,)
            return int(scope.tensors[slot.name][place])

        return gather
    if isinstance(slot, sympy.Integer):
        literal = int(slot)
        return lambda scope: literal
    if isinstance(slot, Size):
        return lambda scope: int(np.prod(scope.lengths[slot.space], dtype=int))
    if isinstance(slot, sympy.Add | sympy.Mul):
        parts = [slot_value(part) for part in slot.args]
        operation = operator.add if isinstance(slot, sympy.Add) else operator.mul
        return lambda scope: reduce(operation, (part(scope) for part in parts))
    if slot.is_Symbol:
        return lambda scope: int(scope.numbers[slot.name])
    raise CheckError(f"the oracle cannot use {slot} as an index")

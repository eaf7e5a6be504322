"""The value of an expression at given indices: compiled once, node type by node type."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import reduce
from typing import Any, TypeAlias

import sympy
from sympy import Basic, Expr, Symbol
from sympy.logic.boolalg import BooleanAtom

from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.calculus.numeric.arrays import Array, Lengths
from symbp.calculus.numeric.exact import (
    Real,
    add,
    aligned,
    constant,
    function,
    is_undefined,
    multiply,
    power,
    total,
)
from symbp.errors import SymbpError
from symbp.notation.expression import (
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Size,
    SumOver,
    Where,
    free_indices,
)

__all__ = ["Compiler"]

Places: TypeAlias = Mapping[Index, int]
Run: TypeAlias = Callable[[Places], Any]


class Compiler:
    """Turns expressions into functions of the values of their indices.

    Args:
        tensors: what entries are read from; a symbol that is no index is a tensor without axes.
        lengths: of the indices.
        gates: tensors whose zeros are exact: a product with one is 0, whatever its other factors.
    """

    def __init__(
        self, tensors: Mapping[str, Array], lengths: Lengths, gates: Collection[str] = ()
    ) -> None:
        self.tensors = tensors
        self.lengths = lengths
        self.gates = gates
        self._known: dict[Basic, Run] = {}

    def compile(self, node: Basic) -> Run:
        """A function of the free indices; the same expression is compiled once."""
        if node not in self._known:
            rules = (build for kind, build in _RULES.items() if isinstance(node, kind))
            self._known[node] = next(rules, _function)(self, node)
        return self._known[node]

    def places(self, indices: Iterable[Index]) -> Iterable[tuple[int, ...]]:
        """Every combination of the values of some indices, the last one fastest."""
        return itertools.product(*(range(self.lengths[index.space]) for index in indices))


def _number(compiler: Compiler, node: Any) -> Run:
    value = constant(node)
    return lambda places: value


def _truth(compiler: Compiler, node: Any) -> Run:
    return lambda places: bool(node)


def _index(compiler: Compiler, node: Any) -> Run:
    return lambda places: places[node]


def _symbol(compiler: Compiler, node: Any) -> Run:
    (value,) = _tensor(compiler, node.name).entries
    return lambda places: value


def _size(compiler: Compiler, node: Any) -> Run:
    length = compiler.lengths[node.space]
    return lambda places: length


def _entry(compiler: Compiler, node: Any) -> Run:
    array = _tensor(compiler, node.name)
    slots = [compiler.compile(slot) for slot in node.indices]

    def run(places: Places) -> Real:
        position = 0
        for axis, (slot, length) in enumerate(zip(slots, array.shape, strict=True)):
            place = slot(places)
            if not isinstance(place, int) or not 0 <= place < length:
                raise SymbpError(
                    f"`{node}` reads `{node.name}` at {place} along axis {axis}: write integers "
                    f"from 0 to {length - 1}"
                )
            position = position * length + place
        return array.entries[position]

    return run


def _tensor(compiler: Compiler, name: str) -> Array:
    if name not in compiler.tensors:
        raise SymbpError(f"`{name}` has no value: give it a number or an array")
    return compiler.tensors[name]


def _reduction(combine: Callable[[list[Real]], Real]) -> Callable[[Compiler, Any], Run]:
    """Reduces over the bound indices, once for every value of the free ones."""

    def build(compiler: Compiler, node: Any) -> Run:
        body = compiler.compile(node.body)
        bound, free = node.bound, free_indices(node)
        ranges = list(compiler.places(bound))
        known: dict[tuple[int, ...], Real] = {}

        def run(places: Places) -> Real:
            key = tuple(places[index] for index in free)
            if key not in known:
                inner = dict(zip(free, key, strict=True))
                known[key] = combine(
                    [body({**inner, **dict(zip(bound, at, strict=True))}) for at in ranges]
                )
            return known[key]

        return run

    return build


def _first(beats: Callable[[Real, Real], bool]) -> Callable[[list[Real]], int]:
    """Where the first extreme value stands; where the first stands that is not a number."""

    def find(values: list[Real]) -> int:
        best = 0
        for place, value in enumerate(values):
            if is_undefined(value):
                return place
            if beats(*aligned(value, values[best])):
                best = place
        return best

    return find


def _extreme(beats: Callable[[Real, Real], bool]) -> Callable[[list[Real]], Real]:
    find = _first(beats)
    return lambda values: values[find(values)]


def _of_arguments(combine: Callable[[list[Any]], Any]) -> Callable[[Compiler, Any], Run]:
    """Computes all the arguments and combines them."""

    def build(compiler: Compiler, node: Any) -> Run:
        runs = [compiler.compile(argument) for argument in node.args]
        return lambda places: combine([run(places) for run in runs])

    return build


def _function(compiler: Compiler, node: Any) -> Run:
    compute = function(node.func)
    return _of_arguments(lambda values: compute(*values))(compiler, node)


def _relation(holds: Callable[[Any, Any], bool]) -> Callable[[Compiler, Any], Run]:
    return _of_arguments(lambda sides: bool(holds(*aligned(*sides))))


def _product(compiler: Compiler, node: Any) -> Run:
    """A product; a delta or a gradient that is 0 ends it before the other factors are looked at."""

    def is_gate(factor: Expr) -> bool:
        return isinstance(factor, Delta) or (
            isinstance(factor, Entry) and factor.name in compiler.gates
        )

    gates = [compiler.compile(factor) for factor in node.args if is_gate(factor)]
    rest = [compiler.compile(factor) for factor in node.args if not is_gate(factor)]

    def run(places: Places) -> Real:
        product: Real = 1
        for gate in gates:
            product = multiply(product, gate(places))
            if product == 0:
                return 0
        return reduce(multiply, (factor(places) for factor in rest), product)

    return run


def _where(compiler: Compiler, node: Any) -> Run:
    condition, yes, no = (compiler.compile(argument) for argument in node.args)
    return lambda places: yes(places) if condition(places) else no(places)


_RULES: Mapping[type, Callable[[Compiler, Any], Run]] = {
    Index: _index,
    Symbol: _symbol,
    Entry: _entry,
    Size: _size,
    sympy.Number: _number,
    sympy.NumberSymbol: _number,
    SumOver: _reduction(total),
    MaxOver: _reduction(_extreme(operator.gt)),
    MinOver: _reduction(_extreme(operator.lt)),
    ArgMaxOver: _reduction(_first(operator.gt)),
    ArgMinOver: _reduction(_first(operator.lt)),
    Maximum: _of_arguments(_extreme(operator.gt)),
    Minimum: _of_arguments(_extreme(operator.lt)),
    Delta: _of_arguments(lambda pair: int(pair[0] == pair[1])),
    Where: _where,
    sympy.Add: _of_arguments(lambda terms: reduce(add, terms)),
    sympy.Mul: _product,
    sympy.Pow: _of_arguments(lambda pair: power(*pair)),
    BooleanAtom: _truth,
    sympy.And: _of_arguments(all),
    sympy.Or: _of_arguments(any),
    sympy.Not: _of_arguments(lambda values: not values[0]),
    sympy.Gt: _relation(operator.gt),
    sympy.Ge: _relation(operator.ge),
    sympy.Lt: _relation(operator.lt),
    sympy.Le: _relation(operator.le),
    sympy.Eq: _relation(operator.eq),
    sympy.Ne: _relation(operator.ne),
    Differs: _relation(operator.ne),
}
"""How each kind of node is compiled; what is in no row is a function on numbers."""

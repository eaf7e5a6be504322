"""Reads `1 - u` as s where the forward pass has computed both s and `u = 1 - s`."""

from __future__ import annotations

from sympy import Expr

from symbp.calculus.derivation import Log
from symbp.calculus.indices import replace_entries, transform
from symbp.notation.expression import Entry, Index
from symbp.notation.layer import Equation

__all__ = ["is_linear", "with_known_complements"]


def with_known_complements(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    log: Log,
) -> tuple[Equation, ...]:
    """Writes `1 - u` of an unnamed `u = 1 - s` as s: where u is nearly 1 it had lost its digits."""
    linear = {n.target: (n.axes, n.value) for n in nodes if n.target not in known}
    linear = {name: item for name, item in linear.items() if is_linear(item[1])}
    complements: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    for name, (axes, value) in linear.items():
        while {entry.name for entry in value.atoms(Entry)} & linear.keys():
            value = replace_entries(value, linear)
        number, rest = value.as_coeff_Add()
        if number != 0 and isinstance(-rest, Entry):
            complements[name] = axes, value

    def read(node: Expr) -> Expr:
        if not node.is_Add:
            return node
        for term in node.args:
            if isinstance(-term, Entry) and (-term).name in complements:
                opened = replace_entries(term, complements)
                if opened.as_coeff_Add()[0] == -node.as_coeff_Add()[0]:
                    return node - term + opened
        return node

    return tuple(log.note("known value", eq, transform(eq.value, read)) for eq in equations)


def is_linear(value: Expr) -> bool:
    """Whether a node is a sum, or a number times an entry."""
    if value.is_Mul:
        return sum(factor.has(Entry) for factor in value.args) == 1
    return value.is_Add

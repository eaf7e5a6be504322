"""What is known of a node's sign, from its definition and those of its operands."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Dummy, Expr, Symbol

from symbp.notation.expression import Entry, Reduction
from symbp.notation.layer import Equation

__all__ = ["sign_symbols"]


def sign_symbols(nodes: tuple[Equation, ...]) -> Mapping[str, Symbol]:
    """For every node a real symbol that carries what SymPy can conclude of the node's sign.

    A node that is a negative power is never 0 where it is finite; an exponential is positive.
    """
    symbols: dict[str, Symbol] = {}
    for node in nodes:
        value = _over_symbols(node.value, symbols)
        facts = {"real": True}
        if value.is_positive:
            facts["positive"] = True
        elif value.is_nonnegative:
            facts["nonnegative"] = True
        elif value.is_zero is False or (value.is_Pow and value.exp.is_negative):
            facts["nonzero"] = True
        symbols[node.target] = Dummy(node.target, **facts)
    return symbols


def _over_symbols(value: Expr, symbols: Mapping[str, Symbol]) -> Expr:
    if isinstance(value, Reduction):
        return _over_symbols(value.body, symbols)
    known = {entry: symbols[entry.name] for entry in value.atoms(Entry) if entry.name in symbols}
    return value.xreplace(known)

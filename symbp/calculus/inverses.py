"""Definitions read backwards: `T = f(B, ...)` as `B = g(T, ...)`."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Dummy, Expr

from symbp.notation.expression import Entry, Index
from symbp.notation.layer import Equation

__all__ = ["Inverse", "inverses"]


@dataclass(frozen=True)
class Inverse:
    """`operand[axes] = value`, read from the definition of `result`."""

    operand: str
    axes: tuple[Index, ...]
    value: Expr
    result: str


def inverses(nodes: tuple[Equation, ...]) -> tuple[Inverse, ...]:
    """Every definition that can be solved for one of its operands, the last node first."""
    found = []
    for node in reversed(nodes):
        for operand in sorted(node.value.atoms(Entry), key=str):
            inverse = _solve(node, operand)
            if inverse is not None:
                found.append(inverse)
    return tuple(found)


def _solve(node: Equation, operand: Entry) -> Inverse | None:
    if set(operand.indices) != set(node.axes) or len(operand.indices) != len(node.axes):
        return None
    unknown = Dummy("operand")
    value = node.value.xreplace({operand: unknown})
    if any(entry.name == operand.name for entry in value.atoms(Entry)):
        return None
    solution = _invert(value, unknown, Entry(node.target, *node.axes))
    if solution is None:
        return None
    axes = tuple(index for index in operand.indices if isinstance(index, Index))
    return Inverse(operand.name, axes, solution, node.target)


def _invert(value: Expr, unknown: Dummy, result: Entry) -> Expr | None:
    """Solves an elementary operation for its operand: a sum, a product or a power.

    A sum is solved only where the other terms are numbers: `y - x` of two tensors would lose
    digits. A product is divided by its other factors; whoever uses that must see to it that no
    such division is left.
    """
    rest, dependent = value.as_independent(unknown)
    if value.is_Add and not rest.has(Entry):
        coefficient = dependent.coeff(unknown)
        return (result - rest) / coefficient if coefficient.is_number else None
    if value.is_Mul and dependent == unknown:
        return result / rest
    if value.is_Pow and value.base == unknown and value.exp.is_Rational:
        inverse = 1 / value.exp
        return result**inverse if abs(inverse) in (1, 2, 3, 4) else None
    return None

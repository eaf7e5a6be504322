"""Choices that go by a name: where they stand, and what they are."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Basic, Expr

from symbp.calculus.bounds import has_unbounded_exponential
from symbp.calculus.definitions import MAX_OPENED, with_definitions
from symbp.calculus.indices import BINDERS, instantiate
from symbp.calculus.known_values import is_linear
from symbp.notation.expression import Entry, Where, free_indices
from symbp.notation.layer import Equation
from symbp.ops import erfc

__all__ = ["choices_in", "does_saturate", "with_choices"]

Definitions = Mapping[str, Equation]


def choices_in(value: Expr, definitions: Definitions) -> list[Where]:
    """The choices in an expression, outer ones first, with those that go by a name.

    Those are left out whose conditions ask for an index that a sum in the expression runs over.

    Args:
        value: any expression.
        definitions: the equations of the tensors that may be looked into.
    """
    found: dict[Where, None] = {}

    def visit(node: Basic, bound: frozenset[Basic]) -> None:
        node = _definition(node, definitions)
        if isinstance(node, Entry):
            return
        if isinstance(node, Where) and not node.args[0].free_symbols & bound:
            found[node] = None
        inner = bound | set(node.bound) if isinstance(node, BINDERS) else bound
        for arg in node.args:
            visit(arg, inner)

    visit(value, frozenset())
    return list(found)


def with_choices(value: Expr, condition: Basic, definitions: Definitions) -> Expr:
    """The expression with the definitions put in that lead to a choice by a condition."""

    def visit(node: Basic) -> Basic:
        opened = _definition(node, definitions)
        if opened != node:
            return visit(opened) if _leads_to(opened, condition, definitions) else node
        if not node.args or isinstance(node, Entry):
            return node
        args = [visit(arg) for arg in node.args]
        return node.func(*args) if tuple(args) != node.args else node

    return visit(value)


def does_saturate(value: Expr, definitions: Definitions) -> bool:
    """Whether it is made of exponentials or error functions, with the definitions put in.

    Of a choice its branches are asked.
    """
    if isinstance(value, Where):
        return any(does_saturate(branch, definitions) for branch in value.args[1:])
    whole = with_definitions(Equation("", free_indices(value), value), definitions, MAX_OPENED)
    return has_unbounded_exponential(whole.value) or whole.value.has(sympy.erf, erfc)


def _leads_to(value: Expr, condition: Basic, definitions: Definitions) -> bool:
    return any(choice.args[0] == condition for choice in choices_in(value, definitions))


def _definition(node: Basic, definitions: Definitions) -> Basic:
    """What an entry is, if that is a choice, or a sum, a multiple or a power that may hold one."""
    definition = definitions.get(node.name) if isinstance(node, Entry) else None
    if definition is None or not _may_hold_one(definition.value):
        return node
    return instantiate(definition.value, definition.axes, node.indices)


def _may_hold_one(value: Expr) -> bool:
    if value.is_Pow:
        return bool(value.exp.is_Integer)
    return isinstance(value, Where) or is_linear(value)

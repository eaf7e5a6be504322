"""Definitions put in for the tensors that an equation mentions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import sympy
from sympy.core.relational import Relational

from symbp.calculus.indices import canonical, replace_entries
from symbp.notation.expression import Differs, Entry
from symbp.notation.layer import Equation

__all__ = ["QUESTIONS", "names_asked", "names_in", "with_definitions"]


QUESTIONS = (Relational, Differs, sympy.sign)
"""Nodes of which only an order or a sign matters."""


def names_in(equations: Iterable[Equation]) -> set[str]:
    """The names of the tensors on the right sides."""
    return {entry.name for equation in equations for entry in equation.value.atoms(Entry)}


def names_asked(equations: Iterable[Equation]) -> set[str]:
    """The names of the tensors that conditions and signs on the right sides ask."""
    return {
        entry.name
        for equation in equations
        for question in equation.value.atoms(*QUESTIONS)
        for entry in question.atoms(Entry)
    }


def with_definitions(
    equation: Equation, definitions: Mapping[str, Equation], limit: float = math.inf
) -> Equation:
    """The equation with the given tensors' definitions put in, all the way or up to a length.

    Args:
        equation: any equation.
        definitions: equations by target.
        limit: of operations; an equation that would get longer is handed back as it is.
    """
    value, before = equation.value, None
    while value != before:  # an entry that is an index of another entry stays
        names = {entry.name for entry in value.atoms(Entry)} & definitions.keys()
        if sympy.count_ops(value) > limit:
            return equation
        values = {name: (definitions[name].axes, definitions[name].value) for name in names}
        value, before = replace_entries(value, values), value
    return Equation(equation.target, equation.axes, canonical(value), equation.source)

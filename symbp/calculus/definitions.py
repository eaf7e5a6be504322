"""Definitions put in for the tensors that an equation mentions."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

import sympy
from sympy import Expr
from sympy.core.relational import Relational

from symbp.calculus.indices import canonical, instantiate, replace_entries
from symbp.notation.expression import Differs, Entry
from symbp.notation.layer import Equation, Layer

__all__ = [
    "MAX_OPENED",
    "QUESTIONS",
    "defined",
    "live",
    "names_asked",
    "names_divided_by",
    "names_in",
    "unnamed",
    "with_definitions",
]

MAX_OPENED = 250
"""How many operations an equation may have that is looked at with all definitions put in."""
QUESTIONS = (Relational, Differs, sympy.sign)
"""Nodes of which only an order or a sign matters."""


def defined(value: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """What an entry of a computed tensor is by its definition; anything else is itself."""
    if not isinstance(value, Entry) or value.name not in definitions:
        return value
    definition = definitions[value.name]
    return instantiate(definition.value, definition.axes, value.indices)


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


def names_divided_by(values: Iterable[Expr]) -> set[str]:
    """The names of the tensors in divisors, as p in the slope of its logarithm.

    Where such a tensor underflows, what divides by it is infinite by itself; put in, it meets what
    it cancels against.
    """
    return {
        entry.name
        for value in values
        for power in value.atoms(sympy.Pow)
        if power.exp.could_extract_minus_sign()
        for entry in power.base.atoms(Entry)
    }


def live(equations: Iterable[Equation], wanted: Collection[str]) -> tuple[Equation, ...]:
    """The equations, in order, that something wanted depends on."""
    found: list[Equation] = []
    needed = set(wanted)
    for equation in reversed(list(equations)):
        if equation.target in needed:
            found.append(equation)
            needed |= names_in([equation])
    return tuple(reversed(found))


def unnamed(layer: Layer, nodes: Iterable[Equation]) -> dict[str, Equation]:
    """The nodes by target that the user gave no name."""
    return {node.target: node for node in nodes if node.target not in layer.tensors}


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

"""Assembles what is computed: which nodes exist as arrays, going forward and going backward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr

from symbp.calculus.bounds import growing_exponentials, has_growing_exponential
from symbp.calculus.complement import complemented
from symbp.calculus.contractions import closed, made_of, reduced
from symbp.calculus.definitions import MAX_OPENED, live, names_in, with_definitions
from symbp.calculus.deltas import by_delta, from_deltas
from symbp.calculus.derivation import Log
from symbp.calculus.empty import empty_sums, returning, with_empty_sums
from symbp.calculus.function import Linear
from symbp.calculus.indices import canonical, replace_entries, transform
from symbp.calculus.keeping import settle_unnamed
from symbp.calculus.rational import without_fractions
from symbp.calculus.scaling import scaled
from symbp.calculus.signs import is_difference
from symbp.calculus.stable import Surroundings, stable
from symbp.calculus.sums import expand_sums, pull_out
from symbp.calculus.sweep import selector
from symbp.calculus.text import equation_text
from symbp.notation.expression import Entry, Index, free_indices
from symbp.notation.layer import Equation, Layer

__all__ = [
    "Assembled",
    "assemble",
    "growing",
    "growth",
    "opened_gradients",
    "spelled_out",
    "titled",
    "with_nothing",
]

MAX_WRITTEN = 60


@dataclass(frozen=True)
class Assembled:
    """What is computed.

    Args:
        written: the gradients in terms of tensors that the user named.
        forward, backward: the equations to compute, stable, in order.
    """

    written: tuple[Equation, ...]
    forward: tuple[Equation, ...]
    backward: tuple[Equation, ...]


def assemble(
    linear: Linear, known: Collection[str], gradients: tuple[Equation, ...], log: Log
) -> Assembled:
    """The forward and the backward equations to compute, stable.

    An unnamed node that the gradients mention becomes an equation of its own, saved for
    backward, where computing it again would be dear; otherwise its definition is put in.

    Args:
        linear: the gradients, or tangents, as the one rule gives them.
        known: the tensors that backward may use as they are.
        gradients: the same after the rewrites.
        log: notes what the rewrites for stability changed.
    """
    layer, nodes, directions = linear.layer, linear.nodes, linear.directions
    unnamed = {node.target: node for node in nodes if node.target not in known}
    given = {*known, *layer.outputs}
    own = {node.target: with_definitions(node, unnamed) for node in nodes if node.target in given}
    closable = complemented(nodes)
    by_name = {node.target: node for node in nodes}
    dear = made_of(closed(by_name), by_name, unnamed)
    many = reduced(nodes)

    def settled(excluded: Collection[str]) -> _Trial:
        written, kept = settle_unnamed(nodes, gradients, unnamed, own, excluded, linear.pricing)
        stay = {*kept, *layer.outputs}
        put_in = {name: node for name, node in unnamed.items() if name not in stay}
        around = {
            name: with_definitions(node, put_in)
            for name, node in by_name.items()
            if name in given | kept and name not in dear
        }
        trial = Log()
        computed = _forward(nodes, linear.selectors, put_in, names_in(written))
        place = Surroundings(around, around.keys(), many, directions, linear.pricing)
        forward = [stable(titled(equation), place, trial) for equation in computed]
        own_names = {equation.target: equation for equation in written}
        place = Surroundings(around, closable, many, directions, linear.pricing, own_names)
        backward = [stable(titled(equation), place, trial) for equation in written]
        used = live(forward, {*layer.outputs, *names_in(backward)})
        return _Trial(list(used), backward, kept, trial)

    chosen = settled(frozenset())
    while useless := chosen.kept - names_in([*chosen.forward, *chosen.backward]):
        chosen = settled(unnamed.keys() - chosen.kept | useless)
    if chosen.kept and chosen.growth:
        chosen = min(chosen, settled(unnamed.keys()), key=lambda trial: trial.growth)
    log.extend(chosen.log)
    forward, backward = with_nothing(chosen.forward, chosen.backward, log)
    used = live(backward, linear.results)
    wanted = {*layer.outputs, *names_in(used)}
    places = {item.target: item for item in linear.selectors}
    return Assembled(
        spelled_out(gradients, unnamed | places),
        live(forward, wanted),
        used,
    )


def with_nothing(
    forward: list[Equation], backward: list[Equation], log: Log
) -> tuple[list[Equation], list[Equation]]:
    """The equations with a value where sums are empty, and with the tensors that are a number."""
    sums = empty_sums(equation.value for equation in (*forward, *backward))
    extremes = returning((*forward, *backward))
    forward, backward = (
        [log.note("empty", eq, with_empty_sums(eq.value, sums, extremes)) for eq in equations]
        for equations in (forward, backward)
    )
    equations = _with_numbers((*forward, *backward))
    return equations[: len(forward)], equations[len(forward) :]


@dataclass(frozen=True)
class _Trial:
    """The stable equations with some unnamed nodes kept, and how they got stable."""

    forward: list[Equation]
    backward: list[Equation]
    kept: set[str]
    log: Log

    @property
    def growth(self) -> int:
        return growth(self.forward + self.backward)


def _with_numbers(equations: Iterable[Equation]) -> list[Equation]:
    """The equations with the tensors that are one number, whatever is given, as that number.

    The sign of an exponential is 1; a selector whose index cancels from what it selects of is 0,
    and so is a gradient whose terms cancel.
    """
    numbers: dict[str, Expr] = {}

    def number(node: Expr) -> Expr:
        return numbers.get(node.name, node) if isinstance(node, Entry) else node

    found = []
    for eq in equations:
        value = canonical(transform(eq.value, number)) if numbers else eq.value
        if value.is_number:
            numbers[eq.target] = value
        found.append(Equation(eq.target, eq.axes, value, eq.source))
    return found


def titled(equation: Equation) -> Equation:
    """The equation with its text before the rewrites for stability, if the user wrote none."""
    source = equation.source or equation_text(equation)
    return Equation(equation.target, equation.axes, equation.value, source)


def spelled_out(
    gradients: tuple[Equation, ...], definitions: Mapping[str, Equation]
) -> tuple[Equation, ...]:
    """How the gradients are written down: with every unnamed node's definition put in.

    A gradient that gets too long that way is left in terms of the nodes, which precede it.
    """
    nodes: dict[str, Equation] = {}
    found = []
    for equation in gradients:
        whole = with_definitions(equation, definitions, MAX_WRITTEN)
        if names_in([whole]) & definitions.keys():
            whole = equation
            waiting = names_in([equation]) & definitions.keys()
            while waiting:
                name = waiting.pop()
                nodes[name] = definitions[name]
                waiting |= names_in([definitions[name]]) & definitions.keys() - nodes.keys()
        found.append(whole)
    ordered = [definitions[name] for name in definitions if name in nodes]
    return (*ordered, *found)


def growing(layer: Layer, definitions: Mapping[str, Equation]) -> set[str]:
    """The sums of exponentials that the user named: a gradient made of them may overflow first."""
    named = layer.tensors.keys() - set(layer.outputs)
    values = {
        name: with_definitions(definitions[name], definitions, MAX_OPENED).value
        for name in sorted(named & definitions.keys())
    }
    return {
        name
        for name, value in values.items()
        if value.is_positive and has_growing_exponential(scaled(value, {}))
    }


def growth(equations: Iterable[Equation]) -> int:
    """The number of exponentials in the equations that can overflow."""
    return len(set().union(*(growing_exponentials(eq.value) for eq in equations)))


def opened_gradients(
    gradients: tuple[Equation, ...], definitions: Mapping[str, Equation], closed_gradients: bool
) -> tuple[Equation, ...]:
    """The gradients as sums of products with definitions put in.

    Every exponential then stands beside the sum that it is divided by, and the two can be scaled
    together. A contraction stays closed, as it is not to be computed again, and a gradient that
    would get too long stays as it is.

    Args:
        gradients: in order, over upstreams and forward nodes, each also over those before it.
        definitions: the forward nodes by target.
        closed_gradients: whether a gradient stays one where another is made of it.
    """
    opened = []
    dear = closed(definitions)
    own = {name: node for name, node in definitions.items() if name not in dear}
    for equation in gradients:
        whole = with_definitions(equation, own, MAX_OPENED)
        is_whole = not names_in([whole]) & own.keys()
        value = _opened(without_fractions(whole.value)) if is_whole else equation.value
        opened.append(Equation(equation.target, equation.axes, value))
        if is_whole and not closed_gradients:
            own[equation.target] = opened[-1]
    return tuple(opened)


def _opened(value: Expr) -> Expr:
    """The value as a sum of products; a difference without exponentials is not multiplied out."""
    differences: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    entries: dict[Expr, Expr] = {}
    for node in value.atoms(sympy.Add):
        if is_difference(node) and not node.has(sympy.exp):
            name, axes = f"difference {len(differences)}", free_indices(node)
            differences[name] = (axes, node)
            entries[node] = Entry(name, *axes)
    parts = by_delta(pull_out(value.xreplace(entries)))
    opened = from_deltas({key: expand_sums(part) for key, part in parts.items()})
    return canonical(replace_entries(opened, differences))


def _forward(
    nodes: tuple[Equation, ...],
    selectors: tuple[Equation, ...],
    put_in: Mapping[str, Equation],
    used: set[str],
) -> list[Equation]:
    """The named and the kept nodes, and the selectors that backward uses, in order."""
    by_target = {item.target: item for item in selectors}
    forward = []
    for node in nodes:
        if node.target not in put_in:
            forward.append(with_definitions(node, put_in))
        chosen = by_target.get(selector(node.target))
        if chosen is not None and chosen.target in used:
            forward.append(with_definitions(chosen, put_in))
    return forward

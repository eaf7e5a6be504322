"""Assembles what is computed: which nodes exist as arrays, going forward and going backward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr

from symbp.calculus.bounds import growing_exponentials, has_growing_exponential
from symbp.calculus.complement import complemented
from symbp.calculus.contractions import closed, made_of
from symbp.calculus.cost import cost, extent, price
from symbp.calculus.definitions import names_in, with_definitions
from symbp.calculus.deltas import by_delta, from_deltas
from symbp.calculus.derivation import Log
from symbp.calculus.empty import empty_sums, with_empty_sums
from symbp.calculus.extension import has_infinity
from symbp.calculus.guards import is_risky
from symbp.calculus.indices import canonical, replace_entries, transform
from symbp.calculus.rational import with_one_sign
from symbp.calculus.scale import is_exponential_sum
from symbp.calculus.stability import scaled
from symbp.calculus.stable import Surroundings, stable
from symbp.calculus.sums import expand_sums, pull_out
from symbp.calculus.sweep import selector
from symbp.calculus.text import equation_text
from symbp.notation.expression import Entry, Reduction, Where
from symbp.notation.layer import Equation, Layer

__all__ = ["Assembled", "assemble", "growth", "opened_gradients", "spelled_out"]

WORTH_SAVING = 2.0
MAX_WRITTEN = 60
MAX_OPENED = 250


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
    layer: Layer,
    nodes: tuple[Equation, ...],
    selectors: tuple[Equation, ...],
    gradients: tuple[Equation, ...],
    log: Log,
) -> Assembled:
    """The forward and the backward equations to compute, stable.

    An unnamed node that the gradients mention becomes an equation of its own, saved for
    backward, where computing it again would be dear; otherwise its definition is put in.

    Args:
        layer: the layer.
        nodes: its forward nodes.
        selectors: the integer tensors that max and min nodes are routed by.
        gradients: the gradients over upstreams and forward nodes.
        log: notes what the rewrites for stability changed.
    """
    unnamed = {node.target: node for node in nodes if node.target not in layer.tensors}
    own = {
        node.target: with_definitions(node, unnamed)
        for node in nodes
        if node.target in layer.tensors
    }
    upstream = frozenset(layer.gradient(name) for name in layer.outputs)
    closable = complemented(nodes)
    by_name = {node.target: node for node in nodes}
    dear = made_of(closed(by_name), by_name, unnamed)

    def settled(excluded: Collection[str]) -> _Trial:
        written, kept = _settle_unnamed(nodes, gradients, unnamed, own, excluded)
        put_in = {name: node for name, node in unnamed.items() if name not in kept}
        known = {**own, **{name: with_definitions(unnamed[name], unnamed) for name in kept}}
        known = {name: equation for name, equation in known.items() if name not in dear}
        trial = Log()
        computed = _forward(nodes, selectors, put_in, names_in(written))
        around = Surroundings(known, known.keys(), upstream)
        forward = [stable(_titled(equation), around, trial) for equation in computed]
        around = Surroundings(known, closable, upstream)
        backward = [stable(_titled(equation), around, trial) for equation in written]
        return _Trial(forward, backward, kept, trial)

    chosen = settled(frozenset())
    while useless := chosen.kept - names_in([*chosen.forward, *chosen.backward]):
        chosen = settled(unnamed.keys() - chosen.kept | useless)
    if chosen.kept and chosen.growth:
        chosen = min(chosen, settled(unnamed.keys()), key=lambda trial: trial.growth)
    log.extend(chosen.log)
    forward, backward = chosen.forward, chosen.backward
    sums = empty_sums(equation.value for equation in forward)
    forward, backward = (
        [log.note("empty", eq, with_empty_sums(eq.value, sums)) for eq in equations]
        for equations in (forward, backward)
    )
    backward = _with_literal_places(forward, backward, selectors)
    wanted = {*layer.outputs, *names_in(backward)}
    places = {item.target: item for item in selectors}
    return Assembled(
        spelled_out(gradients, unnamed | places), _live(forward, wanted), tuple(backward)
    )


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


def _with_literal_places(
    forward: Iterable[Equation], backward: Iterable[Equation], selectors: Iterable[Equation]
) -> list[Equation]:
    """The backward equations; a selector whose index cancels from what it selects of is 0."""
    targets = {item.target for item in selectors}
    first = {eq.target for eq in forward if eq.target in targets and eq.value == 0}

    def literal(node: Expr) -> Expr:
        return sympy.S.Zero if isinstance(node, Entry) and node.name in first else node

    return [
        Equation(eq.target, eq.axes, canonical(transform(eq.value, literal)), eq.source)
        for eq in backward
    ]


def _titled(equation: Equation) -> Equation:
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


def growth(equations: Iterable[Equation]) -> int:
    """The number of exponentials in the equations that can overflow."""
    return len(set().union(*(growing_exponentials(eq.value) for eq in equations)))


def opened_gradients(
    gradients: tuple[Equation, ...], definitions: Mapping[str, Equation]
) -> tuple[Equation, ...]:
    """The gradients as sums of products with definitions put in.

    Every exponential then stands beside the sum that it is divided by, and the two can be scaled
    together. A contraction stays closed, as it is not to be computed again, and a gradient that
    would get too long stays as it is.
    """
    opened = []
    dear = closed(definitions)
    own = {name: node for name, node in definitions.items() if name not in dear}
    for equation in gradients:
        whole = with_definitions(equation, own, MAX_OPENED)
        is_whole = not names_in([whole]) & own.keys()
        value = _opened(whole.value) if is_whole else equation.value
        opened.append(Equation(equation.target, equation.axes, value))
    return tuple(opened)


def _opened(value: Expr) -> Expr:
    parts = by_delta(pull_out(value))
    return canonical(from_deltas({key: expand_sums(part) for key, part in parts.items()}))


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


def _values(names: Iterable[str], definitions: Mapping[str, Equation]) -> dict:
    return {name: (definitions[name].axes, definitions[name].value) for name in names}


def _settle_unnamed(
    nodes: tuple[Equation, ...],
    gradients: tuple[Equation, ...],
    unnamed: Mapping[str, Equation],
    own: Mapping[str, Equation],
    excluded: Collection[str],
) -> tuple[tuple[Equation, ...], set[str]]:
    """Keeps or puts in each unnamed node that the gradients mention, the last one first."""
    kept: set[str] = set()
    branches = _in_branches_only(nodes, unnamed)
    for name in reversed(list(unnamed)):
        if name not in names_in(gradients):
            continue
        exposed = name in branches and is_risky(with_definitions(unnamed[name], unnamed).value)
        exposed = exposed or _is_divided_by(name, gradients, unnamed)
        if name not in excluded and not exposed and _is_to_be_saved(name, unnamed, own):
            kept.add(name)
            continue
        values = _values([name], unnamed)
        gradients = tuple(
            Equation(eq.target, eq.axes, _cancelled(canonical(replace_entries(eq.value, values))))
            for eq in gradients
        )
    return gradients, kept


def _cancelled(value: Expr) -> Expr:
    """The value with what a definition that was put in cancels against."""
    cancelled = with_one_sign(value)
    return cancelled if price(cancelled) < price(value) - 1e-9 else value


def _is_divided_by(
    name: str, equations: Iterable[Equation], definitions: Mapping[str, Equation]
) -> bool:
    """Whether a node is part of a sum of exponentials that is divided by and can vanish."""
    sums = {
        power.base
        for equation in equations
        for power in equation.value.atoms(sympy.Pow)
        if power.exp.could_extract_minus_sign()
        and any(entry.name == name for entry in power.base.atoms(Entry))
    }
    return any(is_exponential_sum(_put_in(total, definitions)) for total in sums)


def _put_in(value: Expr, definitions: Mapping[str, Equation]) -> Expr:
    return with_definitions(Equation("", (), value), definitions).value


def _in_branches_only(nodes: tuple[Equation, ...], unnamed: Collection[str]) -> set[str]:
    """Unnamed nodes that are used within branches of a `where` alone."""
    outside = {node.target for node in nodes if node.target not in unnamed}
    for node in reversed(nodes):
        if node.target in outside:
            used = node.value.args[0] if isinstance(node.value, Where) else node.value
            outside |= {entry.name for entry in used.atoms(Entry)}
    return set(unnamed) - outside


def _is_to_be_saved(
    name: str, unnamed: Mapping[str, Equation], own: Mapping[str, Equation]
) -> bool:
    """Whether a node is dear, safe to compute, and not one cheap step from such a node."""
    node = unnamed[name]
    whole = with_definitions(node, unnamed)
    if not _is_worth_saving(whole) or not _is_safe(whole, own):
        return False
    if has_infinity(scaled(whole.value, own)):
        return False
    operands = names_in([node]) & unnamed.keys()
    one_cheap_step = cost(node.value) / extent(node.axes) <= WORTH_SAVING
    return not (
        one_cheap_step
        and operands
        and all(_is_to_be_saved(operand, unnamed, own) for operand in operands)
    )


def _is_worth_saving(whole: Equation) -> bool:
    if isinstance(whole.value, Reduction):
        return True
    return cost(whole.value) / extent(whole.axes) > WORTH_SAVING


def _is_safe(whole: Equation, own: Mapping[str, Equation]) -> bool:
    return not has_growing_exponential(scaled(whole.value, own))


def _live(forward: Iterable[Equation], wanted: set[str]) -> tuple[Equation, ...]:
    """The equations that something wanted depends on."""
    live: list[Equation] = []
    needed = set(wanted)
    for equation in reversed(list(forward)):
        if equation.target in needed:
            live.append(equation)
            needed |= names_in([equation])
    return tuple(reversed(live))

"""Brings gradients or tangents into the form in which they are computed: the passes, in order."""

from __future__ import annotations

from symbp.calculus.assemble import (
    Assembled,
    assemble,
    growing,
    growth,
    opened_gradients,
    spelled_out,
)
from symbp.calculus.cases import by_cases
from symbp.calculus.definitions import unnamed
from symbp.calculus.derivation import Derived, Log
from symbp.calculus.function import Function, Linear, staged
from symbp.calculus.normal import Normalizer
from symbp.calculus.output_form import in_output_form
from symbp.calculus.spot_check import do_differ
from symbp.notation.layer import Equation

__all__ = ["formed"]


def formed(linear: Linear, upstreams: tuple[str, ...] = ()) -> Derived:
    """The function that computes the equations: in their cheapest exact form, then stable.

    Where exponentials could overflow after that, forms with more definitions put in are tried:
    there every exponential meets what it is divided by.

    Args:
        linear: gradients or tangents as the one rule gives them.
        upstreams: constants that are known no sooner than the directions.
    """
    definitions = {node.target: node for node in linear.nodes}
    normal = Normalizer(definitions, linear.layer.assumptions, linear.pricing)
    known = frozenset(linear.layer.tensors) - growing(linear.layer, definitions)
    log = Log()
    exact = tuple(log.follow(eq, normal.path(eq.value)) for eq in linear.equations)
    exact = in_output_form(exact, linear.nodes, known, normal, log)
    exact = by_cases(exact, linear.nodes, known, normal, log)
    for equation in _unsound(linear, exact):
        log.drop(equation.target)
        exact = _with(exact, log.leave_out(equation))

    def assembled(equations: tuple[Equation, ...]) -> tuple[Assembled, Log]:
        notes = Log()
        return assemble(linear, known, equations, notes), notes

    best, stable = assembled(exact)
    tried = {exact}
    for closed in (True, False):
        still = {eq.target for eq in best.backward if growth([eq])}
        if not still:
            break
        opened = opened_gradients(linear.equations, definitions, closed)
        opened = tuple(
            other if other.target in still else eq for eq, other in zip(exact, opened, strict=True)
        )
        for equation in _unsound(linear, opened):
            opened = _with(opened, next(eq for eq in exact if eq.target == equation.target))
        if opened in tried:
            continue
        tried.add(opened)
        trial, notes = assembled(opened)
        if growth(trial.backward) < growth(best.backward):
            for before, after in zip(exact, opened, strict=True):
                log.note("definition", before, after.value)
            exact, best, stable = opened, trial, notes
    return Derived(
        _function(linear, best, upstreams),
        spelled_out(linear.equations, unnamed(linear.layer, linear.nodes)),
        exact,
        best.written,
        log.steps,
        stable.steps,
    )


def _function(linear: Linear, assembled: Assembled, upstreams: tuple[str, ...]) -> Function:
    layer = linear.layer
    early, late = staged(assembled.forward, upstreams)
    given = (*layer.inputs, *layer.parameters, *layer.constants)
    return Function(
        inputs=tuple(name for name in given if name not in upstreams),
        directions=(*upstreams, *linear.directions),
        primal=early,
        equations=(*late, *assembled.backward),
        outputs=linear.results,
    )


def _unsound(linear: Linear, rewritten: tuple[Equation, ...]) -> list[Equation]:
    """The equations as the one rule gave them, of those that are others by numbers now.

    Where the data satisfy assumptions no random numbers tell.
    """
    if linear.layer.assumptions:
        return []
    known = {eq.target: eq for eq in (*linear.nodes, *linear.selectors, *linear.equations)}
    found = []
    for equation, other in zip(linear.equations, rewritten, strict=True):
        others = {name: item for name, item in known.items() if name != equation.target}
        if other != equation and do_differ(equation.value, other.value, others):
            found.append(equation)
    return found


def _with(equations: tuple[Equation, ...], other: Equation) -> tuple[Equation, ...]:
    """The equations with another one of the same target."""
    return tuple(other if eq.target == other.target else eq for eq in equations)

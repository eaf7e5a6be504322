"""The rewrites for stability of one equation, in order; one that cannot be proved is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

import sympy
from sympy import Add, Expr
from sympy.polys.polyerrors import PolynomialError

from symbp.calculus.bounds import growing_exponentials, shifts_in, signed
from symbp.calculus.complement import closed_with_proofs
from symbp.calculus.cost import Pricing
from symbp.calculus.derivation import Log
from symbp.calculus.extension import extended
from symbp.calculus.guards import guarded_with_proofs
from symbp.calculus.indices import transform
from symbp.calculus.lifting import lifted_with_proofs
from symbp.calculus.masks import chosen_with_proofs
from symbp.calculus.needless import needs_no_guard, without_needless_guards
from symbp.calculus.poles import without_poles
from symbp.calculus.proofs import Proof
from symbp.calculus.rational import cheapest
from symbp.calculus.saturation import saturated
from symbp.calculus.scaling import scaled_with_proofs
from symbp.calculus.spot_check import do_differ
from symbp.calculus.squares import without_large_squares
from symbp.calculus.tails import tails_with_proofs
from symbp.errors import InternalError
from symbp.notation.expression import Maximum, MaxOver, SumOver
from symbp.notation.layer import Equation

__all__ = ["Surroundings", "stable"]

SYMPY_GIVES_UP = (NotImplementedError, PolynomialError, TypeError, ValueError)
"""What SymPy raises where it meets infinities that it cannot compare or combine."""


@dataclass(frozen=True)
class Surroundings:
    """What a rewrite may know beside the equation.

    Args:
        definitions: the equations of the tensors that are computed, by target.
        gradients: those that come before it among gradients or tangents, by target.
        closable: those tensors whose complements are written without a difference.
        reduced: those made of many entries of others.
        upstream: the gradients of the outputs, or the tangents.
        pricing: of the target.
    """

    definitions: Mapping[str, Equation]
    closable: Collection[str]
    reduced: Collection[str]
    upstream: Collection[str]
    pricing: Pricing
    gradients: Mapping[str, Equation] = field(default_factory=dict)


def stable(equation: Equation, around: Surroundings, log: Log) -> Equation:
    """The equation as it is computed.

    What comes of all rewrites together is compared with the equation by numbers, beside the proofs
    of each: where they differ, all of them are left out.

    Args:
        equation: a forward or backward equation.
        around: what it stands among.
        log: notes what the rewrites changed, or that one was left out.
    """
    others = {name: item for name, item in around.definitions.items() if name != equation.target}
    notes = Log()
    found = _rewritten(equation, others, around, notes)
    bare = without_needless_guards(equation.value, others)
    if bare != equation.value:
        own = Log()
        other = _rewritten(own.note("root", equation, bare), others, around, own)
        is_safe = needs_no_guard(other.value, found.value, others)
        if is_safe and not do_differ(equation.value, other.value, others):
            log.extend(own)
            return other
    if found != equation and do_differ(equation.value, found.value, others):
        return log.leave_out(equation)
    log.extend(notes)
    return found


def _rewritten(
    equation: Equation, others: Mapping[str, Equation], around: Surroundings, log: Log
) -> Equation:
    closable = {name: item for name, item in others.items() if name in around.closable}
    known = {**others, **around.gradients}
    equation = log.note("extension", equation, extended(equation.value, known, around.upstream))
    equation = _proved("choice", lifted_with_proofs, equation, others, log)
    equation = _proved("complement", closed_with_proofs, equation, closable, log)
    equation = _proved("tail", tails_with_proofs, equation, others, log)
    scaled = _proved("scale", scaled_with_proofs, equation, others, log)
    if scaled != equation and scaled.value.has(sympy.log):
        scaled = log.apply("factor", partial(_short, around.pricing), scaled)
    scaled = log.note("pole", scaled, without_poles(scaled.value, others))
    finite = {*around.upstream, *around.gradients}
    chosen = _proved("mask", partial(chosen_with_proofs, upstream=finite), scaled, others, log)
    guarded = _proved("guard", lambda value, _: guarded_with_proofs(value), chosen, others, log)
    settled = log.note("saturation", guarded, saturated(guarded.value, others))
    return log.note("square", settled, without_large_squares(settled.value, others, around.reduced))


Rewrite = Callable[[Expr, Mapping[str, Equation]], tuple[Expr, tuple[Proof, ...]]]


def _proved(
    rule: str,
    rewrite: Rewrite,
    equation: Equation,
    definitions: Mapping[str, Equation],
    log: Log,
) -> Equation:
    try:
        value, proofs = rewrite(equation.value, definitions)
    except (InternalError, *SYMPY_GIVES_UP):
        return log.leave_out(equation)
    return log.note(rule, equation, value, proofs)


def _short(pricing: Pricing, value: Expr) -> Expr:
    """The cheapest form of an expression and of its sums.

    No exponential grows in it, and what is shifted by its maximum stays beside that.
    """

    def inside(node: Expr) -> Expr:
        return node.rebuild(shortest(node.body)) if isinstance(node, SumOver) else node

    def shortest(whole: Expr) -> Expr:
        short = cheapest(whole, pricing)
        grows = growing_exponentials(short) - growing_exponentials(whole)
        return whole if grows or _shifts(short) < _shifts(whole) else short

    return shortest(transform(value, inside))


def _shifts(expression: Expr) -> int:
    """How many terms of sums are shifted by their maximum."""
    sums = (node for node in expression.atoms(Add) if node.has(MaxOver, Maximum))
    return sum(len(shifts_in([signed(term) for term in node.args])) for node in sums)

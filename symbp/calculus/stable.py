"""The rewrites for stability of one equation, in order; one that cannot be proved is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr
from sympy.polys.polyerrors import PolynomialError

from symbp.calculus.bounds import growing_exponentials
from symbp.calculus.complement import closed_with_proofs
from symbp.calculus.derivation import Log
from symbp.calculus.extension import extended
from symbp.calculus.guards import guarded_with_proofs
from symbp.calculus.indices import transform
from symbp.calculus.poles import without_poles
from symbp.calculus.proofs import Proof
from symbp.calculus.rational import cheapest
from symbp.calculus.saturation import saturated
from symbp.calculus.stability import scaled_with_proofs
from symbp.calculus.tails import tails_with_proofs
from symbp.errors import InternalError
from symbp.notation.expression import SumOver
from symbp.notation.layer import Equation

__all__ = ["Surroundings", "stable"]

SYMPY_GIVES_UP = (NotImplementedError, PolynomialError, TypeError, ValueError)
"""What SymPy raises where it meets infinities that it cannot compare or combine."""


@dataclass(frozen=True)
class Surroundings:
    """What a rewrite may know beside the equation.

    Args:
        definitions: the equations of the tensors that are computed, by target.
        closable: those tensors whose complements are written without a difference.
        upstream: the gradients of the outputs.
    """

    definitions: Mapping[str, Equation]
    closable: Collection[str]
    upstream: Collection[str]


def stable(equation: Equation, around: Surroundings, log: Log) -> Equation:
    """The equation as it is computed.

    Args:
        equation: a forward or backward equation.
        around: what it stands among.
        log: notes what the rewrites changed, or that one was left out.
    """
    others = {name: item for name, item in around.definitions.items() if name != equation.target}
    closable = {name: item for name, item in others.items() if name in around.closable}
    equation = log.note("extension", equation, extended(equation.value, others, around.upstream))
    equation = _proved("complement", closed_with_proofs, equation, closable, log)
    equation = _proved("tail", tails_with_proofs, equation, others, log)
    scaled = _proved("scale", scaled_with_proofs, equation, others, log)
    if scaled != equation and scaled.value.has(sympy.log):
        scaled = log.apply("factor", _short, scaled)
    scaled = log.note("pole", scaled, without_poles(scaled.value, others))
    guarded = _proved("guard", lambda value, _: guarded_with_proofs(value), scaled, {}, log)
    return log.note("saturation", guarded, saturated(guarded.value, others))


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


def _short(value: Expr) -> Expr:
    """The cheapest form of an expression and of its sums; no exponential grows in it."""

    def inside(node: Expr) -> Expr:
        return node.rebuild(shortest(node.body)) if isinstance(node, SumOver) else node

    def shortest(whole: Expr) -> Expr:
        short = cheapest(whole)
        return whole if growing_exponentials(short) - growing_exponentials(whole) else short

    return shortest(transform(value, inside))

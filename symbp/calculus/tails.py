"""The error function's tail beside an exponential and in a logarithm, where neither has a value.

`exp(u**2)*erfc(u)` is infinity times 0 from u = 27 on, in float32 from 10; scaled, it is erfcx(u),
about `1/(sqrt(pi)*u)`. The logarithm of the normal distribution has a function of its own.
Both are in NIST's Digital Library of Mathematical Functions, 7.2 and 7.12.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Basic, Expr, Mul, S, exp, log

from symbp.calculus.complement import closed_with_proofs
from symbp.calculus.indices import canonical, instantiate, transform
from symbp.calculus.proofs import Proof
from symbp.calculus.proving import Notes
from symbp.notation.expression import Entry
from symbp.notation.layer import Equation
from symbp.ops import erfc, erfcx, log_ndtr

__all__ = ["tails_with_proofs"]


def tails_with_proofs(
    expression: Expr, definitions: Mapping[str, Equation]
) -> tuple[Expr, tuple[Proof, ...]]:
    """The expression with the tails of its error functions scaled, and the proofs.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.

    Raises:
        InternalError: a rewrite changed the value.
    """
    values = [expression, *(definition.value for definition in definitions.values())]
    if not any(value.has(sympy.erf, erfc) for value in values):
        return expression, ()
    notes = Notes()
    tails = _tails(expression, definitions)

    def scale(node: Basic) -> Basic:
        if not node.is_Mul and not isinstance(node, log):
            return node
        for version in dict.fromkeys((node, node.xreplace(tails))):
            scaled = _scaled(version)
            if scaled != version:
                notes.identity("definition", node, version)
                return notes.identity("tail", version, scaled)
        return node

    value = canonical(transform(expression, scale))
    return value, notes.proofs()


def _tails(expression: Expr, definitions: Mapping[str, Equation]) -> dict[Expr, Expr]:
    """The entries that are an error function's tail, or an exponential, and what they are."""
    found = {}
    for entry in expression.atoms(Entry):
        if entry.name in definitions:
            definition = definitions[entry.name]
            value, _ = closed_with_proofs(definition.value, definitions)
            tail = value.as_independent(erfc)[1].as_base_exp()[0]
            if isinstance(value, exp) or isinstance(tail, erfc):
                found[entry] = instantiate(value, definition.axes, entry.indices)
    return found


def _scaled(node: Basic) -> Basic:
    """A product or a logarithm with its tail scaled; with definitions put in it may be neither."""
    if node.is_Mul:
        return _product(node)
    return _logarithm(node) if isinstance(node, log) else node


def _product(product: Expr) -> Expr:
    """`exp(p*u**2)*erfc(u)**p` as `erfcx(u)**p`."""
    for tail in product.args:
        base, power = tail.as_base_exp()
        if not isinstance(base, erfc) or not base.has(Entry):
            continue
        wanted = exp(power * base.args[0] ** 2)
        if wanted in product.args:
            rest = (factor for factor in product.args if factor not in (tail, wanted))
            return Mul(*rest, erfcx(base.args[0]) ** power)
    return product


def _logarithm(node: Basic) -> Basic:
    """`log(c*erfc(u))` as `log_ndtr(-sqrt(2)*u) + log(2*c)`."""
    factor, tail = node.args[0].as_independent(erfc, as_Add=False)
    if not isinstance(tail, erfc) or not tail.has(Entry):
        return node
    if not factor.is_number or not factor.is_positive:
        return node
    return log_ndtr(-sympy.sqrt(2) * tail.args[0]) + log(S(2) * factor)

"""Logarithms and complements of a choice as choices of logarithms and complements.

Where a branch saturates, as 1/(1 + exp(-x)) does, its logarithm has a form of its own that does
not; a choice in between would hide the one from the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Basic, Expr, log

from symbp.calculus.bounds import has_growing_exponential
from symbp.calculus.choices import is_real, under
from symbp.calculus.indices import canonical, transform
from symbp.calculus.named_choices import choices_in, does_saturate, with_choices
from symbp.calculus.proofs import Proof
from symbp.calculus.proving import Notes
from symbp.calculus.scaling import scaled
from symbp.notation.expression import Differs, Entry, Maximum, Where
from symbp.notation.layer import Equation

__all__ = ["lifted_with_proofs", "may_vanish"]

MAX_CONDITIONS = 3


def lifted_with_proofs(
    expression: Expr, definitions: Mapping[str, Equation]
) -> tuple[Expr, tuple[Proof, ...]]:
    """The expression with choices outside of logarithms and complements, and the proofs.

    Only choices that saturate are taken out; all others stay where they are.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.

    Raises:
        InternalError: a rewrite changed the value.
    """
    notes = Notes()

    def lift(node: Basic) -> Basic:
        if not (isinstance(node, log) and may_vanish(node.args[0])) and not _is_complement(node):
            return node
        choices = [item for item in choices_in(node, definitions) if not item.args[0].has(Differs)]
        choices = [item for item in choices if does_saturate(item, definitions)]
        conditions = list(dict.fromkeys(item.args[0] for item in choices))
        if len(conditions) > MAX_CONDITIONS:
            return node
        return _by(node, conditions, definitions, notes)

    value = canonical(transform(expression, lift))
    return value, notes.proofs()


def may_vanish(argument: Expr) -> bool:
    """Whether what a logarithm or a divisor sees may be 0 or overflow.

    It does not where a number is added to what is bounded, or is the least that it can be.
    """
    numbers = argument.args if isinstance(argument, Maximum) else argument.as_coeff_Add()
    is_kept = any(number.is_number and number.is_positive for number in numbers)
    return not is_kept or has_growing_exponential(scaled(argument, {}))


def _by(
    node: Expr, conditions: list[Basic], definitions: Mapping[str, Equation], notes: Notes
) -> Expr:
    """A node as a choice by each of some conditions."""
    if not conditions:
        return node
    first, *others = conditions
    opened = with_choices(node, first, definitions)
    cases = [under(opened, first, holds) for holds in (True, False)]
    if not all(map(is_real, cases)):
        return node
    notes.identity("definition", node, opened)
    notes.identity("choice", opened, Where(first, *cases))
    return Where(first, *(_by(case, others, definitions, notes) for case in cases))


def _is_complement(node: Basic) -> bool:
    """Whether a node is `a - a*s` for a number a, s being one name or one choice."""
    if not node.is_Add:
        return False
    number, rest = node.as_coeff_Add()
    return number != 0 and isinstance(-rest / number, Entry | Where)

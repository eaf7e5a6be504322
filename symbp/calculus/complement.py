"""Complements without cancellation: `1 - erf(u)` is erfc(u), `1 - 1/(1 + a)` is a/(1 + a).

Where a quotient of positive terms saturates, `1 - s` has lost all digits; what its numerator
lacks of its denominator has not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import permutations

import sympy
from sympy import Add, Basic, Expr

from symbp.calculus.definitions import defined
from symbp.calculus.indices import canonical, transform
from symbp.calculus.proofs import Proof
from symbp.calculus.proving import Notes
from symbp.notation.expression import Entry
from symbp.notation.layer import Equation
from symbp.ops import erfc

__all__ = ["closed_with_proofs", "complemented"]


def closed_with_proofs(
    expression: Expr, definitions: Mapping[str, Equation]
) -> tuple[Expr, tuple[Proof, ...]]:
    """The expression with its complements written without a difference, and the proofs.

    Raises:
        InternalError: a rewrite changed the value.
    """
    notes = Notes()

    def close(node: Basic) -> Basic:
        if not node.is_Add:
            return node
        opened, closed = _complement(node, definitions)
        notes.identity("definition", node, opened)
        return notes.identity("complement", opened, closed)

    value = canonical(transform(expression, close))
    return value, notes.proofs()


def _complement(total: Expr, definitions: Mapping[str, Equation]) -> tuple[Expr, Expr]:
    """A sum in which `a - a*s`, or `a + a*erf(u)`, is written without a difference.

    Args:
        total: the sum.
        definitions: the equations that may be put in for s.

    Returns:
        The sum with s put in, and without the difference; twice the sum itself if it has none.
    """
    for a, b in permutations(total.args, 2):
        ratio = b / a
        negative = ratio.could_extract_minus_sign()
        whole = _whole(-ratio if negative else ratio, definitions)
        rest = Add(*(term for term in total.args if term not in (a, b)))
        opened = Add(a, -a * whole if negative else a * whole, rest)
        closed = _of_one(whole, negative)
        if closed is not None:
            return opened, a * closed + rest
        if whole.is_Add and opened != total:  # s is a sum by name: of that there may be one
            inner, closed = _complement(opened, definitions)
            if closed != opened:
                return inner, closed
    return total, total


def complemented(nodes: Collection[Equation]) -> set[str]:
    """The tensors of which forward has a complement, `a - a*s`, and every error function.

    Where backward alone has one, as the `y*(1 - y)` of a sigmoid, it is the output form.
    """
    multiples = {node.target: node for node in nodes if node.value.as_coeff_Mul()[0] != 1}
    found = {node.target for node in nodes if isinstance(node.value, sympy.erf)}
    for node in nodes:
        for a, b in permutations(node.value.args if node.value.is_Add else (), 2):
            ratio = -_whole(b, multiples) / a
            found |= {ratio.name} if isinstance(ratio, Entry) else set()
    return found


def _whole(value: Expr, definitions: Mapping[str, Equation]) -> Expr:
    while (inner := defined(value, definitions)) != value:
        value = inner
    return value


def _of_one(value: Expr, negative: bool) -> Expr | None:
    """`1 - value`, or `1 + value`, if there is a form without a difference."""
    if isinstance(value, sympy.erf):
        return erfc(value.args[0] if negative else -value.args[0])
    below = [factor for factor in sympy.Mul.make_args(value) if factor.is_Pow and factor.exp == -1]
    if not negative or len(below) != 1 or not below[0].base.is_Add:
        return None
    terms = below[0].base.args
    above = value / below[0]
    if above not in terms or not all(term.is_positive for term in terms):
        return None
    return Add(*(term for term in terms if term != above)) * below[0]

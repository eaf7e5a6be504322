"""Masks: a factor of 1 or 0 as a choice, where what it multiplies may be no number outside.

0 times infinity, or times nan, is nan; what is chosen from is not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sympy
from sympy import Basic, Expr, Mul, S

from symbp.calculus.bounds import GROWING, is_bounded_above
from symbp.calculus.indices import BINDERS, canonical
from symbp.calculus.proofs import Proof
from symbp.calculus.readback import guards_of
from symbp.notation.expression import Differs, Entry, Where
from symbp.notation.layer import Equation
from symbp.ops import kinds

__all__ = ["PARTIAL", "chosen_with_proofs", "is_partial_power", "is_risky"]

PARTIAL = kinds(lambda function: function.inside is not None)
BITS = {S.Zero, S.One}

Definitions = Mapping[str, Equation]


def chosen_with_proofs(
    expression: Expr, definitions: Definitions, upstream: Collection[str]
) -> tuple[Expr, tuple[Proof, ...]]:
    """An equal expression in which nothing that may fail is multiplied by a mask, and the proof.

    Within a sum only what is known to fail is chosen: a product there may be a contraction.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
        upstream: tensors that are taken for finite.

    Raises:
        InternalError: a value was changed.
    """

    def visit(node: Basic, summed: bool) -> Basic:
        if not node.has(Where) or not node.has(Entry):
            return node
        summed = summed or isinstance(node, BINDERS)
        if node.is_Mul and not summed:
            node = _as_one_choice(node, upstream)
        if node.is_Mul:
            node = _choice(node, definitions)
        return node.func(*(visit(arg, summed) for arg in node.args))

    value = visit(expression, False)
    return canonical(value), guards_of(expression, value)


def is_risky(expression: Expr) -> bool:
    """Whether a function in an expression may fail or overflow for some arguments."""
    return any(
        isinstance(node, PARTIAL)
        or (isinstance(node, GROWING) and not is_bounded_above(node.args[0]))
        or (node.is_Pow and node.has(Entry) and is_partial_power(node))
        for node in sympy.preorder_traversal(expression)
    )


def is_partial_power(node: Expr) -> bool:
    """Whether a power has no value for some arguments; a sum over nothing that counts is 0."""
    if node.base.is_positive and not node.base.has(S.NegativeInfinity):
        return False
    return not (node.exp.is_Integer and node.exp.is_nonnegative)


def _as_one_choice(product: Expr, upstream: Collection[str]) -> Expr:
    """The masks of a product as one choice of the rest, unless that is from above alone."""
    masks = [f for f in product.args if isinstance(f, Where) and {*f.args[1:]} == BITS]
    rest = Mul(*(factor for factor in product.args if factor not in masks))
    if not masks or {entry.name for entry in rest.atoms(Entry)} <= set(upstream):
        return product
    held = [mask.args[0] for mask in masks if mask.args[1] == 1]
    rest = Where(sympy.And(*held), rest, S.Zero) if held else rest
    # What is chosen where a condition fails is so for nan, too: that is no other condition.
    for mask in (mask for mask in masks if mask.args[1] == 0):
        rest = Where(mask.args[0], S.Zero, rest)
    return rest


def _choice(product: Expr, definitions: Definitions) -> Expr:
    """A choice of something or 0 times what is known to fail, as a choice of the product or 0."""
    for choice in (factor for factor in product.args if isinstance(factor, Where)):
        rest = Mul(*(factor for factor in product.args if factor is not choice))
        condition, a, b = choice.args
        if S.Zero not in (a, b):
            continue
        if is_risky(rest) or _excludes(condition, rest):
            return Where(condition, a * rest, b * rest)
        infinite = [f for f in Mul.make_args(rest) if _has_infinity(f, definitions)]
        if infinite:
            others = (f for f in Mul.make_args(rest) if f not in infinite)
            within = Mul(*infinite)
            return Mul(*others, Where(condition, a * within, b * within))
    return product


def _has_infinity(value: Basic, definitions: Definitions) -> bool:
    """Whether something chooses an infinity that is written down, which no function makes finite.

    So of `where(mask, x, -inf)*w`, also where it has a name, and not of its exponential.
    """
    if isinstance(value, Entry):
        known = definitions.get(value.name)
        return known is not None and _has_infinity(known.value, definitions)
    if isinstance(value, Where):
        branches = value.args[1:]
        return any(b.is_infinite or _has_infinity(b, definitions) for b in branches)
    if value.is_Pow and value.args[1].could_extract_minus_sign():
        return False
    if value.is_Mul or value.is_Add or value.is_Pow:
        return any(_has_infinity(argument, definitions) for argument in value.args)
    return False


def _excludes(condition: Basic, factor: Expr) -> bool:
    """Whether a condition tests what stands in a factor for nan or infinity: no times 0 then."""
    tests = [test.args for test in condition.atoms(Differs)]
    excluding = [a for a, b in tests if a == b or (isinstance(a, Entry) and b.is_infinite)]
    tested = {entry for value in excluding for entry in value.atoms(Entry)}
    return not tested.isdisjoint(factor.atoms(Entry))

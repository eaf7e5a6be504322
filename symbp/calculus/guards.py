"""Guards: in a branch of a `where`, functions see arguments of that branch only.

`where(x > 0, x, exp(x) - 1)` computes `exp` everywhere; the guarded `exp(minimum(x, 0))` is the
same where the branch is taken and harmless where it is not.
"""

from __future__ import annotations

import sympy
from sympy import Basic, Expr, S
from sympy.core.relational import (
    GreaterThan,
    LessThan,
    Relational,
    StrictGreaterThan,
    StrictLessThan,
)

from symbp.calculus.bounds import GROWING, is_bounded_above
from symbp.calculus.choices import under
from symbp.calculus.indices import canonical
from symbp.calculus.masks import PARTIAL, is_partial_power
from symbp.calculus.proofs import Proof
from symbp.calculus.readback import guards_of
from symbp.notation.expression import Entry, Index, Maximum, Minimum, Where
from symbp.ops import BY_KIND, kinds

__all__ = ["guarded", "guarded_with_proofs"]

POSITIVE = kinds(lambda function: function.positive)


def _guard(expression: Expr) -> Expr:
    """The expression with the arguments in every branch of a `where` kept within that branch."""
    if not expression.has(Where) or not expression.has(Entry):
        return expression
    args = [_guard(arg) for arg in expression.args]
    node = expression.func(*args) if args else expression
    if not isinstance(node, Where):
        return node
    condition, a, b = node.args
    a, b = under(a, condition, True, infinite=True), under(b, condition, False, infinite=True)
    return Where(condition, _guarded(a, condition, True), _guarded(b, condition, False))


def guarded(expression: Expr) -> Expr:
    """An equal expression in which branches that are not taken do no harm."""
    return canonical(_guard(expression))


def guarded_with_proofs(expression: Expr) -> tuple[Expr, tuple[Proof, ...]]:
    """What `guarded` gives, and for every guarded argument when it is the argument itself.

    Raises:
        InternalError: a branch that is taken was changed.
    """
    value = _guard(expression)
    return canonical(value), guards_of(expression, value)


def _guarded(branch: Expr, condition: Basic, taken: bool) -> Expr:
    """A branch in which every partial or growing function has a guarded argument.

    The branch that is taken where the condition does not hold is taken for nan, too: its guards
    ask the same condition, and not the opposite, which nan does not fulfil either.
    """
    if not branch.args or isinstance(branch, Entry):
        return branch
    if not branch.has(Entry) and condition.has(Entry, Index):
        return branch
    args = [_guarded(arg, condition, taken) for arg in branch.args]
    node = branch.func(*args) if tuple(args) != branch.args else branch
    holds = condition if taken else sympy.Not(condition)
    if node.is_Mul:
        return _with_chosen_factors(node, condition, taken)
    if isinstance(node, GROWING) and not is_bounded_above(node.args[0]):
        clamped = _clamped(node.args[0], holds)
        if clamped is None:
            clamped = _chosen(condition, taken, node.args[0], S.Zero)
        return node.func(clamped)
    if node.is_Pow and node.exp.is_Integer and node.exp > 1:
        return _clamped_base(node.base, node.exp, holds) ** node.exp
    if isinstance(node, PARTIAL) and not (isinstance(node, POSITIVE) and node.args[-1].is_positive):
        safe = sympy.Integer(BY_KIND[node.func].inside)
        return node.func(*node.args[:-1], _chosen(condition, taken, node.args[-1], safe))
    if node.is_Pow and is_partial_power(node):
        return _chosen(condition, taken, node.base, S.One) ** node.exp
    return node


def _with_chosen_factors(product: Expr, condition: Basic, taken: bool) -> Expr:
    """A product in which an entry that a function sees guarded is guarded as a factor, too.

    An infinity times the 0 that the function has at the harmless argument is no number.
    """
    found = (choice for choice in product.atoms(Where) if choice.args[0] == condition)
    branches = ((choice, *choice.args[1:][:: 1 if taken else -1]) for choice in found)
    guarded = {value: choice for choice, value, safe in branches if safe.is_number}
    powers = (factor.as_base_exp() for factor in product.args)
    return sympy.Mul(
        *(
            guarded[base] ** power if isinstance(base, Entry) and base in guarded else base**power
            for base, power in powers
        )
    )


def _chosen(condition: Basic, taken: bool, value: Expr, safe: Expr) -> Expr:
    return Where(condition, value, safe) if taken else Where(condition, safe, value)


def _clamped(argument: Expr, condition: Basic) -> Expr | None:
    """An argument that grows, clamped by what the condition says of it, if that bounds it."""
    for relation in sympy.And.make_args(condition):
        clamped = _clamp_by(argument, relation)
        if clamped is not None and is_bounded_above(clamped):
            return clamped
    return None


def _clamped_base(base: Expr, power: Expr, condition: Basic) -> Expr:
    """A base whose power may overflow, kept to what an inequality says of it or of its size."""
    for relation in sympy.And.make_args(condition):
        sides = [side for side in relation.args if isinstance(side, sympy.Abs)]
        sizes = [side for side in sides if side.args[0] in (base, -base)]
        for value in (base, *sizes) if power.is_even else (base,):
            clamped = _clamp_by(value, relation)
            if clamped is not None and clamped != value:
                return clamped
    return base


def _clamp_by(argument: Expr, relation: Basic) -> Expr | None:
    """The argument with `u` replaced by `minimum(u, v)` under `u < v`, and the like."""
    if not isinstance(relation, Relational):
        return None
    low, high = relation.lhs, relation.rhs
    if isinstance(relation, StrictGreaterThan | GreaterThan):
        low, high = high, low
    elif not isinstance(relation, StrictLessThan | LessThan):
        return None
    positions = {slot for entry in argument.atoms(Entry) for slot in entry.indices}
    if low.has(Entry) and not high.has(Entry) and low not in positions:
        return argument.xreplace({low: Minimum(low, high)})
    if high.has(Entry) and not low.has(Entry) and high not in positions:
        return argument.xreplace({high: Maximum(high, low)})
    return None

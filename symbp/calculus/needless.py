"""Guards of roots that are above 0 by their definitions, as norms of exponentials are.

The slope of a named root counts it as infinite where it is 0 (`symbp.calculus.roots`). A root of a
sum of exponentials is 0 only where they all underflow; scaled by the largest it is not, and the
question whether it is 0 would be asked of another value than the one that divides.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Basic, Expr, Mul, S, exp

from symbp.calculus.bounds import growing_exponentials, is_apart_from_zero
from symbp.calculus.indices import canonical, instantiate, rename, transform
from symbp.calculus.inlining import inlined
from symbp.calculus.roots import may_be_infinite
from symbp.calculus.spot_check import does_grow_far_out
from symbp.notation.expression import Entry, MaxOver, SumOver, Where
from symbp.notation.layer import Equation

__all__ = ["needs_no_guard", "without_needless_guards"]


def without_needless_guards(expression: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """The expression with no guard of a root that is positive, the definitions put in.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
    """

    def bare(node: Basic) -> Basic:
        if not (isinstance(node, Where) and may_be_infinite(node)):
            return node
        root = node.args[1] if node.args[2].is_infinite else node.args[2]
        whole = inlined(root, definitions)
        is_positive = whole.has(exp) and whole.is_positive and not whole.has(S.NegativeInfinity)
        return whole if is_positive else node

    return transform(expression, bare) if expression.has(S.Infinity) else expression


def needs_no_guard(expression: Expr, guarded: Expr, definitions: Mapping[str, Equation]) -> bool:
    """Whether nothing that an expression divides by underflows, and less grows than with guards.

    Args:
        expression: what became of one without guards.
        guarded: what became of the same with guards.
        definitions: the equations of the tensors in it that are computed before.
    """
    divisors = (
        node.base
        for node in sympy.preorder_traversal(expression)
        if isinstance(node, sympy.Pow) and node.exp.could_extract_minus_sign()
    )
    if not all(_is_far(divisor, definitions) for divisor in divisors):
        return False
    growing = _growing(expression, definitions)
    return growing == 0 or growing < _growing(guarded, definitions)


def _growing(expression: Expr, definitions: Mapping[str, Equation]) -> int:
    exponents = (node.args[0] for node in growing_exponentials(expression))
    return sum(does_grow_far_out(exponent, definitions) for exponent in exponents)


def _is_far(divisor: Expr, definitions: Mapping[str, Equation]) -> bool:
    if is_apart_from_zero(divisor):
        return True
    if divisor.is_Pow:
        return bool(divisor.exp.is_positive) and _is_far(divisor.base, definitions)
    if divisor.is_Mul:
        return all(_is_far(factor, definitions) for factor in divisor.args)
    if isinstance(divisor, Entry):
        if divisor.name not in definitions:
            return True  # it is what the caller gives, with a guard or without
        definition = definitions[divisor.name]
        value = instantiate(definition.value, definition.axes, divisor.indices)
        return _is_far(value, definitions)
    return isinstance(divisor, SumOver) and _has_a_term_of_1(divisor)


def _has_a_term_of_1(total: SumOver) -> bool:
    """Whether a sum of exponentials is shifted by the largest of its exponents."""
    factors = Mul.make_args(total.body)
    exponents = [factor.exp for factor in factors if isinstance(factor, exp)]
    rest = [factor for factor in factors if not isinstance(factor, exp) and factor.has(Entry)]
    if len(exponents) != 1 or rest:
        return False
    (exponent,) = exponents
    for largest in exponent.atoms(MaxOver):
        if len(largest.bound) == len(total.bound):
            own = rename(largest.body, dict(zip(largest.bound, total.bound, strict=True)))
            if canonical(exponent - (own - largest)) == 0:
                return True
    return False

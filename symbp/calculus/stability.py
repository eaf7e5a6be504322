"""Rewrites for stability: what is computed stays finite wherever the exact value is.

Scale (see `symbp.calculus.scale`), the logarithm of a quotient, which is never formed, and
guards, which keep the branch of a `where` that is not taken from overflowing.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Abs, Add, Expr, Mul, Pow, S, cosh, exp, log, sinh, tanh

from symbp.calculus.bounds import has_growing_exponential
from symbp.calculus.guards import guard
from symbp.calculus.indices import BINDERS, canonical, replace_entries
from symbp.calculus.rational import to_atoms
from symbp.calculus.scale import Shift, is_exponential_sum, scaled_product, settle, shift_of
from symbp.notation.expression import Entry, Maximum
from symbp.notation.layer import Equation

__all__ = ["guarded", "scaled"]

INLINE_DEPTH = 6


def scaled(expression: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """An equal expression in which no sum of exponentials overflows.

    Args:
        expression: a right side.
        definitions: the layer's own equations by target, to look through a logarithm's argument.
    """
    return canonical(_visit(expression, definitions))


def guarded(expression: Expr) -> Expr:
    """An equal expression in which branches that are not taken do no harm."""
    return canonical(guard(expression))


def _visit(node: Expr, definitions: Mapping[str, Equation]) -> Expr:
    if not node.args or isinstance(node, Entry):
        return node
    if isinstance(node, log):
        return _logarithm(_inlined(node.args[0], definitions), definitions)
    if isinstance(node, tanh) and isinstance(node.args[0], log):
        quotient = _tanh_of_log(node.args[0].args[0])
        if quotient is not None:
            return _visit(quotient, definitions)
    if isinstance(node, BINDERS):
        return node.func(_visit(node.body, definitions), *node.bound)
    if node.is_Mul or node.is_Pow:
        factors = [_inside(factor, definitions) for factor in _exponential_factors(node)]
        product = scaled_product(factors)
        return Mul(*factors) if product is None else product
    return node.func(*(_visit(arg, definitions) for arg in node.args))


def _inside(factor: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """A factor with its own parts stable, its outermost sum left for the scaling."""
    base, power = (factor.base, factor.exp) if factor.is_Pow else (factor, S.One)
    if is_exponential_sum(base):
        if isinstance(base, BINDERS):
            return base.func(_visit(base.body, definitions), *base.bound) ** power
        return Add(*(_visit(term, definitions) for term in base.args)) ** power
    if factor.is_Pow:
        return Pow(_visit(base, definitions), _visit(power, definitions))
    return _visit(factor, definitions)


def _exponential_factors(node: Expr) -> list[Expr]:
    """The factors of a product; hyperbolics of which one is divided by as exponentials."""
    factors = list(Mul.make_args(node))
    if any(f.is_Pow and f.exp.is_negative and f.base.has(cosh, sinh) for f in factors):
        factors = [_as_exponentials(factor) for factor in factors]
    return factors


def _as_exponentials(expression: Expr) -> Expr:
    return expression.replace(
        lambda node: isinstance(node, cosh | sinh), lambda node: node.rewrite(exp)
    )


def _inlined(argument: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """A logarithm's argument with the definitions put in that lead to exponentials."""
    current = argument
    for _ in range(INLINE_DEPTH):
        names = {entry.name for entry in current.atoms(Entry)} & definitions.keys()
        if not names:
            break
        current = replace_entries(
            current, {name: (definitions[name].axes, definitions[name].value) for name in names}
        )
        if has_growing_exponential(current):
            return current
    return argument


def _logarithm(argument: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """Log of a product of powers as the sum of the logarithms, exponentials undone."""
    argument = _as_exponentials(argument)
    if not has_growing_exponential(argument):
        return log(_visit(argument, definitions))
    factors = _quotient(argument)
    total, together = S.Zero, S.One
    for factor in factors:
        base, power = (factor.base, factor.exp) if factor.is_Pow else (factor, S.One)
        if isinstance(factor, exp):
            total += factor.exp
        elif is_exponential_sum(base):
            shift = shift_of(_inside(base, definitions))
            total += power * (_value(shift) + log(settle(shift.rest, [shift])))
        elif base.is_positive:
            total += power * log(_visit(base, definitions))
        else:
            together *= _visit(factor, definitions)
    return total + (log(together) if together != 1 else S.Zero)


def _quotient(argument: Expr) -> list[Expr]:
    """The factors of an expression brought over one denominator."""
    if argument.is_Add and any(
        factor.is_Pow and factor.exp.is_negative
        for term in argument.args
        for factor in Mul.make_args(term)
    ):
        polynomial, atoms = to_atoms(argument)
        cancelled = sympy.factor(sympy.cancel(polynomial))
        argument = cancelled.xreplace({dummy: atom for atom, dummy in atoms.items()})
    factors = []
    for factor in Mul.make_args(argument):
        content, base = factor.primitive() if factor.is_Add else (S.One, factor)
        factors += [content, base]
    return factors


def _value(shift: Shift) -> Expr:
    """The value of m outside an exponential."""
    if shift.largest is not None:
        return shift.largest
    if shift.low is None or shift.high is None:
        return S.Zero
    if shift.low == -shift.high:
        return Abs(shift.high)
    ends = sorted((shift.low, shift.high), key=lambda end: not end.has(Entry))
    return Maximum(*ends)


def _tanh_of_log(argument: Expr) -> Expr | None:
    """tanh(log(s)) = (s**2 - 1)/(s**2 + 1), for a short sum of exponentials s."""
    if not (argument.is_Add and is_exponential_sum(argument)):
        return None
    polynomial, atoms = to_atoms(argument)
    square = sympy.expand(polynomial**2)
    if len(Add.make_args(square)) > INLINE_DEPTH:
        return None
    back = {dummy: atom for atom, dummy in atoms.items()}
    top, bottom = (sympy.expand(part).xreplace(back) for part in (square - 1, square + 1))
    return Mul(top, Pow(bottom, -1))

"""Proves what a rewrite for stability did: by algebra, and by numbers where that does not decide.

Identities are decided by `symbp.calculus.equality`. A proof that fails is a bug of symbp.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import sympy
from sympy import Basic, Expr, S, Symbol, exp

from symbp.calculus.choices import under
from symbp.calculus.equality import (
    are_equal,
    are_equal_in_all_cases,
    without_logarithms,
)
from symbp.calculus.indices import canonical, transform
from symbp.calculus.proofs import FreeShift, Identity, Proof, tidied
from symbp.calculus.shift import Shift
from symbp.calculus.spot_check import do_agree
from symbp.errors import InternalError
from symbp.notation.expression import Entry, SumOver, Where, free_indices, scalar
from symbp.ops import erfc, erfcx, log_ndtr

__all__ = ["Notes"]


class Notes:
    """What a rewrite does as it goes along; proved when that is asked for."""

    def __init__(self) -> None:
        self._noted: list[Shift | tuple[Identity, tuple[Shift, ...]]] = []

    def extend(self, others: Notes) -> None:
        """Notes what was noted elsewhere."""
        self._noted += others._noted

    def shift(self, shift: Shift) -> Shift:
        """Notes a shift and hands it back."""
        self._noted.append(shift)
        return shift

    def identity(self, kind: str, before: Expr, after: Expr, *shifts: Shift) -> Expr:
        """Notes an identity, if it changes anything, and hands back the expression after it.

        Args:
            kind: its name.
            before, after: the two sides.
            shifts: those by whose ends it is to be proved, case by case.
        """
        if before != after:
            self._noted.append((Identity(kind, before, after), shifts))
        return after

    def proofs(self) -> tuple[Proof, ...]:
        """The proofs of all that was noted, in order, each distinct one once.

        Raises:
            InternalError: one does not hold.
        """
        found: dict[Proof, None] = {}
        for noted in self._noted:
            if isinstance(noted, Shift):
                found[_shift_proved(noted)] = None
            else:
                identity, shifts = noted
                found[_proved(identity, _directions(*shifts))] = None
        return tuple(found)


def _shift_proved(shift: Shift) -> FreeShift:
    """The proof with m as a symbol of the sum's own choice: equal sums have equal proofs."""
    m = _free_symbol(shift.total)
    own = replace(shift, m=m, rest=shift.rest.xreplace({shift.m: m}))
    return _free_shift(own, own.shifted)


@cache
def _free_shift(shift: Shift, by_m: Expr) -> FreeShift:
    m = shift.m
    total, shifted = canonical(shift.total), canonical(by_m)
    derivative = _derivative(shifted, m)
    value = canonical(shift.value)
    after = canonical(exp(value) * shift.settled)
    steps: tuple[tuple[Expr, Expr, tuple[Expr, ...], str], ...] = (
        (derivative, S.Zero, (), "the derivative of {shifted} by {m} is not 0: {derivative}"),
        (shifted.xreplace({m: S.Zero}), total, (), "{shifted} is not {total} for {m} = 0"),
        (total, after, _directions(shift), "{after} is not {total}"),
    )
    decided = True
    for one, other, directions, fault in steps:
        if not are_equal_in_all_cases(one, other, directions):
            decided = False
            if not do_agree(one, other):
                raise InternalError(
                    fault.format(
                        shifted=shifted, m=m, derivative=derivative, total=total, after=after
                    )
                )
    return tidied(FreeShift(total, m, shifted, derivative, value, after, decided))


def _free_symbol(total: Expr) -> Symbol:
    """m, with a prime for as long as something in the sum has that name."""
    taken = {symbol.name for symbol in total.atoms(Symbol)}
    name = "m"
    while name in taken:
        name += "'"
    return scalar(name)


def _derivative(expression: Expr, m: Symbol) -> Expr:
    """The derivative by a symbol; that of a sum over indices is the sum of the derivatives."""
    sums = {
        node
        for node in sympy.preorder_traversal(expression)
        if isinstance(node, SumOver) and m in node.free_symbols
    }
    outermost = {
        node: sympy.Function(f"sum{place}")(m) for place, node in enumerate(sorted(sums, key=str))
    }
    derivative = expression.xreplace(outermost).diff(m)
    derivatives = {
        function.diff(m): node.rebuild(_derivative(node.body, m))
        for node, function in outermost.items()
    }
    back = {function: node for node, function in outermost.items()}
    return canonical(derivative.xreplace(derivatives).xreplace(back))


def _directions(*shifts: Shift) -> tuple[Expr, ...]:
    found = (shift.distance for shift in shifts)
    return tuple(dict.fromkeys(distance for distance in found if distance is not None))


@cache
def _proved(identity: Identity, directions: tuple[Expr, ...]) -> Identity:
    if _holds(identity, directions):
        return tidied(identity)
    if not do_agree(identity.before, identity.after):
        raise InternalError(f"{identity.kind}: {identity.after} is not {identity.before}")
    return tidied(replace(identity, decided=False))


def _holds(identity: Identity, directions: tuple[Expr, ...]) -> bool:
    before, after = identity.before, identity.after
    if identity.kind == "definition":  # the equation of that entry says so
        return True
    if identity.kind == "choice" and isinstance(after, Where):
        condition = after.args[0]
        cases = (
            (under(side, condition, holds) for side in (before, after)) for holds in (True, False)
        )
        return all(are_equal(*case) for case in cases)
    if identity.kind in ("logarithm", "quotient"):
        return are_equal(without_logarithms(before), without_logarithms(after))
    if identity.kind == "counted":
        return _counts(before, after)
    if identity.kind == "complement":
        return are_equal(before, after.replace(erfc, lambda argument: 1 - sympy.erf(argument)))
    if identity.kind == "tail":
        return are_equal(without_logarithms(before), without_logarithms(_unscaled(after)))
    if identity.kind == "tanh":
        return are_equal(*(side.rewrite(exp) for side in (before, after)))
    if identity.kind in ("hyperbolic", "tanh of logarithm"):
        return are_equal(before.rewrite(exp, deep=False), after)
    return are_equal_in_all_cases(before, after, directions)


def _unscaled(value: Expr) -> Expr:
    """The tails of error functions by their definitions."""
    value = value.replace(erfcx, lambda u: exp(u**2) * erfc(u))
    return value.replace(log_ndtr, lambda u: sympy.log(erfc(-u / sympy.sqrt(2)) / 2))


def _counts(before: Expr, after: Expr) -> bool:
    """Whether two sums are equal where an exponent counts and where a condition of it fails."""
    parts = {
        part
        for node in after.atoms(Where)
        if node.args[2] is S.NegativeInfinity
        for part in sympy.And.make_args(node.args[0])
    }
    sides = [transform(side, _as_factor) for side in (before, after)]
    holds = [transform(side, lambda node: _chosen(node, parts)) for side in sides]
    fails = ([side.xreplace(_failed(part)) for side in sides] for part in parts)
    return all(are_equal(*pair) for pair in (holds, *fails))


def _failed(condition: Basic) -> dict[Basic, Basic]:
    """What a condition that fails puts in: 0 for a weight that is to differ from it."""
    is_weight = isinstance(condition, sympy.Ne) and condition.rhs == 0
    if is_weight and condition.lhs.has(Entry):
        return {condition.lhs: S.Zero}
    return {condition: sympy.false}


def _as_factor(node: Basic) -> Basic:
    """An exponential as a tensor of its own, under the condition that is in its exponent."""
    if not isinstance(node, exp):
        return node
    masked = isinstance(node.exp, Where) and node.exp.args[2] is S.NegativeInfinity
    condition, exponent = node.exp.args[:2] if masked else (sympy.true, node.exp)
    return Where(condition, Entry(f"exp({exponent})", *free_indices(exponent)), S.Zero)


def _chosen(node: Basic, known: set[Basic]) -> Basic:
    """The branch that is taken where some conditions hold."""
    if isinstance(node, Where) and set(sympy.And.make_args(node.args[0])) <= known:
        return node.args[1]
    return node

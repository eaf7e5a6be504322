"""Reads an expression with guards as it is in each branch, where the guards do nothing.

This knows nothing of how guards are put in. In a branch of a `where` the branch's condition holds;
under `u < v` it reads `minimum(u, v)` as u, and a `where` by the same condition as its branch.
What is read must be what was there before the guards.
"""

from __future__ import annotations

import sympy
from sympy import Basic, Expr, Mul
from sympy.core.relational import (
    GreaterThan,
    LessThan,
    StrictGreaterThan,
    StrictLessThan,
)

from symbp.calculus.indices import transform
from symbp.calculus.proofs import Guard, Identity, tidied
from symbp.calculus.spot_check import do_agree
from symbp.errors import InternalError
from symbp.notation.expression import Maximum, Minimum, Where

__all__ = ["guards_of"]

Conditions = tuple[Basic, ...]


def guards_of(before: Expr, after: Expr) -> tuple[Guard | Identity, ...]:
    """Every guarded argument of an expression, with the condition under which it is the same.

    Where there is none, a factor that fails outside a mask was taken into it.

    Args:
        before: the expression without guards.
        after: the expression with guards.

    Raises:
        InternalError: a branch that is taken differs from what it was.
    """
    if before == after:
        return ()
    old, new = _Reader(), _Reader()
    was, reads = old.read(before, ()), new.read(after, ())
    decided = was == reads or _as_masks(was) == _as_masks(reads)
    if not decided and not do_agree(before, after):
        raise InternalError(f"guards: {after} is not {before}")
    found = (tidied(guard) for guard in new.found if guard not in old.found)
    return tuple(dict.fromkeys(found)) or (tidied(Identity("mask", before, after, decided)),)


class _Reader:
    """Reads expressions under conditions, and notes the arguments that a condition settles."""

    def __init__(self) -> None:
        self.found: dict[Guard, None] = {}
        self._used: dict[Basic, None] = {}

    def read(self, node: Basic, known: Conditions) -> Basic:
        """The expression where the conditions hold."""
        if not node.args or not node.has(Where, Minimum, Maximum):
            return node
        if isinstance(node, Where):
            return self._where(node, known)
        if isinstance(node, Minimum | Maximum):
            return self._extremum(node, known)
        if node.is_Mul:
            choice = next((factor for factor in node.args if isinstance(factor, Where)), None)
            if choice is not None:
                rest = Mul(*(factor for factor in node.args if factor is not choice))
                condition, a, b = choice.args
                return self.read(Where(condition, a * rest, b * rest), known)
        if isinstance(node, sympy.Function | sympy.Pow | sympy.exp):
            return node.func(*(self._argument(argument, known) for argument in node.args))
        return node.func(*(self.read(argument, known) for argument in node.args))

    def _argument(self, argument: Basic, known: Conditions) -> Basic:
        outer, self._used = self._used, {}
        found = self.read(argument, known)
        if self._used:
            self.found[Guard(sympy.And(*self._used), found, argument)] = None
        self._used = outer
        return found

    def _where(self, node: Where, known: Conditions) -> Basic:
        condition, a, b = node.args
        if isinstance(condition, sympy.And) and b == 0:  # one after the other, as masks stand
            first, *others = condition.args
            return self._where(Where(first, Where(sympy.And(*others), a, b), b), known)
        read = self.read(condition, known)
        for held in (condition, read):
            for outcome, branch in ((held, a), (sympy.Not(held), b)):
                if set(_parts(outcome)) <= set(known):
                    self._used |= dict.fromkeys(_parts(outcome))
                    return self.read(branch, known)
        so = (*known, *_parts(condition), *_parts(read))
        not_so = (*known, *_parts(sympy.Not(condition)), *_parts(sympy.Not(read)))
        return Where(read, self.read(a, so), self.read(b, not_so))

    def _extremum(self, node: Expr, known: Conditions) -> Basic:
        a, b = (self.read(argument, known) for argument in node.args)
        for relation in known:
            low, high = _ordered(relation)
            if {low, high} == {a, b}:
                self._used[relation] = None
                return low if isinstance(node, Minimum) else high
        return node.func(a, b)


def _parts(condition: Basic) -> tuple[Basic, ...]:
    """The conditions that hold together where one does."""
    return () if condition is sympy.true else sympy.And.make_args(condition)


def _ordered(relation: Basic) -> tuple[Basic, Basic] | tuple[None, None]:
    """The lower and the higher side of an inequality."""
    if isinstance(relation, StrictLessThan | LessThan):
        return relation.lhs, relation.rhs
    if isinstance(relation, StrictGreaterThan | GreaterThan):
        return relation.rhs, relation.lhs
    return None, None


def _as_masks(expression: Basic) -> Basic:
    """`where(c, a, b)` as `c*a + (1 - c)*b`, a symbol for each question in c: no order matters."""

    def mask(node: Basic) -> Basic:
        if not isinstance(node, Where):
            return node
        condition, a, b = node.args
        chosen = Mul(*map(bit, sympy.And.make_args(condition)))
        return chosen * a + (1 - chosen) * b

    def bit(condition: Basic) -> Expr:
        negated = sympy.Not(condition)
        first = min(condition, negated, key=str)
        symbol = sympy.Symbol(f"[{first}]", real=True)
        return symbol if first == condition else 1 - symbol

    def once(node: Basic) -> Basic:
        """A mask is 0 or 1: its powers are itself."""
        is_mask = node.is_Pow and node.base.is_Symbol and node.base.name.startswith("[")
        return node.base if is_mask and node.exp.is_positive else node

    return transform(sympy.expand(transform(expression, mask)), once)

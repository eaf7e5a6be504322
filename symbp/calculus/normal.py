"""Brings a gradient into its cheapest form: sums, assumptions, known sums, factors."""

from __future__ import annotations

from functools import partial

import sympy
from sympy import Expr

from symbp.calculus.branches import absorb_signs, merge_branches
from symbp.calculus.cost import cost
from symbp.calculus.indices import canonical, rename, same_up_to_indices, transform
from symbp.calculus.rational import cheapest
from symbp.calculus.sums import expand_sums, known_sums, pull_out
from symbp.notation.expression import Entry, Index, SumOver, free_indices
from symbp.notation.layer import Assumption, Equation

__all__ = ["Normalizer"]


class Normalizer:
    """The rewrites that need to know nothing but the layer's definitions and assumptions.

    Args:
        definitions: every forward node by name.
        assumptions: identities that the data satisfy.
    """

    def __init__(
        self, definitions: dict[str, Equation], assumptions: tuple[Assumption, ...]
    ) -> None:
        self._definitions = definitions
        self._absolute = {
            node.value: Entry(node.target, *node.axes)
            for node in definitions.values()
            if isinstance(node.value, sympy.Abs)
        }
        self._assumptions = tuple(
            (canonical(item.left), free_indices(item.left), item.right) for item in assumptions
        )

    def __call__(self, expression: Expr) -> Expr:
        """The cheapest of the forms that linearity, the definitions and the assumptions give."""
        compact = self._known(merge_branches(self._sums(pull_out(expression))))
        candidates = [cheapest(compact)]
        if compact.has(SumOver):
            candidates.append(cheapest(self.expanded(compact)))
        return canonical(min(candidates, key=lambda form: (cost(form), sympy.count_ops(form))))

    def _known(self, expression: Expr) -> Expr:
        """Products with signs as absolute values, which a node may hold already."""
        return absorb_signs(expression).xreplace(self._absolute)

    def expanded(self, expression: Expr) -> Expr:
        """The expression as a sum of products, every sum over one product."""
        return self._sums(expand_sums(expression))

    def _sums(self, expression: Expr) -> Expr:
        return self._assume(known_sums(expression, self._definitions))

    def _assume(self, expression: Expr) -> Expr:
        for left, axes, right in self._assumptions:
            expression = transform(expression, partial(_replace, left, axes, right))
        return expression


def _replace(left: Expr, axes: tuple[Index, ...], right: Expr, node: Expr) -> Expr:
    """The right side of an assumption where a node is its left side, up to index names."""
    if not isinstance(node, type(left)) or isinstance(node, Entry):
        return node
    mapping = same_up_to_indices(left, canonical(node), axes)
    return node if mapping is None else rename(right, mapping)

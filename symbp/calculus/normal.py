"""Brings a gradient into its cheapest form: sums, assumptions, known sums, factors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sympy
from sympy import Expr

from symbp.calculus.branches import absorb_signs, merge_branches
from symbp.calculus.cost import Pricing
from symbp.calculus.deltas import by_delta, from_deltas
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
        pricing: of the target.
    """

    def __init__(
        self,
        definitions: dict[str, Equation],
        assumptions: tuple[Assumption, ...],
        pricing: Pricing,
    ) -> None:
        self.pricing = pricing
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
        return self.path(expression)[-1][1]

    def path(self, expression: Expr) -> list[tuple[str, Expr]]:
        """The way to the cheapest form: names of rewrites and what each one leaves."""
        pulled = pull_out(expression)
        parts = by_delta(pulled)
        if len(parts) > 1:
            whole = {deltas: self(coefficient) for deltas, coefficient in parts.items()}
            return [("linearity", pulled), ("deltas", canonical(from_deltas(whole)))]
        paths = [self._path(pulled)]
        if paths[0][-1][1].has(SumOver):
            paths.append(self._path(expand_sums(pulled)))
        return min(paths, key=self._price_of_path)

    def _path(self, expression: Expr) -> list[tuple[str, Expr]]:
        path = [("linearity", expression)]
        rewrites: dict[str, Callable[[Expr], Expr]] = {
            "zero sums": partial(known_sums, definitions=self._definitions),
            "assumption": self._assume,
            "branches": lambda value: self._known(merge_branches(value)),
            "factor": lambda value: canonical(cheapest(value, self.pricing)),
        }
        for rule, rewrite in rewrites.items():
            path.append((rule, rewrite(path[-1][1])))
        return path

    def _price_of_path(self, path: list[tuple[str, Expr]]) -> tuple[float, int]:
        return self.pricing.price(path[-1][1]), sympy.count_ops(path[-1][1])

    def _known(self, expression: Expr) -> Expr:
        """Products with signs as absolute values, which a node may hold already."""
        return absorb_signs(expression).xreplace(self._absolute)

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

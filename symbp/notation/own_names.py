"""A layer's own names hide the constants of the notation: `e` may be a tensor or an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr

from symbp.notation.draft import Draft
from symbp.notation.functions import CONSTANTS
from symbp.notation.tree import Access, Constant, Name, Node, Plain, Statement, replaced

__all__ = ["with_own_names"]

Statements = tuple[Statement, ...]


def with_own_names(
    draft: Draft, equations: Statements, assumptions: Statements
) -> tuple[Statements, Statements]:
    """Read `pi`, `e` and `inf` as names wherever the layer has something that is called so.

    Args:
        draft: what it declares.
        equations, assumptions: as parsed, with every bare `e` a constant.
    """
    own = _declared(draft) | _written((*equations, *assumptions))
    if isinstance(draft.forward, Expr) or not own & CONSTANTS.keys():
        return equations, assumptions

    def change(node: Node) -> Node | None:
        if isinstance(node, Constant) and node.name in own:
            return Name(node.column, node.name)
        return None

    def rewritten(statements: Statements) -> Statements:
        return tuple(
            replace(item, sides=tuple(replaced(side, change) for side in item.sides))
            for item in statements
        )

    return rewritten(equations), rewritten(assumptions)


def _declared(draft: Draft) -> set[str]:
    return {
        *draft.parameters,
        *draft.constants,
        *(draft.inputs or ()),
        *(draft.outputs or ()),
        *draft.hyper,
    }


def _written(statements: Iterable[Statement]) -> set[str]:
    """The names of targets, of what is written with brackets, and of indices."""
    return {
        node.name
        for statement in statements
        for node in statement.nodes
        if isinstance(node, Access | Plain)
    }

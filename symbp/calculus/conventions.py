"""What holds where a derivative does not exist: the declared subgradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Basic

from symbp.calculus.roots import can_be_zero, is_root
from symbp.calculus.text import expression_text
from symbp.notation.expression import Entry, Maximum, MaxOver, Minimum, MinOver, Where
from symbp.notation.layer import Equation
from symbp.ops import stop_gradient

__all__ = ["Kink", "conventions", "kinks"]

SENTENCES = {
    "tie_with_constant": "where {a} == {b} the slope of {node} is 0, that of {winner}",
    "tie": "where {a} == {b} the gradient of {node} goes to {winner}",
    "max_over": "the gradient of {node} goes to the first maximal entry",
    "min_over": "the gradient of {node} goes to the first minimal entry",
    "abs": "the slope of {node} is 0 where {argument} == 0",
    "sign": "the slope of {node} is 0 everywhere",
    "root": "the slope of {node} is 0 where {argument} == 0",
    "power": "the slope of {node} is 0 where {argument} == 0 and {exponent} is between 0 and 1",
    "where": "where({condition}, ...) has the slope of the branch that is taken",
}


@dataclass(frozen=True)
class Kink:
    """A place where a derivative does not exist, and what holds there.

    Args:
        kind: one of the keys of `SENTENCES`.
        parts: the expressions that the sentence names.
    """

    kind: str
    parts: Mapping[str, Basic]


def kinks(equations: tuple[Equation, ...]) -> tuple[Kink, ...]:
    """Every kink in a layer's equations, once."""
    found: dict[Basic, Kink] = {}
    for equation in equations:
        for node in sympy.preorder_traversal(equation.value):
            kink = _kink(node)
            if kink is not None:
                found.setdefault(node, kink)
    return tuple(found.values())


def conventions(equations: tuple[Equation, ...]) -> tuple[str, ...]:
    """One sentence for every kink in a layer's equations."""
    sentences = (
        SENTENCES[kink.kind].format_map(
            {name: expression_text(part) for name, part in kink.parts.items()}
        )
        for kink in kinks(equations)
    )
    return tuple(dict.fromkeys(sentences))


def _kink(node: Basic) -> Kink | None:
    if not node.has(Entry):  # no gradient goes through a number
        return None
    if isinstance(node, Maximum | Minimum):
        a, b = node.args
        first, second = (a, b) if b.has(Entry) else (b, a)
        winner = first if isinstance(node, Maximum) else second
        kind = "tie" if winner.has(Entry) else "tie_with_constant"
        return Kink(kind, {"a": a, "b": b, "node": node, "winner": winner})
    if isinstance(node, MaxOver | MinOver):
        return Kink("max_over" if isinstance(node, MaxOver) else "min_over", {"node": node})
    if isinstance(node, sympy.Abs):
        return Kink("abs", {"node": node, "argument": node.args[0]})
    if isinstance(node, sympy.sign | stop_gradient):
        return Kink("sign", {"node": node})
    if is_root(node):
        return Kink("root", {"node": node, "argument": node.base})
    if isinstance(node, sympy.Pow) and not node.exp.is_number and can_be_zero(node.base):
        return Kink("power", {"node": node, "argument": node.base, "exponent": node.exp})
    if isinstance(node, Where):
        return Kink("where", {"condition": node.args[0]})
    return None

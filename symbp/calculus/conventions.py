"""What holds where a derivative does not exist: the declared subgradients."""

from __future__ import annotations

import sympy

from symbp.calculus.text import expression_text
from symbp.notation.expression import Entry, Maximum, MaxOver, Minimum, MinOver, Where
from symbp.notation.layer import Equation

__all__ = ["conventions"]


def conventions(equations: tuple[Equation, ...]) -> tuple[str, ...]:
    """One sentence for every kink in a layer's equations."""
    found: dict[str, None] = {}
    for equation in equations:
        for node in sympy.preorder_traversal(equation.value):
            sentence = _sentence(node)
            if sentence:
                found.setdefault(sentence)
    return tuple(found)


def _sentence(node: sympy.Basic) -> str:
    if isinstance(node, Maximum | Minimum):
        a, b = (expression_text(arg) for arg in node.args)
        constant = next((arg for arg in node.args if not arg.has(Entry)), None)
        winner = expression_text(constant) if constant is not None else a
        text = expression_text(node)
        if constant is not None:
            return f"where {a} == {b} the slope of {text} is 0, that of {winner}"
        return f"where {a} == {b} the gradient of {text} goes to {winner}"
    if isinstance(node, MaxOver | MinOver):
        which = "maximal" if isinstance(node, MaxOver) else "minimal"
        return f"the gradient of {expression_text(node)} goes to the first {which} entry"
    if isinstance(node, sympy.Abs):
        argument = expression_text(node.args[0])
        return f"the slope of abs({argument}) is 0 where {argument} == 0"
    if isinstance(node, sympy.sign):
        return f"the slope of {expression_text(node)} is 0 everywhere"
    if isinstance(node, Where):
        condition = expression_text(node.args[0])
        return f"where({condition}, ...) has the slope of the branch that is taken"
    return ""

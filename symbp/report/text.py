"""A derivation in plain text: definition, nodes, chain, rewrites, result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbp.calculus import Derivation, Step, equation_text, expression_text
from symbp.notation import Equation

__all__ = ["derivation_text"]


def derivation_text(derivation: Derivation) -> str:
    """The whole story of a derivation, one equation a line."""
    sections = {
        f"{derivation.layer.name}": _sources(derivation),
        "Nodes: the forward pass, one operation each": _equations(derivation.nodes),
        "Local derivatives, and what each node hands back": _nodes_backward(derivation),
        "Collapsed: the nodes' gradients put into each other": _equations(derivation.collapsed),
        "Rewrites": _steps(derivation.steps),
        "Computed going forward": _equations(derivation.forward),
        "Computed going backward": _equations(derivation.backward),
    }
    blocks = []
    for title, lines in sections.items():
        body = [f"  {line}" for line in lines]
        if body:
            blocks.append("\n".join([title, *body]))
    return "\n\n".join(blocks)


def _sources(derivation: Derivation) -> Iterator[str]:
    for equation in derivation.layer.equations:
        yield equation.source
    for assumption in derivation.layer.assumptions:
        yield f"assuming {assumption.source}"


def _equations(equations: Iterable[Equation]) -> Iterator[str]:
    return (equation_text(equation) for equation in equations)


def _nodes_backward(derivation: Derivation) -> Iterator[str]:
    axes = {node.target: node.axes for node in derivation.nodes}
    axes |= {name: tensor.axes for name, tensor in derivation.layer.tensors.items()}
    for node in reversed(derivation.nodes):
        for name, parts in derivation.sweep.contributions.items():
            for part in parts:
                if part.node == node.target:
                    local = expression_text(part.local)
                    yield f"d{node.target}/d{part.operand.name} = {local}"
                    handed = equation_text(Equation(f"d{name}", axes[name], part.value))
                    yield f"    {handed.replace(' = ', ' += ', 1)}"


def _steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield f"{step.rule}, {step.target}"
        yield f"    from {expression_text(step.before)}"
        yield f"    to   {expression_text(step.after)}"

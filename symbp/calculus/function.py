"""What is derived, as one kind of value: tensors computed from tensors by equations."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.calculus.cost import Pricing
from symbp.calculus.definitions import names_in
from symbp.calculus.text import equation_text
from symbp.notation.layer import Equation, Layer

__all__ = ["Function", "Linear", "staged"]


@dataclass(frozen=True)
class Linear:
    """Equations as the one rule gives them, linear in some tensors.

    Args:
        layer: read for the tensors that exist anyway, the outputs, the assumptions.
        nodes: what the equations may refer to, as elementary nodes in order.
        selectors: the integer tensors that max and min nodes are routed by.
        equations: over `directions` and nodes, in order, each also over those before it.
        directions: the names of the tensors in which they are linear.
        results: the names of those that are asked for.
        pricing: of the target, for the choice among equal forms.
    """

    layer: Layer
    nodes: tuple[Equation, ...]
    selectors: tuple[Equation, ...]
    equations: tuple[Equation, ...]
    directions: tuple[str, ...]
    results: tuple[str, ...]
    pricing: Pricing


@dataclass(frozen=True, repr=False)
class Function:
    """A map from tensors to tensors in two stages.

    The backward pass is one, linear in the upstream gradients; a Jacobian-vector product is one,
    linear in the tangents; a Hessian-vector product is linear in each of the two. What depends on
    neither is computed before they are known.

    Args:
        inputs: the names of the tensors of the point at which the map is taken.
        directions: the names of the upstream gradients and tangents.
        primal: the equations over the inputs alone, in order.
        equations: those over directions, inputs and `primal`, in order.
        outputs: the names of the tensors that it gives, each the target of an equation.
    """

    inputs: tuple[str, ...]
    directions: tuple[str, ...]
    primal: tuple[Equation, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[str, ...]

    def __repr__(self) -> str:
        given = ", ".join((*self.inputs, *self.directions))
        return f"Function({given} -> {', '.join(self.outputs)}: {self})"

    def __str__(self) -> str:
        return "; ".join(equation_text(equation) for equation in (*self.primal, *self.equations))


def staged(
    equations: tuple[Equation, ...], directions: tuple[str, ...]
) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """The equations that depend on no direction, and those that do, both in order."""
    late = set(directions)
    parts: tuple[list[Equation], list[Equation]] = ([], [])
    for equation in equations:
        depends = bool(names_in([equation]) & late)
        late |= {equation.target} if depends else set()
        parts[depends].append(equation)
    return tuple(parts[0]), tuple(parts[1])

"""Jacobian-vector and Hessian-vector products: the tangents of forward, and of backward.

The second is the first taken of the backward pass with fixed upstream gradients (B. A. Pearlmutter,
"Fast exact multiplication by the Hessian", Neural Computation 6, 1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import S

from symbp.calculus.cost import pricing
from symbp.calculus.decompose import decompose
from symbp.calculus.definitions import unnamed, with_definitions
from symbp.calculus.derivation import Derivation, Derived
from symbp.calculus.form import formed
from symbp.calculus.function import Linear
from symbp.calculus.tangents import forward_sweep, joined_tangents
from symbp.calculus.text import equation_text
from symbp.notation.layer import Equation, Layer, Role, Tensor

__all__ = ["hvp", "jvp"]


def jvp(derivation: Derivation) -> Derived:
    """The tangents of a layer's outputs, from those of its inputs and parameters."""
    layer = derivation.layer
    return _pushed(derivation, layer, derivation.nodes, (), layer.outputs)


def hvp(derivation: Derivation) -> Derived:
    """The tangents of a layer's gradients, from those of its inputs and parameters.

    The upstream gradients are held fixed. Of a loss it is the product of the Hessian and the
    tangents. What is differentiated are the exact gradients, before the rewrites for stability.
    """
    layer, upstreams = derivation.layer, derivation.vjp.function.directions
    axes = {layer.gradient(name): layer.tensors[name].axes for name in layer.outputs}
    given = {name: Tensor(name, Role.CONSTANT, own) for name, own in axes.items()}
    whole = replace(layer, tensors={**layer.tensors, **given})
    nodes = decompose(whole, (*derivation.nodes, *derivation.vjp.exact))
    return _pushed(derivation, whole, nodes, upstreams, derivation.vjp.function.outputs)


def _pushed(
    derivation: Derivation,
    layer: Layer,
    nodes: tuple[Equation, ...],
    upstreams: tuple[str, ...],
    outputs: tuple[str, ...],
) -> Derived:
    """The tangents of some nodes.

    Args:
        derivation: of the layer.
        layer: the layer, upstream gradients among its constants if it has any.
        nodes: elementary, in order.
        upstreams: the names of the upstream gradients among what is given.
        outputs: the names of the nodes whose tangents are asked for.
    """
    moved = (*layer.inputs, *layer.parameters)
    tangent = derivation.layer.tangent
    tangents = forward_sweep(nodes, moved, tangent)
    results = tuple(map(tangent, outputs))
    kept = {equation.target for equation in derivation.vjp.exact}
    equations = joined_tangents(tangents, nodes, results, kept)
    axes = {tangent(eq.target): eq.axes for eq in (*nodes, *derivation.vjp.exact)}
    found = {equation.target for equation in equations}
    equations += tuple(Equation(n, axes[n], S.Zero) for n in results if n not in found)
    selectors = {item.target: item for item in (*derivation.sweep.selectors, *tangents.selectors)}
    directions = tuple(map(tangent, moved))
    prices = pricing(derivation.costs)
    derived = formed(
        Linear(layer, nodes, tuple(selectors.values()), equations, directions, results, prices),
        upstreams,
    )
    return _titled(derived, unnamed(layer, nodes))


def _titled(derived: Derived, nodes: Mapping[str, Equation]) -> Derived:
    """What is computed, each equation with the text that is written down for it.

    The one that is computed may name nodes that exist nowhere.
    """
    late = (eq.target for eq in derived.function.equations if eq.target in nodes)
    spelled = (with_definitions(nodes[name], nodes) for name in late)
    texts = {equation.target: equation_text(equation) for equation in (*spelled, *derived.written)}
    equations = tuple(
        replace(equation, source=texts.get(equation.target, equation.source))
        for equation in derived.function.equations
    )
    return replace(derived, function=replace(derived.function, equations=equations))

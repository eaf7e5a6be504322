"""From a layer to its derivation: the stages in order."""

from __future__ import annotations

from symbp.calculus.cost import pricing
from symbp.calculus.decompose import decompose
from symbp.calculus.derivation import Derivation
from symbp.calculus.form import formed
from symbp.calculus.function import Linear
from symbp.calculus.join import join
from symbp.calculus.sweep import reverse_sweep
from symbp.notation.layer import Layer
from symbp.ops import MEASURED, Costs

__all__ = ["derive"]


def derive(layer: Layer, costs: Costs = MEASURED) -> Derivation:
    """Derives a layer's backward pass.

    Args:
        layer: the layer.
        costs: of the target that it is derived for: among equal forms the cheapest is chosen.
    """
    nodes = decompose(layer)
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in layer.tensors.items()}
    sweep = reverse_sweep(nodes, axes, layer.outputs, layer.constants, layer.gradient)
    gradients = join(layer, nodes, sweep)
    upstreams = tuple(map(layer.gradient, layer.outputs))
    results = tuple(map(layer.gradient, (*layer.inputs, *layer.parameters)))
    vjp = formed(
        Linear(layer, nodes, sweep.selectors, gradients, upstreams, results, pricing(costs))
    )
    return Derivation(layer, costs, nodes, sweep, vjp)

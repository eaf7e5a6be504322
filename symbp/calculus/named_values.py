"""The values of all tensors that the user named, those included that are put in elsewhere."""

from __future__ import annotations

from symbp.calculus.assemble import growing, titled, with_nothing
from symbp.calculus.contractions import reduced
from symbp.calculus.cost import pricing
from symbp.calculus.definitions import live, with_definitions
from symbp.calculus.derivation import Derivation, Log
from symbp.calculus.stable import Surroundings, stable
from symbp.notation.layer import Equation

__all__ = ["named_values"]


def named_values(derivation: Derivation) -> tuple[Equation, ...]:
    """The equations that give every tensor that the user named, stable, in order.

    What the forward pass computes is computed alike.
    """
    layer, nodes, function = derivation.layer, derivation.nodes, derivation.vjp.function
    named = {equation.target for equation in layer.equations}
    known = layer.tensors.keys() - growing(layer, {node.target: node for node in nodes})
    unnamed = {node.target: node for node in nodes if node.target not in known}
    own = {
        node.target: with_definitions(node, unnamed)
        for node in nodes
        if node.target in known or node.target in layer.outputs
    }
    forward = {equation.target: equation for equation in function.primal}
    put_in = {n: node for n, node in unnamed.items() if n not in named and n not in forward}
    costs = pricing(derivation.costs)
    around = Surroundings(own, own.keys(), reduced(nodes), function.directions, costs)
    found = []
    for node in nodes:
        if node.target in forward:
            found.append(forward[node.target])
        elif node.target not in put_in:
            found.append(stable(titled(with_definitions(node, put_in)), around, Log()))
    values, _ = with_nothing(found, [], Log())
    return live(values, named)

"""The chain rule written out: every node's value and gradient in terms of what the user named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Add, Expr

from symbp.calculus.indices import canonical, replace_entries
from symbp.calculus.sums import pull_out
from symbp.calculus.sweep import Sweep, total_adjoint
from symbp.notation.expression import Entry, Index
from symbp.notation.layer import Equation, Layer

__all__ = ["Chain", "chain"]

MAX_OPERATIONS = 24

Definitions = dict[str, tuple[tuple[Index, ...], Expr]]


@dataclass(frozen=True)
class Chain:
    """The products of the chain rule, grown from the outputs to the inputs.

    What would be longer than some two dozen operations is left under its own name.

    Args:
        values: what a node computes, over the tensors that the user named.
        gradients: what a tensor receives in all, over upstreams and tensors that the user named.
        products: what a node hands back to an operand, written out the same way.
        handed: the same before it is written out: upstream times local derivative.
        upstreams: the name of the gradient that a node multiplies with; that of an output that
            the layer uses further is the total of what comes from above and from within.
    """

    values: Mapping[str, Expr]
    gradients: Mapping[str, Expr]
    products: Mapping[tuple[str, Entry], Expr]
    handed: Mapping[tuple[str, Entry], Expr]
    upstreams: Mapping[str, str]


def chain(layer: Layer, nodes: tuple[Equation, ...], sweep: Sweep) -> Chain:
    """Puts the unnamed nodes and their gradients into each other, forward and backward."""
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in layer.tensors.items()}
    forward: Definitions = {}
    values: dict[str, Expr] = {}
    for node in nodes:
        whole = replace_entries(node.value, forward)
        values[node.target] = whole if _is_short(whole) else node.value
        if node.target not in layer.tensors and _is_short(values[node.target]):
            forward[node.target] = (node.axes, values[node.target])
    known = dict(forward)
    gradients: dict[str, Expr] = {}
    products: dict[tuple[str, Entry], Expr] = {}
    handed: dict[tuple[str, Entry], Expr] = {}
    upstreams = {
        name: total_adjoint(name)
        if name in layer.outputs and name in sweep.contributions
        else layer.gradient(name)
        for name in axes
    }
    renamed = {
        layer.gradient(name): (axes[name], Entry(upstream, *axes[name]))
        for name, upstream in upstreams.items()
        if upstream != layer.gradient(name)
    }
    for name in [*(node.target for node in reversed(nodes)), *layer.inputs, *layer.parameters]:
        parts = sweep.contributions.get(name, ())
        for part in parts:
            key = part.node, part.operand
            handed[key] = replace_entries(part.value, renamed) if renamed else part.value
            products[key] = _written(handed[key], known)
        total = Add(*(products[part.node, part.operand] for part in parts))
        if name in layer.outputs:
            total += Entry(layer.gradient(name), *axes[name])
        gradients[name] = pull_out(total)
        inner = name not in layer.outputs or upstreams[name] != layer.gradient(name)
        if inner and _is_short(gradients[name]):
            known[upstreams[name]] = (axes[name], gradients[name])
    return Chain(values, gradients, products, handed, upstreams)


def _written(value: Expr, definitions: Definitions) -> Expr:
    """The expression with the definitions put in, as it stands if that makes it long."""
    whole = pull_out(replace_entries(value, definitions))
    return whole if _is_short(whole) else canonical(value)


def _is_short(value: Expr) -> bool:
    return bool(sympy.count_ops(value) <= MAX_OPERATIONS)

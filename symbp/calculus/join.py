"""Joins the nodes' gradients: those of the unnamed nodes are substituted into each other.

The gradient of a contraction's result stays a tensor of its own: two matrix products use it, and
a product with it would be computed anew for each. So does a long one that several operands
receive: what is put in would double with every node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Add, Expr, count_ops

from symbp.calculus.contractions import is_contraction_node
from symbp.calculus.cost import is_contraction
from symbp.calculus.definitions import with_definitions
from symbp.calculus.indices import canonical, replace_entries
from symbp.calculus.scale import is_exponential_sum
from symbp.calculus.sums import pull_out
from symbp.calculus.sweep import Sweep, total_adjoint
from symbp.notation.expression import Entry, Index, SumOver
from symbp.notation.layer import Equation, Layer

__all__ = ["Joined", "join"]

MAX_REPEATED = 13
MAX_SCALED = 250


@dataclass(frozen=True)
class Joined:
    """The gradients of inputs, parameters and contraction results, in order of computation."""

    equations: tuple[Equation, ...]
    results: frozenset[str]


def join(layer: Layer, nodes: tuple[Equation, ...], sweep: Sweep) -> Joined:
    """Substitutes gradients from the outputs towards the inputs.

    Returns:
        Equations over upstreams, forward nodes and each other; `results` are the gradients of
        the layer's inputs and parameters.
    """
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in layer.tensors.items()}
    boundary = _boundaries(nodes)
    uses = _uses(nodes, sweep)
    wanted = [*layer.inputs, *layer.parameters]
    gradients = {
        name: Entry(layer.gradient(name), *axes[name]) for name in layer.outputs if name in axes
    }
    values: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    kept: list[Equation] = []
    for name in [*(node.target for node in reversed(nodes)), *wanted]:
        parts = [part.value for part in sweep.contributions.get(name, ())]
        total = Add(*(replace_entries(part, values) for part in parts))
        if name in layer.outputs:
            total += gradients[name]
        total = pull_out(total)
        if name in wanted:
            kept.append(Equation(layer.gradient(name), axes[name], total))
        elif (
            name in boundary
            or _has_contraction(total)
            or (uses[name] > 1 and count_ops(total) > MAX_REPEATED)
        ) and not _plain(total):
            own = total_adjoint(name) if name in layer.outputs else layer.gradient(name)
            kept.append(Equation(own, axes[name], total))
            values[layer.gradient(name)] = (axes[name], Entry(own, *axes[name]))
        else:
            values[layer.gradient(name)] = (axes[name], total)
    return Joined(tuple(kept), frozenset(layer.gradient(name) for name in wanted))


def _plain(value: Expr) -> bool:
    """Whether a gradient is another one times numbers: nothing worth an array of its own."""
    _, rest = value.as_independent(Entry)
    return isinstance(rest, Entry)


def _has_contraction(value: Expr) -> bool:
    return any(is_contraction(node) for node in canonical(value).atoms(SumOver))


def _uses(nodes: tuple[Equation, ...], sweep: Sweep) -> Counter[str]:
    """How many operands receive each node's gradient, by way of operands that only pass it on."""
    operands: defaultdict[str, list[str]] = defaultdict(list)
    for operand, parts in sweep.contributions.items():
        for part in parts:
            operands[part.node].append(operand)
    uses: Counter[str] = Counter()
    for node in nodes:
        received = operands[node.target]
        uses[node.target] = len(received)
        if len(received) == 1 and len(sweep.contributions[received[0]]) == 1:
            uses[node.target] = max(1, uses[received[0]])
    return uses


def _boundaries(nodes: tuple[Equation, ...]) -> set[str]:
    """Nodes that are a contraction, or some with numbers and smaller arrays applied to them.

    One with the other sign is none: a gradient has the sign of what it is of.
    """
    definitions = {node.target: node for node in nodes}
    found: set[str] = set()
    for node in nodes:
        is_boundary = is_contraction_node(node, definitions) and not _is_scaled(node, definitions)
        if is_boundary or _continues(node, found):
            found.add(node.target)
    return {name for name in found if definitions[name].value.as_coeff_Mul()[0] != -1}


def _is_scaled(node: Equation, definitions: Mapping[str, Equation]) -> bool:
    """Whether it is a sum of exponentials, which has to meet what divides it."""
    return is_exponential_sum(with_definitions(node, definitions, MAX_SCALED).value)


def _continues(node: Equation, found: set[str]) -> bool:
    """Contractions and biases added, or a number multiplied with a contraction."""
    value = node.value
    if not (value.is_Add or value.is_Mul):
        return False
    whole = set(node.axes)
    inner = [
        arg
        for arg in value.args
        if isinstance(arg, Entry) and arg.name in found and set(arg.indices) == whole
    ]
    others = [arg for arg in value.args if arg not in inner]
    if value.is_Mul:
        return len(inner) == 1 and not any(arg.has(Entry) for arg in others)
    return bool(inner) and all(set(_axes(arg)) < whole for arg in others)


def _axes(expression: Expr) -> list[Index]:
    return [symbol for symbol in expression.free_symbols if isinstance(symbol, Index)]

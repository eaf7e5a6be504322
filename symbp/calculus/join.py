"""Joins the nodes' gradients: those of the unnamed nodes are substituted into each other.

The gradient of a contraction's result stays a tensor of its own: two matrix products use it, and
a product with it would be computed anew for each. So does a long one that several operands
receive: what is put in would double with every node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from sympy import Add, Expr, count_ops

from symbp.calculus.contractions import is_contraction_node, seen_by_functions_only
from symbp.calculus.cost import is_contraction
from symbp.calculus.definitions import names_divided_by, with_definitions
from symbp.calculus.indices import canonical, replace_entries
from symbp.calculus.shift import is_exponential_sum
from symbp.calculus.sums import pull_out
from symbp.calculus.sweep import Sweep, total_adjoint
from symbp.notation.expression import Entry, Index, SumOver
from symbp.notation.layer import Equation, Layer

__all__ = [
    "MAX_REPEATED",
    "MAX_SCALED",
    "boundaries",
    "has_contraction",
    "is_plain",
    "is_scaled",
    "join",
]

MAX_REPEATED = 13
MAX_SCALED = 250


def join(layer: Layer, nodes: tuple[Equation, ...], sweep: Sweep) -> tuple[Equation, ...]:
    """Substitutes gradients from the outputs towards the inputs.

    Returns:
        The gradients of contraction results, inputs and parameters, in order of computation, over
        upstreams, forward nodes and each other.
    """
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in layer.tensors.items()}
    ends = boundaries(nodes, _contractions(nodes))
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
            name in ends
            or has_contraction(total)
            or (
                uses[name] > 1
                and count_ops(total) > MAX_REPEATED
                and name not in names_divided_by([total])
            )
        ) and not is_plain(total):
            own = total_adjoint(name) if name in layer.outputs else layer.gradient(name)
            kept.append(Equation(own, axes[name], total))
            values[layer.gradient(name)] = (axes[name], Entry(own, *axes[name]))
        else:
            values[layer.gradient(name)] = (axes[name], total)
    return tuple(kept)


def is_plain(value: Expr) -> bool:
    """Whether a gradient is another one times numbers: nothing worth an array of its own."""
    _, rest = value.as_independent(Entry)
    return isinstance(rest, Entry)


def has_contraction(value: Expr) -> bool:
    """Whether a product is summed over an index."""
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


def _contractions(nodes: tuple[Equation, ...]) -> set[str]:
    """The contractions that no exponentials are summed in."""
    definitions = {node.target: node for node in nodes}
    apart = seen_by_functions_only(definitions)
    return {
        node.target
        for node in nodes
        if is_contraction_node(node, definitions)
        and (node.target in apart or not is_scaled(node, definitions))
    }


def boundaries(nodes: tuple[Equation, ...], contractions: Collection[str]) -> set[str]:
    """The contractions, and some with numbers and smaller arrays applied to them.

    One with the other sign is none: a gradient has the sign of what it is of.
    """
    definitions = {node.target: node for node in nodes}
    found: set[str] = set()
    for node in nodes:
        if node.target in contractions or _continues(node, found):
            found.add(node.target)
    return {name for name in found if definitions[name].value.as_coeff_Mul()[0] != -1}


def is_scaled(node: Equation, definitions: Mapping[str, Equation]) -> bool:
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

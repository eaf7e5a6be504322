"""The one rule: the reverse sweep over a list of equations.

For `T[I] = reduce over K of e(B[J], ...)` every operand receives

    dB[J] += sum over (I and K without J) of  dT[I] * (d e / d B[J])

(Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 18, 2018, for
reverse accumulation; the index form is the usual calculus of Kronecker deltas.)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr

from symbp.calculus.indices import fresh, rename
from symbp.calculus.local import local_derivative
from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.calculus.sums import pull_out
from symbp.errors import InternalError
from symbp.notation.expression import Entry, Index, MaxOver, MinOver, Reduction, SumOver, Where
from symbp.notation.layer import Equation
from symbp.ops import stop_gradient

__all__ = [
    "Contribution",
    "Sweep",
    "adjoint",
    "reverse_sweep",
    "selector",
    "total_adjoint",
    "totalled",
]


def adjoint(name: str) -> str:
    """The name of a tensor's gradient where the layer has nothing else that is called so."""
    return f"d{name}"


def total_adjoint(name: str) -> str:
    """The name of the whole gradient of an output that the layer itself uses further."""
    return f"_d{name}_total"


def totalled(name: str) -> str | None:
    """The gradient of which a name is the total, if it is one: what `total_adjoint` made of it."""
    found = re.fullmatch(r"_(d.+)_total", name)
    return found and found[1]


def selector(name: str) -> str:
    """The name of the integer tensor that says which entry a max or min node selected.

    It begins with an underscore, which no name of a user's does.
    """
    return f"_{name}_at"


@dataclass(frozen=True)
class Contribution:
    """What one node hands back to one of its operands.

    Args:
        node: the target of the node that hands it back.
        operand: the operand's entry as it stands in the node.
        local: the local derivative.
        value: the product of upstream and local derivative, summed over the indices that the
            operand lacks, in the operand's own axes.
        at: any entry of the operand, at indices of its own.
        jacobian: the derivative of the node by that entry, with Kronecker's deltas.
        summed: the node's indices that the operand lacks.
    """

    node: str
    operand: Entry
    local: Expr
    value: Expr
    at: Entry
    jacobian: Expr
    summed: tuple[Index, ...]


@dataclass(frozen=True)
class Sweep:
    """The result of a reverse sweep.

    Args:
        contributions: for every tensor that receives a gradient, what it receives and from whom.
        selectors: definitions of the integer tensors that max and min nodes are routed by.
    """

    contributions: Mapping[str, tuple[Contribution, ...]]
    selectors: tuple[Equation, ...]


def reverse_sweep(
    nodes: tuple[Equation, ...],
    axes: Mapping[str, tuple[Index, ...]],
    outputs: Collection[str],
    constants: Collection[str],
    gradient: Callable[[str], str] = adjoint,
) -> Sweep:
    """Sweeps over elementary nodes from the last to the first.

    Args:
        nodes: elementary operations in order (see `symbp.calculus.decompose`).
        axes: every tensor's own axes.
        outputs: tensors that have an upstream gradient.
        constants: tensors that get no gradient.
        gradient: from a tensor's name to that of its gradient.

    Returns:
        The contributions, in terms of the entries of `gradient(node)`.
    """
    received: dict[str, list[Contribution]] = defaultdict(list)
    selectors: list[Equation] = []
    for node in reversed(nodes):
        if node.target not in outputs and node.target not in received:
            continue
        if isinstance(node.value, MaxOver | MinOver):
            selectors.append(selector_of(node))
        for operand in smooth_operands(node.value):
            if operand.name not in constants:
                received[operand.name].append(
                    _contribution(node, operand, axes[operand.name], gradient)
                )
    return Sweep({name: tuple(parts) for name, parts in received.items()}, tuple(selectors))


def selector_of(node: Equation) -> Equation:
    kind = ArgMaxOver if isinstance(node.value, MaxOver) else ArgMinOver
    return Equation(selector(node.target), node.axes, kind(node.value.body, *node.value.bound))


def smooth_operands(value: Expr) -> list[Entry]:
    """The entries that the value depends on smoothly.

    They are not those in conditions, in indices, or behind `stop_gradient`.
    """
    found: dict[Entry, None] = {}

    def visit(node: sympy.Basic) -> None:
        if isinstance(node, Entry):
            found.setdefault(node)
        elif isinstance(node, Where):
            visit(node.args[1])
            visit(node.args[2])
        elif not isinstance(node, stop_gradient):
            for arg in node.args:
                visit(arg)

    visit(value)
    return list(found)


def _contribution(
    node: Equation, operand: Entry, own: tuple[Index, ...], gradient: Callable[[str], str]
) -> Contribution:
    local = local_factor(node, operand)
    product = Entry(gradient(node.target), *node.axes) * local
    bound = node.value.bound if isinstance(node.value, Reduction) else ()
    at = Entry(operand.name, *_apart(own, node.axes + bound))
    return Contribution(
        node.target,
        operand,
        local,
        _in_axes_of(operand, own, product, node.axes + bound),
        at,
        _jacobian(local, operand, at, bound),
        tuple(index for index in node.axes if index not in operand.free_symbols),
    )


def _apart(own: tuple[Index, ...], taken: tuple[Index, ...]) -> tuple[Index, ...]:
    """The axes under names that the node does not use; `...` keeps its name."""
    found: list[Index] = []
    for axis in own:
        found.append(axis if axis.variadic else fresh(axis, (*taken, *found)))
    return tuple(found)


def _jacobian(local: Expr, operand: Entry, at: Entry, bound: tuple[Index, ...]) -> Expr:
    """The derivative of a node by any entry of an operand; `...` goes entry by entry."""
    deltas = (
        Delta(slot, axis)
        for slot, axis in zip(operand.indices, at.indices, strict=True)
        if not axis.variadic
    )
    left = [index for index in bound if not index.variadic]
    return pull_out(SumOver(sympy.Mul(local, *deltas), *left))


def local_factor(node: Equation, operand: Entry) -> Expr:
    value = node.value
    if isinstance(value, MaxOver | MinOver):
        (index,) = value.bound
        return Delta(index, Entry(selector(node.target), *node.axes))
    if isinstance(value, SumOver):
        if value.body != operand:
            raise InternalError(f"the sum node {node} is not elementary")
        return sympy.S.One
    return local_derivative(value, operand, Entry(node.target, *node.axes))


def _in_axes_of(
    operand: Entry, own: tuple[Index, ...], product: Expr, indices: tuple[Index, ...]
) -> Expr:
    """Sums the product over the node's indices that the operand lacks, in the operand's axes.

    A slot of the operand that is not a plain index of its own (a diagonal, a gather, a literal)
    becomes a Kronecker delta.
    """
    taken: set[Index] = {*own, *indices}
    mapping: dict[Index, Index] = {}
    for index in dict.fromkeys(indices):
        mapping[index] = fresh(index, taken)
        taken.add(mapping[index])
    summed = dict(mapping)
    deltas: list[tuple[Index, Expr]] = []
    for axis, slot in zip(own, operand.indices, strict=True):
        if slot in summed:
            mapping[slot] = axis
            del summed[slot]
        else:
            deltas.append((axis, slot))
    factors = [Delta(axis, rename(slot, mapping)) for axis, slot in deltas]
    return SumOver(sympy.Mul(rename(product, mapping), *factors), *summed.values())

"""The one rule read forwards: the tangents of a list of elementary nodes.

For `T[I] = reduce over K of e(B[J], ...)` the local derivatives of the reverse sweep give

    T_dot[I] = sum over K, and over the operands B, of  (d e / d B[J]) * B_dot[J]

(Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 18, 2018, section
3.1: forward accumulation; the dot is that of Griewank and Walther, "Evaluating Derivatives", 2008.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sympy import Add, Expr, count_ops

from symbp.calculus.bounds import has_growing_exponential
from symbp.calculus.contractions import closed
from symbp.calculus.definitions import live, names_divided_by, with_definitions
from symbp.calculus.indices import replace_entries
from symbp.calculus.join import (
    MAX_REPEATED,
    MAX_SCALED,
    boundaries,
    has_contraction,
    is_plain,
)
from symbp.calculus.scaling import scaled
from symbp.calculus.sums import pull_out
from symbp.calculus.sweep import local_factor, selector_of, smooth_operands
from symbp.notation.expression import Entry, Index, MaxOver, MinOver, Reduction, SumOver
from symbp.notation.layer import Equation

__all__ = ["Tangents", "forward_sweep", "joined_tangents"]


@dataclass(frozen=True)
class Tangents:
    """The result of a forward sweep.

    Args:
        equations: the tangents of the nodes that have one, in order.
        selectors: definitions of the integer tensors that say what max and min nodes selected.
        owners: from a tangent's name to that of its tensor.
    """

    equations: tuple[Equation, ...]
    selectors: tuple[Equation, ...]
    owners: Mapping[str, str]


def forward_sweep(
    nodes: tuple[Equation, ...], moved: Collection[str], tangent: Callable[[str], str]
) -> Tangents:
    """Sweeps over elementary nodes from the first to the last.

    Args:
        nodes: elementary operations in order (see `symbp.calculus.decompose`).
        moved: the tensors from outside that have a tangent.
        tangent: from a tensor's name to that of its tangent.
    """
    owners = {tangent(name): name for name in moved}
    have = set(moved)
    equations, selectors = [], []
    for node in nodes:
        operands = [entry for entry in smooth_operands(node.value) if entry.name in have]
        if not operands:
            continue
        bound = node.value.bound if isinstance(node.value, Reduction) else ()
        if isinstance(node.value, MaxOver | MinOver):
            selectors.append(selector_of(node))
        parts = (
            SumOver(local_factor(node, entry) * Entry(tangent(entry.name), *entry.indices), *bound)
            for entry in operands
        )
        have.add(node.target)
        owners[tangent(node.target)] = node.target
        equations.append(Equation(tangent(node.target), node.axes, pull_out(Add(*parts))))
    return Tangents(tuple(equations), tuple(selectors), owners)


def joined_tangents(
    tangents: Tangents,
    nodes: tuple[Equation, ...],
    wanted: Collection[str],
    kept: Collection[str] = (),
) -> tuple[Equation, ...]:
    """The tangents of the unnamed nodes put into each other, from the inputs to the outputs.

    That of a contraction, and of what enters one, stays a tensor of its own, as it is an array in
    any case; that of a sum of exponentials does not, as it has to meet what divides it.

    Args:
        tangents: of the nodes.
        nodes: the nodes, in order.
        wanted: the names of the tangents that are asked for.
        kept: nodes whose tangents stay tensors where they are used more than once.
    """
    definitions = {node.target: node for node in nodes}
    contractions = closed(definitions)
    ends = boundaries(nodes, contractions)
    arrays = ends - _continued(nodes, ends) | _factors(definitions, contractions)
    opened = {name: node for name, node in definitions.items() if name not in contractions}
    needed = live(tangents.equations, wanted)
    divided = names_divided_by(eq.value for eq in needed)
    uses = Counter(entry.name for eq in needed for entry in eq.value.atoms(Entry))
    values: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    found: list[Equation] = []
    for equation in needed:
        name = tangents.owners[equation.target]
        total = pull_out(replace_entries(equation.value, values))
        is_repeated = uses[equation.target] > 1 and (
            name in kept or count_ops(total) > MAX_REPEATED or total.has(SumOver)
        )
        is_repeated = is_repeated and name not in divided
        is_dear = is_repeated or (name not in ends and has_contraction(total))
        is_dear = is_dear and not _grows(definitions[name], opened)
        if equation.target in wanted or ((name in arrays or is_dear) and not is_plain(total)):
            found.append(Equation(equation.target, equation.axes, total))
        else:
            values[equation.target] = (equation.axes, total)
    return tuple(found)


def _grows(node: Equation, definitions: Mapping[str, Equation]) -> bool:
    """Whether a node has exponentials that overflow: they have to meet what divides them."""
    whole = with_definitions(node, definitions, MAX_SCALED)
    return has_growing_exponential(scaled(whole.value, {}))


def _factors(definitions: Mapping[str, Equation], contractions: Collection[str]) -> set[str]:
    """The nodes that enter a contraction as factors."""
    sums = (definitions[name].value for name in contractions)
    products = (definitions[total.body.name].value for total in sums)
    return {entry.name for product in products for entry in product.atoms(Entry)}


def _continued(nodes: tuple[Equation, ...], ends: set[str]) -> set[str]:
    """Contractions that only one node uses, one that adds to them or multiplies by a number."""
    users = [(entry.name, node) for node in nodes for entry in node.value.atoms(Entry)]
    counted = Counter(name for name, _ in users)
    continuing = [(n, node) for n, node in users if node.value.is_Add or node.value.is_Mul]
    return {n for n, node in continuing if counted[n] == 1 and {n, node.target} <= ends}

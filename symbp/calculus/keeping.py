"""Which unnamed nodes backward keeps: those that are dear, and safe to stand by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import sympy
from sympy import Expr

from symbp.calculus.bounds import has_growing_exponential
from symbp.calculus.cost import Pricing
from symbp.calculus.definitions import QUESTIONS, names_in, with_definitions
from symbp.calculus.extension import has_infinity
from symbp.calculus.indices import canonical, replace_entries
from symbp.calculus.masks import is_risky
from symbp.calculus.rational import cancelled
from symbp.calculus.scaling import scaled
from symbp.calculus.shift import is_exponential_sum
from symbp.notation.expression import Entry, Reduction, Where
from symbp.notation.layer import Equation

__all__ = ["settle_unnamed"]

WORTH_SAVING = 2.0


def _values(names: Iterable[str], definitions: Mapping[str, Equation]) -> dict:
    return {name: (definitions[name].axes, definitions[name].value) for name in names}


def settle_unnamed(
    nodes: tuple[Equation, ...],
    gradients: tuple[Equation, ...],
    unnamed: Mapping[str, Equation],
    own: Mapping[str, Equation],
    excluded: Collection[str],
    pricing: Pricing,
) -> tuple[tuple[Equation, ...], set[str]]:
    """Keeps or puts in each unnamed node that the gradients mention, the last one first."""
    kept: set[str] = set()
    branches = _in_branches_only(nodes, unnamed)
    for name in reversed(list(unnamed)):
        if name not in names_in(gradients):
            continue
        exposed = name in branches and is_risky(with_definitions(unnamed[name], unnamed).value)
        exposed = exposed or _is_divided_by(name, gradients, unnamed)
        is_asked = _is_only_asked(name, gradients) and _is_dear_and_safe(
            name, unnamed, own, pricing
        )
        is_kept = is_asked or (not exposed and _is_to_be_saved(name, unnamed, own, pricing))
        if name not in excluded and is_kept:
            kept.add(name)
            continue
        values = _values([name], unnamed)
        put_in = (canonical(replace_entries(eq.value, values)) for eq in gradients)
        gradients = tuple(
            Equation(eq.target, eq.axes, _cancelled(value, pricing))
            for eq, value in zip(gradients, put_in, strict=True)
        )
    return gradients, kept


def _cancelled(value: Expr, pricing: Pricing) -> Expr:
    """The value with what a definition that was put in cancels against.

    A sum that is no longer divided by is worth a higher price: it may be 0.
    """
    other = cancelled(value)
    is_safer = len(_divided_sums(other)) < len(_divided_sums(value))
    return other if is_safer or pricing.price(other) < pricing.price(value) - 1e-9 else value


def _divided_sums(value: Expr) -> set[Expr]:
    powers = (power for power in value.atoms(sympy.Pow) if power.exp.could_extract_minus_sign())
    return {power.base for power in powers if power.base.is_Add}


def _is_divided_by(
    name: str, equations: Iterable[Equation], definitions: Mapping[str, Equation]
) -> bool:
    """Whether a node is part of a sum of exponentials that is divided by and can vanish."""
    sums = {
        power.base
        for equation in equations
        for power in equation.value.atoms(sympy.Pow)
        if power.exp.could_extract_minus_sign()
        and any(entry.name == name for entry in power.base.atoms(Entry))
    }
    return any(is_exponential_sum(_put_in(total, definitions)) for total in sums)


def _is_only_asked(name: str, equations: Iterable[Equation]) -> bool:
    """Whether a node stands in signs and comparisons alone.

    What is 0 by construction, an entry less the largest, is 0 as forward computed it, and
    rounding may leave any sign of it where it is computed in another way.
    """
    for equation in equations:
        nodes = sympy.preorder_traversal(equation.value)
        for node in nodes:
            if isinstance(node, QUESTIONS):
                nodes.skip()
            elif isinstance(node, Entry) and node.name == name:
                return False
    return True


def _put_in(value: Expr, definitions: Mapping[str, Equation]) -> Expr:
    return with_definitions(Equation("", (), value), definitions).value


def _in_branches_only(nodes: tuple[Equation, ...], unnamed: Collection[str]) -> set[str]:
    """Unnamed nodes that are used within branches of a `where` alone."""
    outside = {node.target for node in nodes if node.target not in unnamed}
    for node in reversed(nodes):
        if node.target in outside:
            used = node.value.args[0] if isinstance(node.value, Where) else node.value
            outside |= {entry.name for entry in used.atoms(Entry)}
    return set(unnamed) - outside


def _is_to_be_saved(
    name: str,
    unnamed: Mapping[str, Equation],
    own: Mapping[str, Equation],
    pricing: Pricing,
) -> bool:
    """Whether a node is dear, safe to compute, and not one cheap step from such a node."""
    node = unnamed[name]
    whole = with_definitions(node, unnamed)
    if not _is_dear_and_safe(name, unnamed, own, pricing) or has_infinity(scaled(whole.value, own)):
        return False
    operands = names_in([node]) & unnamed.keys()
    one_cheap_step = pricing.cost(node.value) / pricing.extent(node.axes) <= WORTH_SAVING
    return not (
        one_cheap_step
        and operands
        and all(_is_to_be_saved(operand, unnamed, own, pricing) for operand in operands)
    )


def _is_dear_and_safe(
    name: str,
    unnamed: Mapping[str, Equation],
    own: Mapping[str, Equation],
    pricing: Pricing,
) -> bool:
    whole = with_definitions(unnamed[name], unnamed)
    return _is_worth_saving(whole, pricing) and _is_safe(whole, own)


def _is_worth_saving(whole: Equation, pricing: Pricing) -> bool:
    if isinstance(whole.value, Reduction):
        return True
    return pricing.cost(whole.value) / pricing.extent(whole.axes) > WORTH_SAVING


def _is_safe(whole: Equation, own: Mapping[str, Equation]) -> bool:
    return not has_growing_exponential(scaled(whole.value, own))

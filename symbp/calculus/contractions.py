"""Contractions among the nodes: what is dear, computed once and saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sympy import Function, log

from symbp.calculus.bounds import has_growing_exponential
from symbp.calculus.cost import is_contraction
from symbp.calculus.definitions import names_in, with_definitions
from symbp.calculus.indices import BINDERS, replace_entries
from symbp.calculus.scaling import scaled
from symbp.notation.expression import Entry, SumOver
from symbp.notation.layer import Equation

__all__ = ["closed", "is_contraction_node", "made_of", "reduced", "seen_by_functions_only"]


def is_contraction_node(node: Equation, definitions: Mapping[str, Equation]) -> bool:
    """Whether an elementary node sums over a product that is larger than each of its factors."""
    if not isinstance(node.value, SumOver) or not isinstance(node.value.body, Entry):
        return False
    product = definitions.get(node.value.body.name)
    if product is None:
        return False
    body = replace_entries(node.value.body, {product.target: (product.axes, product.value)})
    return is_contraction(SumOver(body, *node.value.bound))


def seen_by_functions_only(definitions: Mapping[str, Equation]) -> set[str]:
    """The nodes that only functions see, by themselves or after other terms were added.

    Nothing divides them and no logarithm is taken of them: there is nothing that a sum of
    exponentials among them would have to meet.
    """
    users: dict[str, list[Equation]] = {name: [] for name in definitions}
    for node in definitions.values():
        for name in names_in([node]) & users.keys():
            users[name].append(node)
    found: set[str] = set()
    for name in reversed(list(definitions)):
        if users[name] and all(
            (isinstance(node.value, Function) and not isinstance(node.value, log))
            or (node.value.is_Add and node.target in found)
            for node in users[name]
        ):
            found.add(name)
    return found


def closed(definitions: Mapping[str, Equation]) -> set[str]:
    """The contractions whose definitions are never put in: they are not computed again.

    One of exponentials that overflow is none of them: it has to be scaled with what divides it.

    Args:
        definitions: the elementary nodes by name, in order.
    """
    found: set[str] = set()
    apart = seen_by_functions_only(definitions)
    for name, node in definitions.items():
        if name in apart and is_contraction_node(node, definitions):
            found.add(name)
        elif is_contraction_node(node, definitions):
            inner = {other: item for other, item in definitions.items() if other not in found}
            whole = with_definitions(node, inner)
            if not has_growing_exponential(scaled(whole.value, {})):
                found.add(name)
    return found


def made_of(
    dear: Collection[str], definitions: Mapping[str, Equation], unnamed: Collection[str]
) -> set[str]:
    """The nodes into which a dear one is put with the unnamed ones, not counting functions of it.

    An exponential or an error function may have to meet what it cancels against.
    """
    found: set[str] = set()
    for name, node in definitions.items():
        inner = names_in([node]) & found & set(unnamed)
        if name in dear or (inner and not isinstance(node.value, Function)):
            found.add(name)
    return found


def reduced(nodes: Iterable[Equation]) -> set[str]:
    """The tensors of which each entry is made of many of another's, by a sum or an extremum."""
    found: set[str] = set()
    for node in nodes:
        if node.value.has(*BINDERS) or names_in([node]) & found:
            found.add(node.target)
    return found

"""Known values: what the forward pass has computed already, a product or the rest to 1."""

from __future__ import annotations

from functools import partial

from sympy import Basic, Expr, Mul, Pow
from sympy.core.relational import StrictGreaterThan

from symbp.calculus.definitions import names_in
from symbp.calculus.derivation import Log
from symbp.calculus.indices import rename, replace_entries, transform
from symbp.notation.expression import Entry, Index, Maximum
from symbp.notation.layer import Equation

__all__ = ["is_linear", "with_known_complements", "with_known_product", "with_known_signs"]


def with_known_complements(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    log: Log,
) -> tuple[Equation, ...]:
    """Writes `1 - u` of an unnamed `u = 1 - s` as s: where u is nearly 1 it had lost its digits."""
    linear = {n.target: (n.axes, n.value) for n in nodes if n.target not in known}
    linear = {name: item for name, item in linear.items() if is_linear(item[1])}
    complements: dict[str, tuple[tuple[Index, ...], Expr]] = {}
    for name, (axes, value) in linear.items():
        while {entry.name for entry in value.atoms(Entry)} & linear.keys():
            value = replace_entries(value, linear)
        number, rest = value.as_coeff_Add()
        if number != 0 and isinstance(-rest, Entry):
            complements[name] = axes, value

    def read(node: Expr) -> Expr:
        if not node.is_Add:
            return node
        for term in node.args:
            if isinstance(-term, Entry) and (-term).name in complements:
                opened = replace_entries(term, complements)
                if opened.as_coeff_Add()[0] == -node.as_coeff_Add()[0]:
                    return node - term + opened
        return node

    return tuple(log.note("known value", eq, transform(eq.value, read)) for eq in equations)


def is_linear(value: Expr) -> bool:
    """Whether a node is a sum, or a number times an entry."""
    if value.is_Mul:
        return sum(factor.has(Entry) for factor in value.args) == 1
    return value.is_Add


def with_known_product(expression: Expr, node: Equation) -> Expr:
    """Replaces the factors of a node that is a product by the node, wherever they stand together.

    With y = a*r the product `dy*a*r**2` is `dy*y*r`.
    """
    factors = _powers(node.value)
    if len(factors) < 2 or not all(isinstance(base, Entry) for base in factors):
        return expression

    def replace(product: Expr) -> Expr:
        if not product.is_Mul:
            return product
        found = _powers(product)
        mapping = _match(factors, found, node.axes)
        if mapping is None:
            return product
        bound = {base: rename(base, mapping) for base in factors}
        rest = Mul(*(Pow(base, power) for base, power in found.items()))
        taken = Mul(*(Pow(bound[base], power) for base, power in factors.items()))
        return Entry(node.target, *(mapping[axis] for axis in node.axes)) * rest / taken

    return transform(expression, replace)


def with_known_signs(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    log: Log,
) -> tuple[Equation, ...]:
    """Asks `r > 0` in the place of `a > 0` where r is `maximum(a, 0)`.

    Only where the gradients read r anyway, and of a nothing but this: a need not be kept then.
    """
    read = names_in(equations)
    for node in nodes:
        if node.target not in known & read or not isinstance(node.value, Maximum):
            continue
        of, least = node.value.args
        if not isinstance(of, Entry) or of.indices != node.axes or least != 0:
            continue
        signs = partial(_sign_of, of.name, node.target)
        without = tuple(Equation(e.target, e.axes, transform(e.value, signs)) for e in equations)
        if of.name not in names_in(without):
            changed = zip(equations, without, strict=True)
            equations = tuple(log.note("known sign", eq, other.value) for eq, other in changed)
    return equations


def _sign_of(name: str, rectified: str, node: Basic) -> Basic:
    """`a > 0` of one tensor as that of another."""
    if not isinstance(node, StrictGreaterThan) or node.rhs != 0:
        return node
    entry = node.lhs
    is_asked = isinstance(entry, Entry) and entry.name == name
    return Entry(rectified, *entry.indices) > 0 if is_asked else node


def _powers(product: Expr) -> dict[Expr, Expr]:
    return product.as_powers_dict() if product.is_Mul else {product: 1}


def _match(
    factors: dict[Expr, Expr], found: dict[Expr, Expr], axes: tuple[Index, ...]
) -> dict[Index, Index] | None:
    """The renaming of the node's axes under which all of its factors are among those found."""
    choices: list[dict[Index, Index]] = [{}]
    for base, power in factors.items():
        extended = []
        for other, other_power in found.items():
            if not isinstance(other, Entry) or other.name != base.name:
                continue
            if not (power / other_power).is_positive or abs(other_power) < abs(power):
                continue
            for mapping in choices:
                joined = _joined(mapping, base, other)
                if joined is not None:
                    extended.append(joined)
        choices = extended
    complete = [mapping for mapping in choices if set(axes) <= mapping.keys()]
    return complete[0] if complete else None


def _joined(mapping: dict[Index, Index], base: Entry, other: Entry) -> dict[Index, Index] | None:
    joined = dict(mapping)
    for index, actual in zip(base.indices, other.indices, strict=True):
        if not isinstance(index, Index) or not isinstance(actual, Index):
            return None
        if joined.setdefault(index, actual) != actual:
            return None
    return joined

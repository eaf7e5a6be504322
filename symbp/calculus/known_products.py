"""Known values: a product that the forward pass has computed is that tensor."""

from __future__ import annotations

from sympy import Expr, Mul, Pow

from symbp.calculus.indices import rename, transform
from symbp.notation.expression import Entry, Index
from symbp.notation.layer import Equation

__all__ = ["with_known_product"]


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

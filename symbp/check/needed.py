"""Which tensors others are computed from."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.notation.expression import entries
from symbp.notation.layer import Layer

__all__ = ["assumed", "needed"]


def needed(layer: Layer, names: Iterable[str]) -> frozenset[str]:
    """These tensors, and all that they are computed from."""
    found = set(names)
    for equation in reversed(layer.equations):
        if equation.target in found:
            found |= {entry.name for entry in entries(equation.value)}
    return frozenset(found)


def assumed(layer: Layer) -> frozenset[str]:
    """The tensors that the layer assumes something of."""
    sides = [side for item in layer.assumptions for side in (item.left, item.right)]
    return needed(layer, (entry.name for side in sides for entry in entries(side)))

"""Which axis an integer tensor indexes."""

from __future__ import annotations

from symbp.notation.expression import Entry, entries
from symbp.notation.layer import Layer

__all__ = ["gathered_spaces"]


def gathered_spaces(layer: Layer) -> dict[str, tuple[str, ...]]:
    """The spaces of the axes that each integer tensor indexes, by the tensor's name.

    In `y[n] = z[n, t[n]]` the tensor t indexes the second axis of z: its integers must be less
    than that axis's length, and than every other's that it indexes.
    """
    found: dict[str, dict[str, None]] = {}
    for equation in layer.equations:
        for entry in entries(equation.value):
            axes = layer.tensors[entry.name].axes
            for axis, index in zip(axes, entry.indices, strict=True):
                if isinstance(index, Entry):
                    found.setdefault(index.name, {})[axis.space] = None
    return {name: tuple(spaces) for name, spaces in found.items()}

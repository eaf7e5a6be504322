"""Which axis an integer tensor indexes."""

from __future__ import annotations

from symbp.notation.expression import Entry, Index, entries
from symbp.notation.layer import Layer

__all__ = ["gathered_spaces"]


def gathered_spaces(layer: Layer) -> dict[str, str]:
    """The space of the axis that each integer tensor indexes, by the tensor's name.

    In `y[n] = z[n, t[n]]` the tensor t indexes the second axis of z: its integers must be less
    than that axis's length.
    """
    found: dict[str, str] = {}
    for equation in layer.equations:
        for entry in entries(equation.value):
            axes = layer.tensors[entry.name].axes
            for axis, index in zip(axes, entry.indices, strict=True):
                if isinstance(index, Entry):
                    found.setdefault(index.name, _space(axis))
    return found


def _space(axis: Index) -> str:
    return axis.space

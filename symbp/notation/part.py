"""A part of a layer's forward pass as a layer of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symbp.notation.expression import entries
from symbp.notation.layer import Layer, Role

__all__ = ["part"]


def part(layer: Layer, outputs: Collection[str]) -> Layer:
    """The forward pass up to some of its values; no gradient matters.

    Args:
        layer: the whole.
        outputs: names of tensors that it defines.
    """
    needed, equations = set(outputs), []
    for equation in reversed(layer.equations):
        if equation.target in needed:
            equations.append(equation)
            needed |= {entry.name for entry in entries(equation.value)}
    given = [name for name in (*layer.inputs, *layer.constants) if name in needed]
    kept = {*given, *layer.parameters, *(equation.target for equation in equations)}
    roles = dict.fromkeys(given, Role.CONSTANT)
    return replace(
        layer,
        equations=tuple(reversed(equations)),
        tensors={
            name: replace(tensor, role=roles.get(name, tensor.role))
            for name, tensor in layer.tensors.items()
            if name in kept
        },
        inputs=(),
        constants=tuple(given),
        outputs=tuple(outputs),
        assumptions=tuple(
            item
            for item in layer.assumptions
            if {entry.name for entry in entries(item.left + item.right)} <= kept
        ),
    )

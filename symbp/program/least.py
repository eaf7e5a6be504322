"""The least lengths of axes: what is averaged, maximised or indexed by a number has entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy

from symbp.notation.expression import Entry, MaxOver, MinOver, Size
from symbp.notation.layer import Layer, Role
from symbp.program.operations import Reduce
from symbp.program.program import Program

__all__ = ["LeastLength", "least_lengths"]


@dataclass(frozen=True)
class LeastLength:
    """An axis of a given tensor that must have at least some length, and why."""

    tensor: str
    axis: int
    length: int
    reason: str


def least_lengths(
    layer: Layer, program: Program, numbers: Iterable[int], unsure: Iterable[str] = ()
) -> tuple[LeastLength, ...]:
    """The least lengths that a layer's equations and operations need, one for an axis.

    Args:
        layer: the layer.
        program: the array program that it is in.
        numbers: the operations that it carries out.
        unsure: axes for which a target needs entries, to tell how many others have.
    """
    places = {
        axis.space: (name, position)
        for name, tensor in reversed(list(layer.tensors.items()))
        if tensor.role is not Role.DEFINED
        for position, axis in enumerate(tensor.axes)
    }
    needs: dict[str, tuple[int, str]] = {}
    for equation in layer.equations:
        for node in sympy.preorder_traversal(equation.value):
            if isinstance(node, MaxOver | MinOver):
                for index in node.bound:
                    needs.setdefault(index.space, (1, f"its {node.word} is taken"))
            elif node.is_Pow and isinstance(node.base, Size) and node.exp.is_negative:
                averaged = node.exp == -1
                reason = "it is averaged" if averaged else "its length divides"
                needs.setdefault(node.base.space, (1, reason))
            elif isinstance(node, Entry):
                _literals(node, layer, needs)
    for operation in (program.operations[number] for number in numbers):
        if isinstance(operation, Reduce) and operation.word != "sum":
            source = program.operations[operation.operands[0]]
            word, reduced = operation.word, operation.positions
            for place in range(-len(source.axes), 0) if reduced is None else reduced:
                needs.setdefault(
                    source.axes[place], (1, f"its {word.removeprefix('arg')} is taken")
                )
    for space in unsure:
        needs.setdefault(space, (1, "the axes before it are made one"))
    return tuple(
        LeastLength(*places[space], length, reason)
        for space, (length, reason) in needs.items()
        if space in places
    )


def _literals(entry: Entry, layer: Layer, needs: dict[str, tuple[int, str]]) -> None:
    for axis, slot in zip(layer.tensors[entry.name].axes, entry.indices, strict=True):
        if isinstance(slot, sympy.Integer):
            length = int(slot) + 1
            if needs.get(axis.space, (0, ""))[0] < length:
                needs[axis.space] = (length, f"{entry.name} is read at {int(slot)}")

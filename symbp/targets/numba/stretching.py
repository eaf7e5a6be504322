"""Arguments that broadcast against each other, brought to one shape before a nest reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbp.program.builder import Builder
from symbp.program.operations import (
    VARIADIC,
    Argument,
    Cast,
    Choose,
    CommonShape,
    DType,
    Map,
    Operation,
    ShapeOf,
    Stretch,
)

__all__ = ["Stretching"]

Group = frozenset[str]
"""The arguments whose shapes, broadcast, are a value's."""


class Stretching:
    """Gives the operands of elementwise operations one shape.

    What is computed of arguments that are stretched is computed in the larger shape from the
    start, so that one nest holds it all. Where the arguments have one shape, which is the usual
    case, that costs nothing.

    Args:
        together: for every argument that may broadcast, those whose shapes make its own.
    """

    def __init__(self, together: Mapping[str, tuple[str, ...]]) -> None:
        self._together = {name: frozenset(names) for name, names in together.items()}
        self._groups: dict[int, Group] = {}

    def operands(
        self, builder: Builder, operation: Operation, operands: tuple[int, ...]
    ) -> tuple[int, ...]:
        """An operation's operands, stretched to the shape that they have together."""
        if not self._together or not isinstance(operation, Map | Choose):
            return operands
        whole = frozenset[str]().union(*(self._group(builder, o) for o in operands))
        return tuple(self._stretched(builder, operand, whole) for operand in operands)

    def _group(self, builder: Builder, number: int) -> Group:
        if number not in self._groups:
            operation = builder[number]
            parts = [self._group(builder, operand) for operand in operation.operands]
            has_shape = VARIADIC in operation.axes or isinstance(operation, ShapeOf | CommonShape)
            group = frozenset[str]().union(*parts) if has_shape else frozenset[str]()
            if isinstance(operation, Argument) and has_shape:
                group = self._together[operation.name]
            self._groups[number] = group
        return self._groups[number]

    def _stretched(self, builder: Builder, number: int, whole: Group) -> int:
        operation = builder[number]
        if self._group(builder, number) in (whole, frozenset()):
            return number
        if isinstance(operation, Map | Choose | Cast):
            operands = tuple(self._stretched(builder, o, whole) for o in operation.operands)
            return builder.add(replace(operation, operands=operands))
        shape = self._shape(builder, whole)
        return builder.add(Stretch((number, shape), operation.axes, operation.dtype))

    def _shape(self, builder: Builder, whole: Group) -> int:
        """The shape that some arguments have together."""
        shapes = tuple(
            builder.add(ShapeOf((number,), (), DType.NUMBER))
            for number, operation in enumerate(builder.operations[:])
            if isinstance(operation, Argument) and operation.name in whole
        )
        if len(shapes) == 1:
            return shapes[0]
        return builder.add(CommonShape(shapes, (), DType.NUMBER))

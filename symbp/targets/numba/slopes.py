"""What is linear in an upstream gradient, as a slope times that gradient.

`e*dy/(1 + e)` is `e/(1 + e)*dy`: the slope can then be computed by the forward pass, beside what it
computes anyway, and is all that is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symbp.program.builder import Builder
from symbp.program.operations import Argument, DType, Map, Operation

__all__ = ["Slopes"]


class Slopes:
    """Writes linear functions of a gradient as products, in the order of a program.

    Args:
        late: the names of the arguments that the forward pass has not.
    """

    def __init__(self, late: Collection[str]) -> None:
        self._names = late
        self._known: dict[int, bool] = {}
        self._slopes: dict[int, tuple[int, int]] = {}

    def product(
        self, builder: Builder, operation: Operation, operands: tuple[int, ...]
    ) -> int | None:
        """An operation on operands as a slope times a gradient, if it is one."""
        if not isinstance(operation, Map) or operation.dtype is not DType.FLOAT:
            return None
        late = [self._is_late(builder, operand) for operand in operands]
        if not any(late):
            return None
        found = self._linear(builder, operation, operands, late)
        if found is None:
            return None
        slope, gradient = found
        if builder[slope].axes != operation.axes or builder[gradient].axes != operation.axes:
            return None
        number = builder.add(replace(operation, function="multiply", operands=found))
        self._slopes[number] = found
        return number

    def _linear(
        self, builder: Builder, operation: Map, operands: tuple[int, ...], late: list[bool]
    ) -> tuple[int, int] | None:
        """The slope and the gradient of a linear function."""
        match operation.function, late:
            case "negative", _:
                slope, gradient = self._slopes.get(operands[0], (None, None))
                factors: tuple[int | None, ...] = (slope,)
            case "multiply", [False, True]:
                slope, gradient = self._slopes.get(operands[1], (None, operands[1]))
                factors = (operands[0], slope)
            case "multiply", [True, False]:
                slope, gradient = self._slopes.get(operands[0], (None, operands[0]))
                factors = (slope, operands[1])
            case "divide", [True, False]:
                slope, gradient = self._slopes.get(operands[0], (None, None))
                factors = (slope, operands[1])
            case (("add" | "subtract"), [True, True]):
                (one, gradient), (other, same) = (
                    self._slopes.get(operand, (None, None)) for operand in operands
                )
                factors = (one, other) if gradient == same else (None, None)
            case _:
                return None
        if gradient is None:
            return None
        if operation.function == "multiply" and None in factors:
            (alone,) = (factor for factor in factors if factor is not None)
            return alone, gradient
        given = tuple(factor for factor in factors if factor is not None)
        if len(given) < len(factors):
            return None
        return builder.add(replace(operation, operands=given)), gradient

    def _is_late(self, builder: Builder, number: int) -> bool:
        if number not in self._known:
            operation = builder[number]
            is_own = isinstance(operation, Argument) and operation.name in self._names
            self._known[number] = is_own or any(
                self._is_late(builder, operand) for operand in operation.operands
            )
        return self._known[number]

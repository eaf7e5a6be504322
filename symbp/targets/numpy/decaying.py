"""One exponential for both sides of 0.

`exp(minimum(x, 0))` is `exp(-abs(x))` below 0 and 1 above: where the latter is computed anyway, a
choice is all that the former takes. For NumPy it is the larger of `exp(-abs(x))` and `x >= 0`, as
1 or 0: a choice takes ten times as long where a mask has no pattern.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.program.builder import Builder
from symbp.program.operations import Choose, DType, Map, Operation, Scalar
from symbp.program.scalars import Number

__all__ = ["Decaying"]


class Decaying:
    """Exponentials that are 1 on one side of 0.

    Args:
        operations: of the program.
        chooses: whether a choice is cheap.
    """

    def __init__(self, operations: Sequence[Operation], chooses: bool) -> None:
        self._operations, self._chooses = operations, chooses
        chains = (self._under(n, "exp", "negative", "abs") for n in range(len(operations)))
        self._even = {number for number in chains if number is not None}

    def shared(self, builder: Builder, exponential: Operation, least: int) -> int | None:
        """An exponential of a minimum as a choice, where the exponential of the size exists.

        Args:
            builder: of the new program.
            exponential: in the old program.
            least: its operand in the new one.
        """
        (operand,) = exponential.operands
        old, new = self._operations[operand], builder[least]
        if not (_is(old, "minimum") and _is(new, "minimum")):
            return None
        zero = builder[new.operands[1]]
        x, number = old.operands[0], new.operands[0]
        is_turned = _is(self._operations[x], "negative") and _is(builder[number], "negative")
        if is_turned:
            (x,), (number,) = self._operations[x].operands, builder[number].operands
        if x not in self._even or not (isinstance(zero, Scalar) and zero.value == Number(0)):
            return None
        axes, word = exponential.axes, "less_equal" if is_turned else "greater_equal"
        side = builder.add(Map((number, new.operands[1]), axes, DType.BOOL, word))
        for function in ("abs", "negative", "exp"):
            number = builder.add(Map((number,), axes, DType.FLOAT, function))
        if not self._chooses:
            return builder.add(Map((number, side), axes, DType.FLOAT, "maximum"))
        one = builder.add(Scalar((), (), DType.NUMBER, Number(1), ""))
        return builder.add(Choose((side, one, number), axes, DType.FLOAT))

    def _under(self, number: int, *functions: str) -> int | None:
        """What some functions are applied to, the last one first."""
        for function in functions:
            if not _is(self._operations[number], function):
                return None
            (number,) = self._operations[number].operands
        return number


def _is(operation: Operation, function: str) -> bool:
    return isinstance(operation, Map) and operation.function == function

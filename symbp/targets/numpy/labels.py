"""Constants that may be given as integer classes in place of one-hot rows."""

from __future__ import annotations

from collections.abc import Mapping

from symbp.notation.layer import Tensor
from symbp.targets.slots import Slot

__all__ = ["Labels"]


class Labels:
    """How emitted code asks for integer classes.

    Args:
        spaces: the slot that tells the length of each index space.
        leading: the tensor that tells the leading axes, if one has any.
    """

    def __init__(self, spaces: Mapping[str, Slot], leading: Tensor | None) -> None:
        self._spaces, self._leading = spaces, leading

    def accepts_classes(self, tensor: Tensor) -> bool:
        """Whether another tensor tells the number of classes and of leading axes."""
        return self._classes(tensor).tensor is not tensor and not (
            tensor.variadic and self._leading is tensor
        )

    def are_given(self, tensor: Tensor) -> str:
        """The condition that an argument has one axis less than its axes say."""
        return f"np.ndim({tensor.name}) == {self._rank(tensor)}"

    def expanded(self, tensor: Tensor, dtype: str) -> str:
        """The classes as rows with a one, as an expression."""
        name, position = tensor.name, tensor.one_hot
        call = f'_one_hot("{name}", {name}, {self._classes(tensor).length}, {dtype})'
        if position is not None and position != len(tensor.axes) - 1:
            return f"np.moveaxis({call}, -1, {Slot(tensor, position).axis})"
        return call

    def _classes(self, tensor: Tensor) -> Slot:
        assert tensor.one_hot is not None
        return self._spaces[tensor.axes[tensor.one_hot].space]

    def _rank(self, tensor: Tensor) -> str:
        """The number of axes of integer classes, as an expression."""
        if not tensor.variadic:
            return str(tensor.rank - 1)
        assert self._leading is not None
        difference = tensor.rank - 1 - self._leading.rank
        sign = "-" if difference < 0 else "+"
        return f"{self._leading.name}.ndim" + (f" {sign} {abs(difference)}" if difference else "")

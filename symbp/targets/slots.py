"""The axes of what comes in, and how emitted code asks for their lengths."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.notation.layer import Tensor

__all__ = ["Slot", "axes_text", "leading_shape"]


def axes_text(tensor: Tensor) -> str:
    """The axes of a tensor as the user wrote them: `[n, *i]`; "" for a number."""
    names = [index.name for index in tensor.axes]
    if tensor.flattened:
        names[-1] = f"*{names[-1]}"
    return f"[{', '.join(names)}]" if names else ""


@dataclass(frozen=True)
class Slot:
    """One axis of a tensor from outside, and how emitted code asks for its length."""

    tensor: Tensor
    position: int

    @property
    def axis(self) -> int:
        """The number of the axis in the array: counted from the end after `...`."""
        return self.position - (len(self.tensor.axes) if self.tensor.variadic else 0)

    @property
    def space(self) -> str:
        return self.tensor.axes[self.position].space

    @property
    def index(self) -> str:
        return self.tensor.axes[self.position].name

    @property
    def flattened(self) -> bool:
        return self.tensor.flattened and self.position == len(self.tensor.axes) - 1

    @property
    def length(self) -> str:
        """The length as an expression, of the array as it was given."""
        if not self.flattened:
            return f"{self.tensor.name}.shape[{self.axis}]"
        plain = self.tensor.rank - 1
        shape = f"{self.tensor.name}.shape"
        return f"math.prod({shape}[{plain}:])" if plain else f"{self.tensor.name}.size"

    def __str__(self) -> str:
        """The axis in words."""
        if self.flattened:
            return f"its flattened axes *{self.index} (axis {self.axis} on)"
        return f"axis {self.index} (axis {self.axis})"


def leading_shape(tensor: Tensor) -> str:
    """The lengths of the axes that `...` stands for, as an expression."""
    return f"{tensor.name}.shape[:-{tensor.rank}]" if tensor.rank else f"{tensor.name}.shape"

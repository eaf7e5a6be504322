"""What every part of the lowering shares: the builder, the tensors, and the way back in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sympy import Expr

from symbp.notation.expression import Index
from symbp.program.builder import Builder, Ref

__all__ = ["Context", "Order"]

Order = tuple[Index, ...]


@dataclass(frozen=True)
class Context:
    """The state of one lowering.

    Args:
        builder: the program so far.
        values: for every tensor defined so far its operation, axes in the tensor's own order.
        axes: every tensor's own axes.
        lower: lowers an expression; its axes follow the order given where it can.
    """

    builder: Builder
    values: Mapping[str, int]
    axes: Mapping[str, tuple[Index, ...]]
    lower: Callable[[Expr, Order], Ref]

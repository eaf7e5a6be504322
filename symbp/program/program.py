"""A layer's two passes as one array program."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program.operations import Operation

__all__ = ["AssumedEqual", "Program", "Result"]


@dataclass(frozen=True)
class Result:
    """A named value: an equation's left side.

    Args:
        name: the tensor's name.
        operation: the number of the operation that computes it.
        equation: the equation as text.
        has_name: whether the user or the layer's docstring names it, and not the derivation.
    """

    name: str
    operation: int
    equation: str
    has_name: bool


@dataclass(frozen=True)
class AssumedEqual:
    """An assumption to check: two operations whose values must agree.

    Args:
        left, right: the operations.
        source: the assumption as the user wrote it.
        tensors: the names of the tensors that it reads.
    """

    left: int
    right: int
    source: str
    tensors: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A layer's forward and backward pass.

    Args:
        operations: all, each after its operands.
        boundary: how many of them the forward pass has; backward's own come behind.
        forward: the named values of the forward pass, in order.
        values: of every tensor that the user named, in order, if they were asked for.
        backward: those of the backward pass, in order.
        parameters: the names of the arguments that the layer holds.
        outputs: the names that forward returns.
        gradients: the names that backward returns or stores.
        fixed_shapes: whether axes tell the shapes: no operands broadcast, and no parameter may be
            a single number.
        assumptions: what forward checks of the data.
    """

    operations: tuple[Operation, ...]
    boundary: int
    forward: tuple[Result, ...]
    backward: tuple[Result, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    gradients: tuple[str, ...]
    fixed_shapes: bool = True
    assumptions: tuple[AssumedEqual, ...] = ()
    values: tuple[Result, ...] = ()

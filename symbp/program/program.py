"""A layer's passes as one array program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symbp.program.operations import Operation

__all__ = ["AssumedEqual", "Phase", "Program", "Result"]


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
class Phase:
    """What is computed after the forward pass, from what that saves and arguments of its own.

    Args:
        arguments: the names of the tensors that are given to it.
        before: named values of the forward pass that only it needs.
        results: its named values, in order.
        returned: the names of those that it gives.
    """

    arguments: tuple[str, ...]
    before: tuple[Result, ...]
    results: tuple[Result, ...]
    returned: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A layer's forward pass, and what follows it: the backward pass, products with derivatives.

    Args:
        operations: all, each after its operands.
        boundary: how many of them the forward pass has; those of the phases come behind.
        forward: the named values of the forward pass, in order.
        phases: what may follow it, "backward" first.
        values: of every tensor that the user named, in order, if they were asked for.
        parameters: the names of the arguments that the layer holds.
        outputs: the names that forward returns.
        together: where operands broadcast, the arguments whose shapes make that of each argument.
        fixed_shapes: whether axes tell the shapes: no operands broadcast, and no parameter may be
            a single number.
        assumptions: what forward checks of the data.
    """

    operations: tuple[Operation, ...]
    boundary: int
    forward: tuple[Result, ...]
    phases: Mapping[str, Phase]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    fixed_shapes: bool = True
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assumptions: tuple[AssumedEqual, ...] = ()
    values: tuple[Result, ...] = ()

    @property
    def returned(self) -> frozenset[str]:
        """The names of all that is handed out."""
        parts = (phase.returned for phase in self.phases.values())
        return frozenset(self.outputs).union(*parts)

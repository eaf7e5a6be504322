"""Lowers a program to loops and NumPy's calls: small contractions are products and sums."""

from __future__ import annotations

from dataclasses import replace

from symbp.program import Program
from symbp.program.builder import Builder
from symbp.program.operations import (
    Axis,
    Choose,
    Contract,
    DType,
    Expand,
    Label,
    Map,
    Operation,
    Reduce,
)
from symbp.targets.numba.slopes import Slopes
from symbp.targets.numba.stretching import Stretching
from symbp.targets.numpy.decaying import Decaying
from symbp.targets.numpy.lower import numpy_program

__all__ = ["numba_program"]


def numba_program(program: Program) -> Program:
    """The program in loops and NumPy's calls.

    Raises:
        LoweringError: a gather or scatter has no form in NumPy.
    """
    late = {name for phase in program.phases.values() for name in phase.arguments}
    slopes, decaying = Slopes(late), Decaying(program.operations, chooses=True)
    stretching = Stretching(program.together)

    def rule(builder: Builder, operation: Operation, operands: tuple[int, ...]) -> int | None:
        operands = stretching.operands(builder, operation, operands)
        match operation:
            case Map(function="exp"):
                return decaying.shared(builder, operation, *operands)
            case Map():
                found = slopes.product(builder, operation, operands)
                plain = replace(operation, operands=operands)
                return builder.add(plain) if found is None else found
            case Contract():
                return _opened(builder, operation, operands)
            case Reduce() if _is_along_loops(builder, operation, operands[0]):
                return builder.add(replace(operation, operands=operands))
            case Choose():
                return builder.add(replace(operation, operands=operands))
        return None

    lowered = numpy_program(program, rule)
    return replace(lowered, fixed_shapes=lowered.fixed_shapes or bool(program.together))


def _is_along_loops(builder: Builder, reduction: Reduce, operand: int) -> bool:
    """Whether a nest may take a reduction up: along its columns, or of its rows."""
    rank = len(builder[operand].axes)
    gone = sorted(position % rank for position in reduction.positions or range(rank))
    is_first = gone == list(range(len(gone)))
    return gone == list(range(rank - len(gone), rank)) or (is_first and reduction.word == "sum")


def _opened(builder: Builder, contract: Contract, operands: tuple[int, ...]) -> int | None:
    """A sum of products that no entry is read for more than once, as products and their sum.

    One operand then has all axes, and what is summed over are its first or its last ones.
    """
    labels = (contract.left, contract.right)
    big = max((0, 1), key=lambda side: len(labels[side]))
    order, small = labels[big], labels[1 - big]
    if len({*order}) < len(order) or not {*small} <= {*order}:
        return None
    kept = [label for label in order if label in contract.result]
    if tuple(kept) != contract.result or list(small) != [n for n in order if n in small]:
        return None
    gone = len(order) - len(kept)
    if not gone or kept not in (list(order[gone:]), list(order[:-gone])):
        return None
    sides = [operands[big], _aligned(builder, operands[1 - big], small, order)]
    axes = builder[operands[big]].axes
    ordered = tuple(sides if big == 0 else reversed(sides))
    product = builder.add(Map(ordered, axes, DType.FLOAT, "multiply"))
    positions = tuple(
        place - len(order) for place, label in enumerate(order) if label not in contract.result
    )
    return builder.add(
        Reduce((product,), contract.axes, DType.FLOAT, "sum", positions if kept else None)
    )


def _aligned(
    builder: Builder, number: int, labels: tuple[Label, ...], order: tuple[Label, ...]
) -> int:
    """A value with axes of length 1 where it lacks those of others."""
    shown = [label in labels for label in order]
    if not labels:
        return number
    pattern = tuple(shown[shown.index(True) :])
    if all(pattern):
        return number
    own = iter(builder[number].axes)
    axes: tuple[Axis, ...] = tuple(next(own) if has else "1" for has in pattern)
    return builder.add(Expand((number,), axes, builder[number].dtype, pattern))

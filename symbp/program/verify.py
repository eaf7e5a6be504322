"""The laws of array programs: what every operation promises of its operands, axes and dtype."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from symbp.errors import InternalError
from symbp.program import operations as op
from symbp.program.operations import LEADING, VARIADIC, Axis, DType, Operation
from symbp.program.program import Program
from symbp.program.scalars import lengths_in

__all__ = ["broadcast", "broken_laws", "holds", "left_over", "verify"]

Law = Callable[[Operation, Sequence[Operation]], bool]


RELATIONS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not")
REDUCTIONS = ("sum", "max", "min", "argmax", "argmin")
FLOATING, WHOLE = {DType.FLOAT, DType.NUMBER}, {DType.INT, DType.BOOL}


def verify(program: Program, law: Law | None = None) -> Program:
    """The program itself.

    Args:
        program: to be looked at.
        law: what holds of an operation; that of target-free programs unless given.

    Raises:
        InternalError: a law is broken, which is a fault of symbp.
    """
    for fault in broken_laws(program, law or holds):
        raise InternalError(f"the array program breaks a law: {fault}")
    return program


def broken_laws(program: Program, law: Law) -> Iterator[str]:
    """What is wrong with a program."""
    operations = program.operations
    if len(set(operations)) < len(operations):
        yield "an operation stands twice"
    for number, operation in enumerate(operations):
        if not all(0 <= operand < number for operand in operation.operands):
            yield f"{number}: an operand does not stand before {operation}"
            continue
        sources = [operations[operand] for operand in operation.operands]
        if VARIADIC in operation.axes[1:]:
            yield f"{number}: leading axes are not the first: {operation}"
        if not law(operation, sources):
            yield f"{number}: {operation} of {sources}"
    later = (result for phase in program.phases.values() for result in phase.results)
    for result in (*program.forward, *later):
        dtype = operations[result.operation].dtype
        if result.name in program.returned and dtype is not DType.FLOAT:
            yield f"{result.name} is returned as {dtype}"


def holds(operation: Operation, sources: Sequence[Operation]) -> bool:
    """Whether an operation is what its operands make it."""
    axes, dtype = operation.axes, operation.dtype
    spaces = [source.axes for source in sources]
    types = {source.dtype for source in sources}
    match operation:
        case op.Argument():
            return not sources and dtype in (DType.FLOAT, DType.INT)
        case op.Scalar(value=value):
            lengths = [s.space for s in sources if isinstance(s, op.Length)]
            return not axes and dtype is DType.NUMBER and tuple(lengths) == lengths_in(value)
        case op.CommonShape():
            shapes = all(isinstance(source, op.ShapeOf) for source in sources)
            return len(sources) > 1 and shapes and not axes and dtype is DType.NUMBER
        case op.Length() | op.ShapeOf() | op.Shape():
            alone = len(sources) == isinstance(operation, op.ShapeOf)
            counted = all(isinstance(source, op.Length) for source in sources)
            fits = counted if isinstance(operation, op.Shape) else alone
            return fits and not axes and dtype is DType.NUMBER
        case op.Stretch():
            same = types - {DType.NUMBER} == {dtype}
            return same and spaces == [axes, ()] and VARIADIC in axes
        case op.Positions():
            lengths = [s.space for s in sources if isinstance(s, op.Length)]
            own = [*axes, *[LEADING][: axes == (VARIADIC,)]]
            return lengths == own and len(axes) == 1 and dtype is DType.INT
        case op.Map(function=function):
            return broadcast(spaces) == axes and _maps(function, types, dtype)
        case op.Choose():
            chooses = len(sources) == 3 and sources[0].dtype in (DType.BOOL, DType.NUMBER)
            values = {source.dtype for source in sources[1:]}
            whole = dtype is DType.INT and values == {DType.NUMBER}
            floating = dtype is DType.FLOAT and values <= FLOATING
            return chooses and (whole or floating) and broadcast(spaces) == axes
        case op.Cast():
            return types <= WHOLE and dtype is DType.FLOAT and spaces == [axes]
        case op.Transpose(order=order):
            plain = [axis for axis in spaces[0] if axis != VARIADIC]
            head = [axis for axis in spaces[0] if axis == VARIADIC]
            moved = sorted(order) == list(range(len(plain)))
            return moved and axes == (*head, *(plain[n] for n in order)) and types == {dtype}
        case op.Expand(pattern=pattern):
            rest = iter(spaces[0])
            shown = tuple(next(rest, "") if has else "1" for has in pattern)
            return shown == axes and next(rest, None) is None and types == {dtype}
        case op.Reduce(word=word, positions=positions):
            return (
                word in REDUCTIONS
                and left_over(spaces[0], positions) == axes
                and types == {DType.FLOAT}
            )
        case op.Fill():
            return len(sources) == 2 and types <= FLOATING and dtype is DType.FLOAT
        case op.Contract(left=left, right=right, result=result):
            fits = _labelled((left, right, result), (*spaces, axes))
            return fits and set(left) ^ set(right) <= set(result) <= {*left, *right}
        case op.Gather():
            return _gathers(operation, sources)
        case op.Scatter():
            return _scatters(operation, sources)
    return False


def broadcast(shapes: Sequence[Sequence[Axis]]) -> tuple[Axis, ...] | None:
    """The axes of arrays that are broadcast against each other; None if they do not fit."""
    rank = max(map(len, shapes), default=0)
    found = []
    for place in range(-rank, 0):
        here = {axes[place] for axes in shapes if len(axes) >= -place} - {"1"}
        if len(here) > 1:
            return None
        found.append(min(here, default="1"))
    return tuple(found)


def _maps(function: str, types: set[DType], dtype: DType) -> bool:
    if function in RELATIONS:
        return dtype is DType.BOOL
    if function in LOGICAL:
        return dtype is DType.BOOL and types <= {DType.BOOL, DType.NUMBER}
    masks = {DType.BOOL} if DType.FLOAT in types else set()
    return dtype is DType.FLOAT and types <= FLOATING | masks


def left_over(axes: Sequence[Axis], positions: tuple[int, ...] | None) -> tuple[Axis, ...]:
    """What a reduction over positions leaves of axes."""
    if positions is None:
        return ()
    return tuple(axis for n, axis in enumerate(axes, -len(axes)) if n not in positions)


def _labelled(groups: Sequence[tuple[int, ...]], axes: Sequence[tuple[Axis, ...]]) -> bool:
    """Whether labels are one for an axis, and stand for one space each."""
    if list(map(len, groups)) != list(map(len, axes)):
        return False
    known: dict[int, Axis] = {}
    labels, spaces = chain.from_iterable(groups), chain.from_iterable(axes)
    pairs = zip(labels, spaces, strict=True)
    return all(known.setdefault(label, space) == space for label, space in pairs)


def _gathers(gather: op.Gather, sources: Sequence[Operation]) -> bool:
    tensor, *indices = sources
    spaces = [index.axes for index in indices]
    if not _labelled((*gather.indices, gather.result), (*spaces, gather.axes)):
        return False
    whole = all(index.dtype is DType.INT for index in indices)
    followed = {slot.label for slot in gather.slots if isinstance(slot, op.Along)}
    labels = {label for own in gather.indices for label in own} | followed
    return (
        whole
        and len(gather.slots) == len(tensor.axes)
        and labels == set(gather.result)
        and _found(gather.slots, len(indices))
        and gather.dtype is tensor.dtype
    )


def _scatters(scatter: op.Scatter, sources: Sequence[Operation]) -> bool:
    value, base, *indices = sources
    spaces = [source.axes for source in (value, *indices)]
    if not _labelled((scatter.value, *scatter.indices), spaces):
        return False
    based = scatter.axes if scatter.onto else ()
    followed = {slot.label for slot in scatter.slots if isinstance(slot, op.Along)}
    labels = {label for own in (scatter.value, *scatter.indices) for label in own} | followed
    return (
        all(index.dtype is DType.INT for index in indices)
        and len(scatter.slots) == len(scatter.axes)
        and base.axes == based
        and labels <= set(scatter.loops)
        and _found(scatter.slots, len(indices))
        and scatter.dtype is DType.FLOAT
    )


def _found(slots: Sequence[op.Slot], count: int) -> bool:
    """Whether every array of integers says where along one axis."""
    return sorted(s.index for s in slots if isinstance(s, op.Found)) == list(range(count))

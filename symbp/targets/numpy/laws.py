"""The laws of NumPy's calls, beside those of every array program."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.program.operations import VARIADIC, Axis, DType, Map, Operation
from symbp.program.verify import broadcast, holds, left_over
from symbp.targets.numpy import calls

__all__ = ["numpy_holds"]

Axes = tuple[Axis, ...]


def numpy_holds(operation: Operation, sources: Sequence[Operation]) -> bool:
    """Whether an operation of a NumPy program is what its operands make it."""
    axes, spaces = operation.axes, [source.axes for source in sources]
    same = {source.dtype for source in sources[:1]} == {operation.dtype}
    types = {source.dtype for source in sources}
    match operation:
        case Map(function="maximum") if types == {DType.FLOAT, DType.BOOL}:
            return operation.dtype is DType.FLOAT and broadcast(spaces) == axes
        case calls.Merge(count=count):
            return same and spaces[0][:1] == (VARIADIC,) and axes[1:] == spaces[0][1 + count :]
        case calls.Copy():
            return same and spaces == [axes]
        case calls.Contraction():
            floating = {source.dtype for source in sources} == {DType.FLOAT}
            return floating and _contracted(operation, *spaces) == axes
        case calls.Indexing():
            whole = {source.dtype for source in sources[1:]} <= {DType.INT, DType.NUMBER}
            return same and whole and _indexed(operation, spaces) == axes
        case calls.Placing():
            whole = {source.dtype for source in sources[2:]} <= {DType.INT, DType.NUMBER}
            floating = sources[0].dtype in (DType.FLOAT, DType.NUMBER)
            return whole and floating and _fits(operation, spaces)
    return holds(operation, sources)


def _contracted(call: calls.Contraction, a: Axes, b: Axes) -> Axes | None:
    """The axes of a contraction; None if its operands do not fit."""
    match call:
        case calls.Matmul():
            rows, columns = len(a) > 1, len(b) > 1
            stacks = broadcast([a[:-2], b[:-2]])
            if a[-1] != b[-1 - columns] or stacks is None:
                return None
            return (*stacks, *a[-1 - rows : -1], *b[-1:][:columns])
        case calls.Vecdot(whole=whole):
            return None if a != b else () if whole else a[:-1]
        case calls.Tensordot(left=left, right=right):
            fits = [a[n] for n in left] == [b[n] for n in right]
            return (*left_over(a, left), *left_over(b, right)) if fits else None
        case calls.Einsum(subscripts=subscripts):
            terms, result = subscripts.replace("...", ".").split("->")
            letters = [*zip("".join(terms.split(",")), (*a, *b), strict=True)]
            known = dict(letters)
            agree = all(known[letter] == space for letter, space in letters)
            return tuple(known[letter] for letter in result) if agree else None
    return None


def _indexed(call: calls.Indexing, spaces: Sequence[Axes]) -> Axes | None:
    """The axes of what is picked; None if the index does not fit."""
    tensor, *places = spaces
    match call:
        case calls.TakeLiteral(pattern=pattern):
            return tuple(a for a, p in zip(tensor, pattern, strict=True) if p is None)
        case calls.Take():
            return (*places[0], *tensor[1:])
        case calls.TakeAt(chosen=chosen):
            place = chosen.index(True)
            return (*tensor[:place], *places[0], *tensor[place + 1 :])
        case calls.TakeAlong(axis=axis):
            index = places[0]
            if len(index) != len(tensor) or index[axis] != "1":
                return None
            fits = all(i in (t, "1") for i, t in zip(index, tensor, strict=True))
            return left_over(tensor, (axis,)) if fits else None
        case calls.TakeAll(leading=leading):
            found = broadcast(places)
            whole = len(places) == len(tensor) - leading
            return (*tensor[:leading], *found) if whole and found is not None else None
    return None


def _fits(call: calls.Placing, spaces: Sequence[Axes]) -> bool:
    """Whether there are as many places as axes, and the value fits there."""
    value, shape, *places = spaces
    axes = call.axes
    match call:
        case calls.PutLiteral(pattern=pattern) | calls.AddInto(pattern=pattern):
            based = axes if isinstance(call, calls.AddInto) else ()
            there = tuple(a for a, p in zip(axes, pattern, strict=True) if p is None)
            return shape == based and broadcast([value, there]) == there
        case calls.PutAt(chosen=chosen):
            return shape == () and len(chosen) == len(axes) and sum(chosen) == 1
        case calls.PutAlong(axis=axis):
            return shape == () and len(places[0]) == len(axes) and places[0][axis] == "1"
        case calls.PutFlat(rest=rest):
            return shape == () and axes[0] == VARIADIC and rest == len(axes) - 1
        case calls.AddRows(axis=axis):
            rows = (*places[0], *left_over(axes, (axis - len(axes),)))
            return shape == () and broadcast([value, rows]) == rows
        case calls.PutAll(leading=leading):
            return shape == () and len(places) == len(axes) - leading
    return False

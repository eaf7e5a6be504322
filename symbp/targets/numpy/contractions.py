"""Which of NumPy's calls a contraction or a reduction becomes; `einsum` only where none fits."""

from __future__ import annotations

import string
from collections.abc import Sequence

from symbp.notation.expression import Index
from symbp.program.builder import Builder, Ref, spaces_of
from symbp.program.operations import VARIADIC, Contract, DType, Map, Operation, Reduce
from symbp.targets.numpy.calls import Einsum, Matmul, Merge, Tensordot, Vecdot

__all__ = ["contracted", "merged", "reduced"]

MERGED = "rows"


def contracted(builder: Builder, product: Contract, operands: Sequence[int]) -> int:
    """A contraction of two arrays as a call on views of them."""
    labels: dict[int, Index] = {}
    a, b = (
        Ref(operand, _indices(builder, operand, own, labels))
        for operand, own in zip(operands, (product.left, product.right), strict=True)
    )
    return _contracted(builder, a, b, tuple(labels[label] for label in product.result))


def _indices(
    builder: Builder, operand: int, own: Sequence[int], labels: dict[int, Index]
) -> tuple[Index, ...]:
    """An index for every axis of an operand, the same one for the same label."""
    for label, space in zip(own, builder[operand].axes, strict=True):
        labels.setdefault(label, Index(VARIADIC if space == VARIADIC else str(label), space))
    return tuple(labels[label] for label in own)


def _contracted(builder: Builder, a: Ref, b: Ref, axes: tuple[Index, ...]) -> int:
    summed = [axis for axis in a.axes if axis not in axes]
    if not axes and set(a.axes) == set(b.axes):
        b = builder.permute(b, a.axes)
        return builder.add(Vecdot((a.operation, b.operation), (), DType.FLOAT, True))
    if any(axis.variadic for axis in summed):
        a, _ = merged(builder, a, summed)
        b, key = merged(builder, b, summed)
        summed = [key]
    shared = [axis for axis in axes if axis in a.axes and axis in b.axes]
    rows = [axis for axis in a.axes if axis not in b.axes]
    columns = [axis for axis in b.axes if axis not in a.axes]
    swaps = columns and (not rows or axes.index(columns[0]) < axes.index(rows[0]))
    if swaps and (not shared or len(rows) == len(columns) == 1):
        a, b, rows, columns = b, a, columns, rows
    if shared:
        return _batched(builder, a, b, summed, shared, rows, columns, axes)
    if len(summed) == 1 and len(columns) <= 1:
        return _product(builder, a, b, (*rows, *summed), (*summed, *columns), axes)
    places = [tuple(r.axes.index(i) - len(r.axes) for i in summed) for r in (a, b)]
    operands = (a.operation, b.operation)
    return builder.add(Tensordot(operands, spaces_of(axes), DType.FLOAT, *places))


def _batched(
    builder: Builder,
    a: Ref,
    b: Ref,
    summed: list[Index],
    shared: list[Index],
    rows: list[Index],
    columns: list[Index],
    axes: tuple[Index, ...],
) -> int:
    """With shared indices that stay: stacked `@`, `vecdot`, or `einsum`."""
    leads = not any(axis.variadic for axis in rows + columns)
    if leads and len(summed) == len(rows) == len(columns) == 1:
        left, right = (*shared, *rows, *summed), (*shared, *summed, *columns)
        return _product(builder, a, b, left, right, axes)
    operands = (a.operation, b.operation)
    if a.axes == b.axes and len(summed) == 1 and a.axes[-1] == summed[0]:
        return builder.add(Vecdot(operands, spaces_of(axes), DType.FLOAT, False))
    subscripts = _subscripts(a, b, axes)
    return builder.add(Einsum(operands, spaces_of(axes), DType.FLOAT, subscripts))


def _product(
    builder: Builder,
    a: Ref,
    b: Ref,
    left: Sequence[Index],
    right: Sequence[Index],
    axes: tuple[Index, ...],
) -> int:
    operands = (builder.permute(a, left).operation, builder.permute(b, right).operation)
    return builder.add(Matmul(operands, spaces_of(axes), DType.FLOAT))


def _subscripts(a: Ref, b: Ref, axes: Sequence[Index]) -> str:
    taken: dict[Index, str] = {}
    for axis in (*a.axes, *b.axes):
        if axis not in taken:
            free = [c for c in axis.space[0] + string.ascii_letters if c.isalpha()]
            taken[axis] = next(c for c in free if c not in taken.values())
    taken |= {axis: VARIADIC for axis in taken if axis.variadic}
    left, right, result = ("".join(taken[i] for i in group) for group in (a.axes, b.axes, axes))
    return f"{left},{right}->{result}"


def reduced(builder: Builder, reduction: Reduce, operand: int) -> int:
    """A reduction; leading axes that go while others stay are made one first."""
    source = builder[operand]
    places, rank = reduction.positions, len(source.axes)
    if reduction.word == "sum" and places == (-1,) and _is_square(source):
        return builder.add(Vecdot(source.operands, reduction.axes, DType.FLOAT, False))
    if places is None or VARIADIC not in source.axes or -rank not in places:
        return builder.add(
            Reduce((operand,), reduction.axes, reduction.dtype, reduction.word, places)
        )
    axes = tuple(Index(VARIADIC if s == VARIADIC else str(n), s) for n, s in enumerate(source.axes))
    bound = [axis for n, axis in enumerate(axes) if n - rank in places]
    together = bound if reduction.word == "sum" else bound[:1]
    ref, key = merged(builder, Ref(operand, axes), together)
    left = tuple(
        n - len(ref.axes) for n, axis in enumerate(ref.axes) if axis == key or axis in bound
    )
    return builder.add(
        Reduce((ref.operation,), reduction.axes, reduction.dtype, reduction.word, left)
    )


def _is_square(operation: Operation) -> bool:
    is_product = isinstance(operation, Map) and operation.function == "multiply"
    return is_product and len({*operation.operands}) == 1


def merged(builder: Builder, ref: Ref, axes: Sequence[Index]) -> tuple[Ref, Index]:
    """The value with the axes, which include `...`, moved to the front and made one."""
    first = tuple(sorted(axes, key=lambda axis: not axis.variadic))
    rest = tuple(axis for axis in ref.axes if axis not in axes)
    ref = builder.permute(ref, (*first, *rest))
    key = Index(MERGED, MERGED)
    axes = (key, *rest)
    dtype = builder[ref.operation].dtype
    one = Merge((ref.operation,), spaces_of(axes), dtype, len(first) - 1)
    return Ref(builder.add(one), axes), key

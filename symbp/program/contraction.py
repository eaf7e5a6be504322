"""Lowers sums of products to matrix products, and only where none fits to `einsum`."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Sequence

import opt_einsum
import sympy
from sympy import Expr, Mul

from symbp.errors import InternalError
from symbp.notation.expression import Entry, Index, SumOver
from symbp.program.builder import Builder, Ref, spaces_of
from symbp.program.calls import Einsum, Matmul, Tensordot, Vecdot
from symbp.program.context import Context, Order
from symbp.program.operations import VARIADIC, DType, Merge, Reduce

__all__ = ["lower_sum", "merged", "reduced"]

MERGED = "rows"
NOMINAL_LENGTH = 64
NOMINAL_LEADING_LENGTH = 256


def lower_sum(context: Context, node: SumOver, order: Order) -> Ref:
    """A sum over indices: a contraction where the body is a product, else a plain reduction."""
    inner = natural_order(node.body, (*order, *node.bound))
    groups = _groups(node.body)
    if len(groups) == 1:
        return _single_group(context, groups[0], node.bound, inner, order)
    operands = [context.lower(Mul(*group), inner) for group in groups]
    return _contract_all(context.builder, operands, node.bound, inner, order)


def natural_order(body: Expr, order: Order) -> Order:
    """The order of the largest tensor in an expression, so that its entries need no transpose."""
    plain = [
        entry
        for entry in body.atoms(Entry)
        if entry.indices and all(isinstance(index, Index) for index in entry.indices)
    ]
    if plain:
        largest = max(plain, key=lambda entry: (len(entry.indices), str(entry)))
        order = (*largest.indices, *order)
    return tuple(sorted(dict.fromkeys(order), key=lambda index: not index.variadic))


def _groups(body: Expr) -> list[list[Expr]]:
    """The factors of a product by their indices; a group within a larger one joins it."""
    by_axes: dict[frozenset[Index], list[Expr]] = {}
    for factor in Mul.make_args(body):
        by_axes.setdefault(_axes(factor), []).append(factor)
    for axes in sorted(by_axes, key=lambda axes: (len(axes), sorted(map(str, axes)))):
        larger = [other for other in by_axes if axes < other]
        larger = [other for other in larger if len(by_axes[other]) > 1]
        if larger:
            target = min(larger, key=lambda other: (len(other), sorted(map(str, other))))
            by_axes[target] += by_axes.pop(axes)
    return [by_axes[axes] for axes in sorted(by_axes, key=lambda axes: sorted(map(str, axes)))]


def _axes(factor: Expr) -> frozenset[Index]:
    return frozenset(symbol for symbol in factor.free_symbols if isinstance(symbol, Index))


def _single_group(
    context: Context, factors: list[Expr], bound: Sequence[Index], inner: Order, order: Order
) -> Ref:
    """One array summed, or two of the same indices multiplied and summed in one go."""
    whole = _axes(Mul(*factors))
    last = next((f for f in reversed(factors) if isinstance(f, Entry) and _axes(f) == whole), None)
    rest = Mul(*factors) / last if last is not None else sympy.S.One
    if last is None or not rest.has(Entry) or _axes(rest) != whole:
        return reduced(context.builder, "sum", context.lower(Mul(*factors), inner), bound)
    operands = [context.lower(rest, inner), context.lower(last, inner)]
    return _contract_all(context.builder, operands, bound, inner, order)


def reduced(builder: Builder, word: str, ref: Ref, bound: Collection[Index]) -> Ref:
    """A reduction over some of a value's axes.

    Raises:
        InternalError: the value lacks one of the axes.
    """
    if missing := set(bound) - set(ref.axes):
        names = ", ".join(sorted(axis.name for axis in missing))
        raise InternalError(f"a {word} over {names} of a value without that axis")
    rest = tuple(axis for axis in ref.axes if axis not in bound)
    if any(axis.variadic for axis in bound) and rest:
        count = sum(axis in bound for axis in ref.axes) - 1 if word == "sum" else 0
        ref, key = merged(builder, ref, [axis for axis in ref.axes if axis in bound][: count + 1])
        bound = [axis for axis in ref.axes if axis == key or axis in bound]
    positions: tuple[int, ...] | None = tuple(
        place - len(ref.axes) for place, axis in enumerate(ref.axes) if axis in bound
    )
    if not rest:
        positions = None
    dtype = DType.INT if word.startswith("arg") else DType.FLOAT
    reduction = Reduce((ref.operation,), spaces_of(rest), dtype, word, positions)
    return Ref(builder.add(reduction), rest)


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


def _contract_all(
    builder: Builder, operands: list[Ref], bound: Sequence[Index], inner: Order, order: Order
) -> Ref:
    """Contracts operands two at a time along a path found for nominal lengths."""
    operands = list(operands)
    for step in _path(operands, bound):
        group = [operands[place] for place in step]
        operands = [ref for place, ref in enumerate(operands) if place not in step]
        while len(group) > 1:
            first, second = group.pop(0), group.pop(0)
            others = {axis for ref in (*operands, *group) for axis in ref.axes}
            done = [index for index in bound if index not in others]
            group.insert(0, _contract(builder, first, second, done, inner, order))
        operands.append(group[0])
    left = [index for index in bound if index in operands[0].axes]
    return reduced(builder, "sum", operands[0], left) if left else operands[0]


def _path(operands: Sequence[Ref], bound: Sequence[Index]) -> list[tuple[int, ...]]:
    if len(operands) == 2:
        return [(0, 1)]
    letters = _letters(axis for ref in operands for axis in ref.axes)
    terms = ["".join(letters[axis] for axis in ref.axes) for ref in operands]
    kept = [axis for axis in letters if axis not in bound]
    shapes = [
        tuple(NOMINAL_LEADING_LENGTH if a.variadic else NOMINAL_LENGTH for a in ref.axes)
        for ref in operands
    ]
    subscripts = f"{','.join(terms)}->{''.join(letters[axis] for axis in kept)}"
    path, _ = opt_einsum.contract_path(
        subscripts, *shapes, shapes=True, optimize=opt_einsum.DynamicProgramming()
    )
    return [tuple(step) for step in path]


def _letters(axes: Iterable[Index]) -> dict[Index, str]:
    return dict(zip(dict.fromkeys(axes), string.ascii_letters, strict=False))


def _contract(
    builder: Builder, a: Ref, b: Ref, bound: Sequence[Index], inner: Order, order: Order
) -> Ref:
    """Sums the product of two arrays over the bound indices."""
    a = _summed_alone(builder, a, b, bound)
    b = _summed_alone(builder, b, a, bound)
    summed = [axis for axis in a.axes if axis in b.axes and axis in bound]
    if not summed:
        return builder.elementwise("multiply", [a, b], inner)
    if set(a.axes) == set(b.axes) == set(summed):
        b = builder.permute(b, a.axes)
        return Ref(builder.add(Vecdot((a.operation, b.operation), (), DType.FLOAT, True)), ())
    if any(axis.variadic for axis in summed):
        a, _ = merged(builder, a, summed)
        b, key = merged(builder, b, summed)
        summed = [key]
    shared = [axis for axis in a.axes if axis in b.axes and axis not in summed]
    rows = [axis for axis in a.axes if axis not in b.axes]
    columns = [axis for axis in b.axes if axis not in a.axes]
    if not shared:
        return _product(builder, a, b, summed, rows, columns, order)
    return _batched(builder, a, b, summed, shared, rows, columns, order)


def _summed_alone(builder: Builder, ref: Ref, other: Ref, bound: Sequence[Index]) -> Ref:
    alone = [axis for axis in ref.axes if axis in bound and axis not in other.axes]
    return reduced(builder, "sum", ref, alone) if alone else ref


def _product(
    builder: Builder,
    a: Ref,
    b: Ref,
    summed: list[Index],
    rows: list[Index],
    columns: list[Index],
    order: Order,
) -> Ref:
    """Without shared indices that stay: `@`, or `tensordot` for more than it can do."""
    leading = any(axis.variadic for axis in rows)
    swap = any(axis.variadic for axis in columns) or (len(rows) <= 1 < len(columns) and not leading)
    if len(rows) == len(columns) == 1 and not rows[0].variadic and not columns[0].variadic:
        swap = _comes_first(columns[0], rows[0], order)
    if not rows and columns:
        swap = True
    if swap:
        a, b, rows, columns = b, a, columns, rows
    axes = (*rows, *columns)
    if len(summed) == 1 and len(columns) <= 1:
        left = builder.permute(a, (*rows, *summed))
        right = builder.permute(b, (*summed, *columns))
        return _product_of(builder, left, right, axes)
    left_places = tuple(a.axes.index(axis) - len(a.axes) for axis in summed)
    right_places = tuple(b.axes.index(axis) - len(b.axes) for axis in summed)
    operands = (a.operation, b.operation)
    call = Tensordot(operands, spaces_of(axes), DType.FLOAT, left_places, right_places)
    return Ref(builder.add(call), axes)


def _comes_first(one: Index, other: Index, order: Order) -> bool:
    return one in order and other in order and order.index(one) < order.index(other)


def _batched(
    builder: Builder,
    a: Ref,
    b: Ref,
    summed: list[Index],
    shared: list[Index],
    rows: list[Index],
    columns: list[Index],
    order: Order,
) -> Ref:
    """With shared indices that stay: stacked `@`, `vecdot`, or `einsum`."""
    shared = sorted(shared, key=lambda axis: not axis.variadic)
    leads = not any(axis.variadic for axis in rows + columns)
    if len(rows) == len(columns) == 1 and _comes_first(columns[0], rows[0], order):
        a, b, rows, columns = b, a, columns, rows
    if leads and len(summed) == len(rows) == len(columns) == 1:
        left = builder.permute(a, (*shared, *rows, *summed))
        right = builder.permute(b, (*shared, *summed, *columns))
        return _product_of(builder, left, right, (*shared, *rows, *columns))
    operands = (a.operation, b.operation)
    if a.axes == b.axes and len(summed) == 1 and a.axes[-1] == summed[0]:
        axes = a.axes[:-1]
        return Ref(builder.add(Vecdot(operands, spaces_of(axes), DType.FLOAT, False)), axes)
    axes = tuple(sorted((*shared, *rows, *columns), key=lambda axis: not axis.variadic))
    call = Einsum(operands, spaces_of(axes), DType.FLOAT, _subscripts(a, b, axes))
    return Ref(builder.add(call), axes)


def _subscripts(a: Ref, b: Ref, axes: Sequence[Index]) -> str:
    taken: dict[Index, str] = {}
    for axis in (*a.axes, *b.axes):
        if axis not in taken:
            initial = axis.space[0]
            free = [c for c in initial + string.ascii_letters if c.isalpha()]
            taken[axis] = next(c for c in free if c not in taken.values())
    taken |= {axis: VARIADIC for axis in taken if axis.variadic}
    left, right, result = ("".join(taken[i] for i in group) for group in (a.axes, b.axes, axes))
    return f"{left},{right}->{result}"


def _product_of(builder: Builder, a: Ref, b: Ref, axes: Sequence[Index]) -> Ref:
    call = Matmul((a.operation, b.operation), spaces_of(axes), DType.FLOAT)
    return Ref(builder.add(call), tuple(axes))

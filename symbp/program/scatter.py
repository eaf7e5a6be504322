"""Lowers gradients with Kronecker deltas: values put into zeros at the places that deltas fix."""

from __future__ import annotations

import sympy
from sympy import Expr, Mul

from symbp.calculus import Delta, by_delta, expand_sums, rename
from symbp.errors import LoweringError
from symbp.notation.expression import Entry, Index, SumOver
from symbp.program.builder import Builder, Ref, spaces_of
from symbp.program.calls import AddInto, AddRows, PutAll, PutAlong, PutAt, PutFlat, PutLiteral
from symbp.program.context import Context, Order
from symbp.program.indexing import index_array, spread
from symbp.program.operations import LEADING, DType, Shape, ShapeOf

__all__ = ["lower_scatter", "shape_of", "split_scatter"]


def split_scatter(value: Expr, axes: Order) -> tuple[Expr, list[Expr]]:
    """Splits a gradient into its dense part and the terms that put values at given places."""
    if not value.has(Delta):
        return value, []
    parts = by_delta(value)
    terms = [sympy.Mul(coefficient, *deltas) for deltas, coefficient in parts.items()]
    terms = [part for term in terms for part in _summed_terms(term)]
    scattered = [term for term in terms if _places(term, axes)[0]]
    return sympy.Add(*(term for term in terms if term not in scattered)), scattered


def _summed_terms(term: Expr) -> tuple[Expr, ...]:
    """A coefficient that is a sum with deltas inside sums over indices, term by term."""
    return sympy.Add.make_args(expand_sums(term)) if term.is_Add and term.has(Delta) else (term,)


def _parts(term: Expr) -> tuple[list[Expr], tuple[Index, ...]]:
    """The factors of a term and what it is summed over."""
    sums = [f for f in Mul.make_args(term) if isinstance(f, SumOver) and f.has(Delta)]
    if len(sums) != 1:
        return list(Mul.make_args(term)), ()
    rest = [f for f in Mul.make_args(term) if f is not sums[0]]
    return rest + list(Mul.make_args(sums[0].body)), sums[0].bound


def _places(term: Expr, axes: Order) -> tuple[dict[Index, Expr], list[Delta]]:
    """For every axis that a delta fixes the place that it fixes it to, and those deltas."""
    found: dict[Index, Expr] = {}
    used: list[Delta] = []
    for delta in (factor for factor in _parts(term)[0] if isinstance(factor, Delta)):
        for axis, place in (delta.args, delta.args[::-1]):
            if axis in axes and axis not in found and found.get(place) != axis:
                found[axis] = place
                used.append(delta)
                break
    for _ in used:
        found = {axis: rename(place, found) for axis, place in found.items()}
    return found, used


def lower_scatter(
    context: Context, term: Expr, target: str, order: Order, base: Ref | None = None
) -> Ref | None:
    """Values put into zeros of a tensor's shape at the places that the term's deltas fix.

    Args:
        term: a product with deltas, or a sum over indices of one.
        target: the tensor whose shape the result has.
        order: the axes of the result.
        base: an earlier scatter of the same shape to add to, if the places allow that.

    Returns:
        The result; None if there is a base that cannot be added to in place.
    """
    places, used = _places(term, order)
    factors, bound = _parts(term)
    rest = Mul(*(rename(f, places) for f in factors if f not in used))
    in_places = {symbol for place in places.values() for symbol in place.free_symbols}
    kept = [index for index in bound if index in in_places]
    rest = SumOver(rest, *(index for index in bound if index not in in_places))
    repeated = bool(kept)
    builder = context.builder
    shape = shape_of(context, target, order)
    spaces, dtype = spaces_of(order), DType.FLOAT
    plain = [axis for axis in order if axis not in places]
    inner = tuple(sorted((*kept, *plain), key=lambda axis: not axis.variadic))
    if all(isinstance(place, sympy.Integer) for place in places.values()):
        value = builder.align(context.lower(rest, inner), inner)
        pattern = tuple(int(places[a]) if a in places else None for a in order)
        if base is not None:
            added = AddInto((value, base.operation), spaces, dtype, pattern)
            return Ref(builder.add(added), order)
        return Ref(builder.add(PutLiteral((value, shape), spaces, dtype, pattern)), order)
    if base is not None:
        return None
    if len(places) == 1:
        ((axis, place),) = places.items()
        position = order.index(axis)
        if axis.variadic and repeated:
            return context.lower(term, order)  # as a mask: several places for one result
        if axis.variadic:
            return _scatter_flat(context, rest, place, shape, order)
        index = index_array(context, place, (*order, *kept))
        if any(axis.variadic for axis in plain) and not repeated:
            lowered = context.lower(rest, inner)
            if not index.axes:
                operands = (builder.align(lowered, inner), shape, index.operation)
                chosen = tuple(a == axis for a in order)
                return Ref(builder.add(PutAt(operands, spaces, dtype, chosen)), order)
            if not any(axis.variadic for axis in index.axes):
                return _scatter_fancy(context, rest, places, shape, repeated, inner, order)
            if not all(ref.axes and ref.axes[0].variadic for ref in (index, lowered)):
                return context.lower(term, order)  # as a mask: nobody knows how many axes to add
        if not repeated and isinstance(place, Entry) and set(index.axes) <= set(plain):
            placed = spread(builder, index, tuple(plain), position, len(order))
            value = _full_spread(builder, context.lower(rest, inner), tuple(plain), position)
            put = PutAlong((value, shape, placed), spaces, dtype, position - len(order))
            return Ref(builder.add(put), order)
        if repeated and set(index.axes) == set(kept) and not any(a.variadic for a in plain):
            return _rows(context, rest, index, shape, position, order, plain)
    return _scatter_fancy(context, rest, places, shape, repeated, inner, order)


def _scatter_flat(context: Context, rest: Expr, place: Expr, shape: int, order: Order) -> Ref:
    """One position among all leading axes, for every position along the others."""
    builder, others = context.builder, order[1:]
    index = index_array(context, place, others)
    lowered = context.lower(rest, others)
    if not others:
        operands = (lowered.operation, shape, index.operation)
    else:
        placed = spread(builder, index, others, 0, len(order))
        operands = (_full_spread(builder, lowered, others, 0), shape, placed)
    put = PutFlat(operands, spaces_of(order), DType.FLOAT, len(others))
    return Ref(builder.add(put), order)


def shape_of(context: Context, target: str, axes: Order) -> int:
    """The shape that a tensor or its gradient has: that of the tensor, or made of its lengths."""
    builder = context.builder
    if target in context.values:
        return builder.add(ShapeOf((context.values[target],), (), DType.NUMBER))
    spaces = [LEADING if axis.variadic else axis.space for axis in axes]
    lengths = tuple(map(builder.length, spaces))
    if spaces == [LEADING]:
        return lengths[0]
    return builder.add(Shape(lengths, (), DType.NUMBER))


def _full_spread(builder: Builder, value: Ref, axes: Order, place: int) -> int:
    if builder.is_number(value):
        return value.operation
    return spread(builder, value, axes, place, len(axes) + 1)


def _rows(
    context: Context,
    rest: Expr,
    index: Ref,
    shape: int,
    position: int,
    order: Order,
    plain: list[Index],
) -> Ref:
    """Whole rows added at repeated places, the scattered axis seen as the first one."""
    builder = context.builder
    axes = (*index.axes, *plain)
    value = context.lower(rest, axes)
    aligned = builder.align(value, axes)
    operands, stretched = (aligned, shape, index.operation), set(value.axes) != set(axes)
    added = AddRows(operands, spaces_of(order), DType.FLOAT, position, stretched)
    return Ref(builder.add(added), order)


def _scatter_fancy(
    context: Context,
    rest: Expr,
    places: dict[Index, Expr],
    shape: int,
    repeated: bool,
    inner: Order,
    order: Order,
) -> Ref:
    builder = context.builder
    flat = order[0].variadic and order[0] in places
    leading = order[0].variadic and not flat
    fixed = order[1:] if leading else order
    slots = [index_array(context, places.get(axis, axis), (*order, *inner)) for axis in fixed]
    own = inner[1:] if leading and inner[0].variadic else inner
    if any(axis.variadic for axis in own) or any(a.variadic for s in slots for a in s.axes):
        raise LoweringError(
            "this gradient needs names for its leading axes: write indices instead of `...`"
        )
    aligned = [builder.align(slot, own) for slot in slots]
    lowered = context.lower(rest, inner)
    value = builder.align(lowered, inner)
    operands, stretched = (value, shape, *aligned), set(lowered.axes) != set(inner)
    put = PutAll(operands, spaces_of(order), DType.FLOAT, repeated, stretched, flat, leading)
    return Ref(builder.add(put), order)

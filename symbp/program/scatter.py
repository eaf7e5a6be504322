"""Lowers gradients with Kronecker deltas: values put into zeros at the places that deltas fix."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Mul

from symbp.calculus import Delta, by_delta, expand_sums, rename
from symbp.notation.expression import Entry, Index, SumOver
from symbp.program.builder import Ref, labelled, spaces_of
from symbp.program.context import Context, Order
from symbp.program.indexing import lower_entry, slots_of
from symbp.program.operations import LEADING, DType, Scatter, Shape, ShapeOf

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
    plain = [axis for axis in order if axis not in places]
    inner = tuple(sorted((*kept, *plain), key=lambda axis: not axis.variadic))
    fixed = all(isinstance(place, sympy.Integer) for place in places.values())
    if base is not None and not fixed:
        return None
    shape = shape_of(context, target, order) if base is None else base.operation
    alone = len(places) == 1
    if alone and kept and any(axis.variadic for axis in places):
        return context.lower(term, order)  # as a mask: several places for one result
    entries = [places[axis] for axis in order if isinstance(places.get(axis), Entry)]
    indices = [lower_entry(context, entry, (*order, *kept)) for entry in entries]
    value = context.lower(rest, inner)
    if alone and not kept and indices and not _leads_alike(indices[0], value, plain):
        return context.lower(term, order)  # as a mask: nobody knows how many axes to add
    labels = labelled(inner)
    scatter = Scatter(
        (value.operation, shape, *(index.operation for index in indices)),
        spaces_of(order),
        DType.FLOAT,
        slots_of([places.get(axis, axis) for axis in order], labels),
        tuple(labels[axis] for axis in value.axes),
        tuple(tuple(labels[axis] for axis in index.axes) for index in indices),
        tuple(labels.values()),
        bool(kept),
        base is not None,
    )
    return Ref(context.builder.add(scatter), order)


def _leads_alike(index: Ref, value: Ref, plain: Sequence[Index]) -> bool:
    """Whether integers with leading axes, beside those of a gradient, are first in both."""
    if not any(axis.variadic for axis in plain) or not any(a.variadic for a in index.axes):
        return True
    return all(ref.axes and ref.axes[0].variadic for ref in (index, value))


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

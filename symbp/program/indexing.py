"""Lowers entries whose slots are not plain indices: literals, diagonals, gathers."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symbp.calculus import Delta
from symbp.notation.expression import Entry, Index
from symbp.program.builder import Ref, labelled, spaces_of
from symbp.program.context import Context, Order
from symbp.program.operations import Along, DType, Fixed, Found, Gather, Slot

__all__ = ["index_array", "lower_delta", "lower_entry", "slots_of"]


def lower_entry(context: Context, entry: Entry, order: Order) -> Ref:
    """One entry of a tensor, whatever its slots hold."""
    own = context.axes[entry.name]
    slots = entry.indices
    if all(isinstance(slot, Index) for slot in slots) and len(set(slots)) == len(slots):
        return Ref(context.values[entry.name], slots)
    indices = [lower_entry(context, s, order) for s in slots if isinstance(s, Entry)]
    axes = _axes_of(own, slots, indices, order)
    labels = labelled(axes)
    tensor = context.values[entry.name]
    gather = Gather(
        (tensor, *(index.operation for index in indices)),
        spaces_of(axes),
        context.builder[tensor].dtype,
        slots_of(slots, labels),
        tuple(tuple(labels[axis] for axis in index.axes) for index in indices),
        tuple(labels[axis] for axis in axes),
    )
    return Ref(context.builder.add(gather), axes)


def slots_of(places: Sequence[Expr], labels: dict[Index, int]) -> tuple[Slot, ...]:
    """Slots, where the integers of entries come in turn."""
    found: list[Slot] = []
    for place in places:
        if isinstance(place, Index):
            found.append(Along(labels[place]))
        elif isinstance(place, Entry):
            found.append(Found(sum(isinstance(slot, Found) for slot in found)))
        else:
            found.append(Fixed(int(place)))
    return tuple(found)


def _axes_of(
    own: Order, slots: Sequence[Expr], indices: Sequence[Ref], order: Order
) -> tuple[Index, ...]:
    """The result's axes.

    One array of integers with axes of its own brings them along: in its place behind leading
    axes, else in front, where it finds whole rows. What is found along an axis for every position
    along the others has those. Everything else is in the given order.
    """
    plain = [slot for slot in slots if isinstance(slot, Index)]
    distinct = len(set(plain)) == len(plain)
    if distinct and not indices:
        return tuple(plain)
    if distinct and len(indices) == 1 and len(plain) == len(slots) - 1:
        (index,) = indices
        place = next(n for n, slot in enumerate(slots) if isinstance(slot, Entry))
        leads = any(axis.variadic for n, axis in enumerate(own) if n != place)
        if not set(index.axes) & set(plain):
            head = plain[:place] if leads else []
            return (*head, *index.axes, *plain[len(head) :])
        if set(index.axes) <= set(plain) and (
            index.axes[0].variadic or not any(axis.variadic for axis in plain)
        ):
            return tuple(plain)
    present = {*plain, *(axis for index in indices for axis in index.axes)}
    leading = [axis for axis in present if axis.variadic]
    return tuple(dict.fromkeys([*leading, *(axis for axis in order if axis in present)]))


def index_array(context: Context, slot: Expr, order: Order) -> Ref:
    """A slot as integers: an index, an entry of an integer tensor, or a literal."""
    builder = context.builder
    if isinstance(slot, Index):
        return builder.position(slot)
    if isinstance(slot, Entry):
        return lower_entry(context, slot, order)
    return builder.scalar(int(slot))


def lower_delta(context: Context, delta: Delta, order: Order) -> Ref:
    """A Kronecker delta that no scatter takes, as a boolean array."""
    operands = [index_array(context, arg, order) for arg in delta.args]
    return context.builder.elementwise("equal", operands, order, DType.BOOL)

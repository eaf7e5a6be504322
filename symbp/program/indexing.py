"""Lowers entries whose slots are not plain indices: literals, diagonals, gathers."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symbp.calculus import Delta
from symbp.errors import LoweringError
from symbp.notation.expression import Entry, Index
from symbp.program.builder import Builder, Ref, spaces_of
from symbp.program.calls import Take, TakeAll, TakeAlong, TakeAt, TakeLiteral
from symbp.program.context import Context, Order
from symbp.program.contraction import merged
from symbp.program.operations import DType, Expand

__all__ = ["index_array", "lower_delta", "lower_entry", "spread"]


def lower_entry(context: Context, entry: Entry, order: Order) -> Ref:
    """One entry of a tensor, whatever its slots hold.

    Raises:
        LoweringError: a gather that leading axes of unknown number make impossible to print.
    """
    own = context.axes[entry.name]
    tensor = Ref(context.values[entry.name], own)
    slots = entry.indices
    if all(isinstance(slot, Index) for slot in slots) and len(set(slots)) == len(slots):
        return Ref(tensor.operation, slots)
    plain = [slot for slot in slots if isinstance(slot, Index)]
    gathered = [slot for slot in slots if isinstance(slot, Entry)]
    if not gathered and len(set(plain)) == len(plain):
        return _literal_slots(context.builder, tensor, slots)
    if len(gathered) == 1 and len(plain) == len(slots) - 1 and len(set(plain)) == len(plain):
        index = lower_entry(context, gathered[0], order)
        if own[0].variadic and isinstance(slots[0], Entry):
            tensor, _ = merged(context.builder, tensor, own[:1])
        if not set(index.axes) & set(plain):
            return _taken(context.builder, tensor, slots, index)
        if set(index.axes) <= set(plain) and (
            index.axes[0].variadic or not any(axis.variadic for axis in plain)
        ):
            return _along(context.builder, tensor, slots, index)
    return _fancy(context, tensor, slots, order)


def _literal_slots(builder: Builder, tensor: Ref, slots: Sequence[Expr]) -> Ref:
    pattern = tuple(None if isinstance(slot, Index) else int(slot) for slot in slots)
    axes = tuple(slot for slot in slots if isinstance(slot, Index))
    dtype = builder[tensor.operation].dtype
    call = TakeLiteral((tensor.operation,), spaces_of(axes), dtype, pattern)
    return Ref(builder.add(call), axes)


def _taken(builder: Builder, tensor: Ref, slots: Sequence[Expr], index: Ref) -> Ref:
    """`E[t]`: whole rows of a tensor, the indexed axis brought to the front."""
    place = next(p for p, slot in enumerate(slots) if isinstance(slot, Entry))
    rest = [axis for p, axis in enumerate(tensor.axes) if p != place]
    names = dict(zip(tensor.axes, slots, strict=True))
    dtype = builder[tensor.operation].dtype
    if any(axis.variadic for axis in rest):  # in its place, behind the leading axes
        chosen = tuple(p == place for p in range(len(slots)))
        axes = (*slots[:place], *index.axes, *slots[place + 1 :])
        operands = (tensor.operation, index.operation)
        return Ref(builder.add(TakeAt(operands, spaces_of(axes), dtype, chosen)), axes)
    front = builder.permute(tensor, (tensor.axes[place], *rest))
    axes = (*index.axes, *(names[axis] for axis in rest))
    operands = (front.operation, index.operation)
    return Ref(builder.add(Take(operands, spaces_of(axes), dtype)), axes)


def _along(builder: Builder, tensor: Ref, slots: Sequence[Expr], index: Ref) -> Ref:
    """One entry along an axis for every position along the others."""
    place = next(p for p, slot in enumerate(slots) if isinstance(slot, Entry))
    others = tuple(slot for slot in slots if isinstance(slot, Index))
    placed = spread(builder, index, others, place, len(slots))
    dtype = builder[tensor.operation].dtype
    operands = (tensor.operation, placed)
    call = TakeAlong(operands, spaces_of(others), dtype, place - len(slots))
    return Ref(builder.add(call), others)


def spread(builder: Builder, index: Ref, others: Order, place: int, rank: int) -> int:
    """The index with one axis for every axis of the tensor, of length 1 at `place`."""
    ordered = builder.permute(index, [axis for axis in others if axis in index.axes])
    pattern = [axis in index.axes for axis in others]
    pattern.insert(place, False)
    spaces = ["1" if not has else None for has in pattern]
    present = iter(ordered.axes)
    axes = tuple(space or next(present).space for space in spaces)
    dtype = builder[index.operation].dtype
    return builder.add(Expand((ordered.operation,), axes, dtype, tuple(pattern)))


def _fancy(context: Context, tensor: Ref, slots: Sequence[Expr], order: Order) -> Ref:
    """Integer arrays for all slots but leading axes, broadcast against each other."""
    builder = context.builder
    leading = tuple(slot for slot in slots[:1] if isinstance(slot, Index) and slot.variadic)
    indices = [index_array(context, slot, order) for slot in slots[len(leading) :]]
    present = {axis for ref in indices for axis in ref.axes}
    if tensor.axes[0].variadic and (not leading or any(axis.variadic for axis in present)):
        raise LoweringError(
            "this gather needs names for its leading axes: write indices instead of `...`"
        )
    axes = tuple(axis for axis in dict.fromkeys(order) if axis in present)
    operands = (tensor.operation, *(builder.align(ref, axes) for ref in indices))
    axes, dtype = (*leading, *axes), builder[tensor.operation].dtype
    return Ref(builder.add(TakeAll(operands, spaces_of(axes), dtype, bool(leading))), axes)


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

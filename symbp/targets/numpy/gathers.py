"""Which of NumPy's ways of indexing a gather becomes."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import LoweringError
from symbp.notation.expression import Index
from symbp.program.builder import Builder, Ref, spaces_of
from symbp.program.operations import VARIADIC, Along, Expand, Fixed, Found, Gather, Slot
from symbp.targets.numpy.calls import Take, TakeAll, TakeAlong, TakeAt, TakeLiteral
from symbp.targets.numpy.contractions import merged

__all__ = ["found_axis", "gathered", "integers_at", "named_axes", "spread"]

Axes = tuple[Index, ...]


def gathered(builder: Builder, gather: Gather, operands: Sequence[int]) -> int:
    """A gather as an index of its tensor.

    Raises:
        LoweringError: leading axes of unknown number make it impossible to print.
    """
    tensor, *integers = operands
    names = dict(zip(gather.result, named_axes(gather.axes), strict=True))
    axes = tuple(names[label] for label in gather.result)
    indices = [
        Ref(index, tuple(names[label] for label in own))
        for index, own in zip(integers, gather.indices, strict=True)
    ]
    source = builder[tensor]
    plain = [names[slot.label] for slot in gather.slots if isinstance(slot, Along)]
    place = found_axis(gather.slots)
    distinct = len(set(plain)) == len(plain)
    if not indices and distinct:
        pattern = tuple(s.position if isinstance(s, Fixed) else None for s in gather.slots)
        return builder.add(TakeLiteral((tensor,), gather.axes, gather.dtype, pattern))
    if place is not None and distinct:
        (index,) = indices
        own = named_axes(source.axes)
        if place == 0 and own[0].variadic:
            ref, _ = merged(builder, Ref(tensor, own), own[:1])
            tensor, own = ref.operation, ref.axes
        if not set(index.axes) & set(plain):
            return _taken(builder, gather, Ref(tensor, own), index, place)
        if axes == tuple(plain) and (
            index.axes[0].variadic or not any(axis.variadic for axis in plain)
        ):
            others = tuple(plain)
            placed = spread(builder, index, others, place, len(gather.slots))
            call = TakeAlong((tensor, placed), gather.axes, gather.dtype, place - len(own))
            return builder.add(call)
    return _all_taken(builder, gather, tensor, indices, names)


def _taken(builder: Builder, gather: Gather, tensor: Ref, index: Ref, place: int) -> int:
    """`E[t]`: whole rows of a tensor, the indexed axis brought to the front."""
    rest = [axis for n, axis in enumerate(tensor.axes) if n != place]
    if any(axis.variadic for axis in rest):  # in its place, behind the leading axes
        chosen = tuple(n == place for n in range(len(gather.slots)))
        operands = (tensor.operation, index.operation)
        return builder.add(TakeAt(operands, gather.axes, gather.dtype, chosen))
    front = builder.permute(tensor, (tensor.axes[place], *rest))
    operands = (front.operation, index.operation)
    return builder.add(Take(operands, gather.axes, gather.dtype))


def _all_taken(
    builder: Builder,
    gather: Gather,
    tensor: int,
    indices: Sequence[Ref],
    names: dict[int, Index],
) -> int:
    """Integer arrays for all slots but leading axes, broadcast against each other."""
    first, axes = gather.slots[0], tuple(names.values())
    leading = isinstance(first, Along) and names[first.label].variadic
    slots = [integers_at(builder, s, indices, names) for s in gather.slots[leading:]]
    present = {axis for slot in slots for axis in slot.axes}
    variadic = builder[tensor].axes[0] == VARIADIC
    if variadic and (not leading or any(axis.variadic for axis in present)):
        raise LoweringError(
            "this gather needs names for its leading axes: write indices instead of `...`"
        )
    own = tuple(axis for axis in axes if axis in present)
    operands = (tensor, *(builder.align(slot, own) for slot in slots))
    return builder.add(TakeAll(operands, gather.axes, gather.dtype, leading))


def named_axes(spaces: Sequence[str]) -> Axes:
    """An index for every axis."""
    return tuple(Index(VARIADIC if s == VARIADIC else str(n), s) for n, s in enumerate(spaces))


def found_axis(slots: Sequence[Slot]) -> int | None:
    """The one axis along which integers say where, if all others follow a label."""
    places = [n for n, slot in enumerate(slots) if not isinstance(slot, Along)]
    return places[0] if len(places) == 1 and isinstance(slots[places[0]], Found) else None


def integers_at(
    builder: Builder, slot: Slot, indices: Sequence[Ref], names: dict[int, Index]
) -> Ref:
    """A slot as an array of integers."""
    match slot:
        case Along(label=label):
            return builder.position(names[label])
        case Fixed(position=position):
            return builder.scalar(position)
        case Found(index=index):
            return indices[index]


def spread(builder: Builder, index: Ref, others: Axes, place: int, rank: int) -> int:
    """The index with one axis for every axis of the tensor, of length 1 at `place`."""
    ordered = builder.permute(index, [axis for axis in others if axis in index.axes])
    pattern = [axis in index.axes for axis in others]
    pattern.insert(place, False)
    present = iter(spaces_of(ordered.axes))
    axes = tuple(next(present) if has else "1" for has in pattern)
    dtype = builder[index.operation].dtype
    return builder.add(Expand((ordered.operation,), axes, dtype, tuple(pattern)))

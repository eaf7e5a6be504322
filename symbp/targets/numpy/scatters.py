"""Which of NumPy's ways of writing at places a scatter becomes."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import LoweringError
from symbp.notation.expression import Index
from symbp.program.builder import Builder, Ref
from symbp.program.operations import VARIADIC, Along, Fixed, Scatter
from symbp.targets.numpy.calls import (
    AddInto,
    AddRows,
    PutAll,
    PutAlong,
    PutAt,
    PutFlat,
    PutLiteral,
)
from symbp.targets.numpy.gathers import found_axis, integers_at, spread

__all__ = ["scattered"]


def scattered(builder: Builder, scatter: Scatter, operands: Sequence[int]) -> int:
    """A scatter as an array of zeros that is written to.

    Raises:
        LoweringError: leading axes of unknown number make it impossible to print.
    """
    return _Scattering(builder, scatter, operands).number()


class _Scattering:
    """One scatter with its operands as arrays over its loops."""

    def __init__(self, builder: Builder, scatter: Scatter, operands: Sequence[int]) -> None:
        number, self.shape, *integers = operands
        self.builder, self.scatter = builder, scatter
        self.axes, self.dtype = scatter.axes, scatter.dtype
        spaces: dict[int, str] = {}
        groups = [(number, scatter.value), *zip(integers, scatter.indices, strict=True)]
        for operand, own in groups:
            spaces |= dict(zip(own, builder[operand].axes, strict=True))
        for slot, space in zip(scatter.slots, self.axes, strict=True):
            if isinstance(slot, Along):
                spaces.setdefault(slot.label, space)
        self.names = {
            label: Index(VARIADIC if spaces[label] == VARIADIC else str(label), spaces[label])
            for label in scatter.loops
        }
        self.loops = tuple(self.names.values())
        self.value, *self.indices = (
            Ref(operand, tuple(self.names[label] for label in own)) for operand, own in groups
        )
        followed = [slot.label for slot in scatter.slots if isinstance(slot, Along)]
        self.plain = tuple(self.names[label] for label in followed if followed.count(label) == 1)

    def number(self) -> int:
        builder, value, slots = self.builder, self.value, self.scatter.slots
        if not self.indices and all(not isinstance(s, Along) or self._is_plain(s) for s in slots):
            pattern = tuple(s.position if isinstance(s, Fixed) else None for s in slots)
            kind = AddInto if self.scatter.onto else PutLiteral
            operands = builder.align(value, self.plain), self.shape
            return builder.add(kind(operands, self.axes, self.dtype, pattern))
        place = found_axis(slots)
        if place is None or len(self.plain) < len(slots) - 1:
            return self._everywhere()
        (index,) = self.indices
        if self.axes[place] == VARIADIC:
            return self._flat(index)
        leads = any(axis.variadic for axis in self.plain)
        if self.scatter.adds:
            own = set(index.axes) == set(self.loops) - set(self.plain)
            return self._rows(index, place) if own and not leads else self._everywhere()
        if leads and not index.axes:
            chosen = tuple(n == place for n in range(len(slots)))
            put = builder.align(value, self.plain), self.shape, index.operation
            return builder.add(PutAt(put, self.axes, self.dtype, chosen))
        if leads and not any(axis.variadic for axis in index.axes):
            return self._everywhere()
        if not set(index.axes) <= set(self.plain):
            return self._everywhere()
        put = self._spread(value, place), self.shape, self._spread(index, place)
        return builder.add(PutAlong(put, self.axes, self.dtype, place - len(slots)))

    def _is_plain(self, slot: Along) -> bool:
        return self.names[slot.label] in self.plain

    def _rows(self, index: Ref, place: int) -> int:
        """Whole rows added at repeated places, the scattered axis seen as the first one."""
        loops = (*index.axes, *self.plain)
        operands = self.builder.align(self.value, loops), self.shape, index.operation
        stretched = len(self.value.axes) < len(loops)
        return self.builder.add(AddRows(operands, self.axes, self.dtype, place, stretched))

    def _spread(self, ref: Ref, place: int) -> int:
        if self.builder.is_number(ref):
            return ref.operation
        return spread(self.builder, ref, self.plain, place, len(self.axes))

    def _flat(self, index: Ref) -> int:
        """One position among all leading axes, for every position along the others."""
        rest = len(self.axes) - 1
        value = self._spread(self.value, 0) if rest else self.value.operation
        place = self._spread(index, 0) if rest else index.operation
        return self.builder.add(PutFlat((value, self.shape, place), self.axes, self.dtype, rest))

    def _everywhere(self) -> int:
        """Integer arrays for all axes but leading ones."""
        slots, loops, builder = self.scatter.slots, self.loops, self.builder
        first = slots[0]
        follows = isinstance(first, Along) and self.names[first.label].variadic
        leading = self.axes[0] == VARIADIC and follows
        flat = self.axes[0] == VARIADIC and not follows
        fixed = slots[1:] if leading else slots
        refs = [integers_at(builder, slot, self.indices, self.names) for slot in fixed]
        own = loops[1:] if leading and loops[0].variadic else loops
        if any(axis.variadic for axis in own) or any(a.variadic for r in refs for a in r.axes):
            raise LoweringError(
                "this gradient needs names for its leading axes: write indices instead of `...`"
            )
        aligned = [builder.align(ref, own) for ref in refs]
        operands = (builder.align(self.value, loops), self.shape, *aligned)
        stretched = len(self.value.axes) < len(loops)
        adds = self.scatter.adds
        return builder.add(PutAll(operands, self.axes, self.dtype, adds, stretched, flat, leading))

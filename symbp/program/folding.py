"""Folds the operands of a sum or product into two-operand ufuncs, small operands first."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program.builder import Builder, Ref
from symbp.program.context import Order
from symbp.program.operations import DType, Map

__all__ = ["Item", "folded"]


@dataclass(frozen=True)
class Item:
    """An operand of a sum or product that may be negated or inverted."""

    ref: Ref
    opposite: bool


def folded(builder: Builder, items: list[Item], order: Order, join: str, part: str) -> Ref:
    """Combines items two at a time, pairs that the program has already and small ones first."""
    items = _with_known_pairs(builder, items, order, join, part)
    items = sorted(items, key=lambda item: (_size(builder, item.ref), item.opposite))
    if join == "multiply":
        items = _with_masks_early(builder, items)
    elif _has_difference(builder, items):
        items = _with_small_last(builder, items, order)
    total = items[0]
    for item in items[1:]:
        total = Item(*_combined(builder, total, item, order, join, part))
    if not total.opposite:
        return builder.as_float(total.ref)
    if join == "add":
        return builder.elementwise("negative", [total.ref], order)
    return builder.elementwise("divide", [builder.scalar(1), total.ref], order)


def _with_masks_early(builder: Builder, items: list[Item]) -> list[Item]:
    """The factors with masks behind the first array: 0 times what has overflowed is no number."""
    masks = [item for item in items if builder[item.ref.operation].dtype is DType.BOOL]
    others = [item for item in items if item not in masks]
    first = 1 + sum(builder.is_number(item.ref) for item in others)
    return [*others[:first], *masks, *others[first:]]


def _has_difference(builder: Builder, items: list[Item]) -> bool:
    """Whether arrays other than logarithms are taken from each other, with more beside them."""
    large = [item for item in items if not _is_small(builder, item)]
    return len(large) < len(items) and len({item.opposite for item in large}) == 2


def _with_small_last(builder: Builder, items: list[Item], order: Order) -> list[Item]:
    """The terms with logarithms and numbers behind: what is large cancels before they are lost."""
    numbers = [item for item in items if builder.is_number(item.ref)]
    logarithms = [i for i in items if i not in numbers and _is_small(builder, i)]
    large = [item for item in items if item not in (*numbers, *logarithms)]
    for _ in numbers[1:]:
        one, other, *rest = numbers
        numbers = [Item(*_combined(builder, one, other, order, "add", "subtract")), *rest]
    return [*large, *logarithms, *numbers]


def _is_small(builder: Builder, item: Item) -> bool:
    operation = builder[item.ref.operation]
    is_logarithm = isinstance(operation, Map) and operation.function in ("log", "log1p")
    return is_logarithm or builder.is_number(item.ref)


def _size(builder: Builder, ref: Ref) -> tuple[float, bool]:
    leading = any(axis.variadic for axis in ref.axes)
    return len(ref.axes) + leading, not builder.is_number(ref)


def _combined(
    builder: Builder, a: Item, b: Item, order: Order, join: str, part: str
) -> tuple[Ref, bool]:
    if a.opposite == b.opposite:
        return builder.elementwise(join, _typed(builder, a.ref, b.ref), order), a.opposite
    plus, minus = (b, a) if a.opposite else (a, b)
    return builder.elementwise(part, _typed(builder, plus.ref, minus.ref), order), False


def _typed(builder: Builder, a: Ref, b: Ref) -> list[Ref]:
    """Two operands of which one at least is floating point."""
    if {builder[a.operation].dtype, builder[b.operation].dtype} & {DType.FLOAT}:
        return [a, b]
    return [builder.as_float(a), builder.as_float(b)]


def _with_known_pairs(
    builder: Builder, items: list[Item], order: Order, join: str, part: str
) -> list[Item]:
    """Joins two items whose combination has been computed already: `x - m` of `x - m - log(s)`."""
    for i, a in enumerate(items):
        for b in items[i + 1 :]:
            if len(items) < 3 or builder.is_number(a.ref) or builder.is_number(b.ref):
                continue
            plus, minus = (b, a) if a.opposite and not b.opposite else (a, b)
            name = join if a.opposite == b.opposite else part
            pairs = [(plus, minus), (minus, plus)] if name == join else [(plus, minus)]
            for one, other in pairs:
                ref = builder.known(name, [one.ref, other.ref], order)
                if ref is not None:
                    rest = [item for item in items if item is not a and item is not b]
                    opposite = a.opposite and b.opposite
                    return _with_known_pairs(
                        builder, [*rest, Item(ref, opposite)], order, join, part
                    )
    return items

"""The shapes at which a layer is checked: unequal lengths, a length of 1, several ranks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symbp.check.data import outside
from symbp.notation.expression import Entry, Index, Reduction
from symbp.notation.layer import Layer

__all__ = ["ShapeCase", "class_counts", "shape_cases", "small_cases"]

Shape = tuple[int, ...]
# All different, so that a swapped axis never goes unnoticed.
LENGTHS = (3, 4, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13)
SHORTER: tuple[Shape, ...] = ((3, 4, 2, 5), (2, 3), (3, 1, 2), (1, 3, 1, 2), (1, 2, 1, 1))
"""For layers whose loops would be too long with these."""
SMALL: tuple[Shape, Shape] = ((3, 2, 2, 1), (2, 3, 1, 2))
SMALLEST: tuple[Shape, Shape] = ((2, 1, 2, 1, 1), (1, 2, 1, 2, 2))
"""For the judges that are slow, if there are more than a few indices."""
FEW = 6
MOST, MOST_SLOPES = 6_000, 300_000
LEAD = 6
TRAILING: tuple[Shape, ...] = ((5,), (2, 3), ())
BROADCAST: tuple[tuple[Shape, ...], ...] = (
    ((2, 3), (2, 3)),
    ((4, 1, 3), (5, 3)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((3,), (1,)),
    ((), ()),
)


@dataclass(frozen=True)
class ShapeCase:
    """The shape of every tensor given from outside.

    Args:
        shapes: by tensor name.
        lengths: the length of every named index space.
        label: for messages.
    """

    shapes: Mapping[str, Shape]
    lengths: Mapping[str, int]
    label: str


def shape_cases(layer: Layer) -> tuple[ShapeCase, ...]:
    """The shapes for the numerical judges.

    Args:
        layer: the layer.

    Returns:
        All lengths different, with several leading or trailing shapes; then lengths of 1.
    """
    if layer.broadcasts:
        return _broadcast_cases(layer)
    spaces = _spaces(layer)
    least = _least(layer)
    distinct = _affordable(layer, spaces, least)
    spare = [n for n in LENGTHS if n not in distinct.values()]
    if len(spaces) > 2:
        spare = [2, 3]
    leads: list[Shape] = [()]
    if any(layer.tensors[name].variadic for name in outside(layer)):
        leads = [(), (spare[0],), (spare[1], spare[0])] if spaces else [(), (3,), (2, 3)]
    trails = TRAILING if any(layer.tensors[n].flattened for n in outside(layer)) else ((),)
    cases = [_case(layer, distinct, lead, trail) for trail in trails for lead in leads]
    if len(leads) > 1:
        cases.append(_case(layer, distinct, (1,), trails[0]))
    lead = leads[min(1, len(leads) - 1)]
    for space in spaces[:4]:
        ones = {**distinct, space: max(1, least.get(space, 1))}
        if ones != distinct:
            cases.append(_case(layer, ones, lead, () if trails[0] else trails[0]))
    return tuple({tuple(sorted(case.shapes.items())): case for case in cases}.values())


def small_cases(layer: Layer) -> tuple[ShapeCase, ...]:
    """Two small, unequal shapes for the certificate and the extremes."""
    if layer.broadcasts:
        return tuple(_broadcast_case(layer, pair) for pair in (((2, 1), (3,)), ((3,), (2, 3))))
    spaces, least = _spaces(layer), _least(layer)
    flat = any(layer.tensors[n].flattened for n in outside(layer))
    variadic = any(layer.tensors[n].variadic for n in outside(layer))
    leads: tuple[Shape, ...] = ((2,), ()) if spaces else ((3,), (2, 2))
    if not variadic:
        leads = ((), ())
    trails: tuple[Shape, ...] = ((2,), (1, 2)) if flat else ((), ())
    first, second = SMALL if len(spaces) <= FEW else SMALLEST
    return (
        _case(layer, _lengths(spaces, least, first), leads[0], trails[0]),
        _case(layer, _lengths(spaces, least, second), leads[1], trails[1]),
    )


def class_counts(layer: Layer) -> dict[str, set[str]]:
    """For every integer tensor the index spaces of the axes that it points into."""
    found: dict[str, set[str]] = {}
    for entry in _entries(layer):
        axes = layer.tensors[entry.name].axes
        for slot, axis in zip(entry.indices, axes, strict=True):
            if isinstance(slot, Entry):  # its own pointers point into its own axes
                found.setdefault(slot.name, set()).add(axis.space)
    return found


def _entries(layer: Layer) -> list[Entry]:
    return [
        node
        for equation in layer.equations
        for node in sympy.preorder_traversal(equation.value)
        if isinstance(node, Entry)
    ]


def _least(layer: Layer) -> dict[str, int]:
    """The least length of an axis that is indexed by a literal."""
    least: dict[str, int] = {}
    for entry in _entries(layer):
        for slot, axis in zip(entry.indices, layer.tensors[entry.name].axes, strict=True):
            if isinstance(slot, sympy.Integer):
                least[axis.space] = max(least.get(axis.space, 1), int(slot) + 1)
    return least


def _spaces(layer: Layer) -> list[str]:
    """The named index spaces of the outside tensors, in order; those of `*i` last."""
    named: dict[str, bool] = {}
    for name in outside(layer):
        tensor = layer.tensors[name]
        for axis in tensor.axes:
            if not axis.variadic:
                last = tensor.flattened and axis is tensor.axes[-1]
                named[axis.space] = named.get(axis.space, False) or last
    return [space for space, flat in named.items() if not flat]


def _lengths(spaces: list[str], least: Mapping[str, int], pool: Shape) -> dict[str, int]:
    cycle = itertools.cycle(pool)
    chosen: dict[str, int] = {}
    for space in spaces:
        length = next(cycle)
        needed = least.get(space, 1)
        chosen[space] = length if length >= needed else needed + len(chosen) % 2
    return chosen


def _affordable(layer: Layer, spaces: list[str], least: Mapping[str, int]) -> dict[str, int]:
    """Lengths at which the scalar loops are not too long; different ones if that is possible."""
    pools = (LENGTHS, *SHORTER)
    for pool in pools:
        found = _lengths(spaces, least, pool)
        work = _work(layer, found)
        if work <= MOST and work * _entry_count(layer, found) <= MOST_SLOPES:
            return found
    return _lengths(spaces, least, (1,))


def _entry_count(layer: Layer, lengths: Mapping[str, int]) -> int:
    """Of all arguments: dual numbers carry a derivative by each."""
    axes = (layer.tensors[name].axes for name in outside(layer))
    return sum(math.prod(lengths.get(axis.space, LEAD) for axis in some) for some in axes)


def _work(layer: Layer, lengths: Mapping[str, int]) -> int:
    """How often the bodies of the equations and of their reductions are evaluated."""
    loops: list[set[Index]] = []
    for equation in layer.equations:
        loops.append(set(equation.axes))
        for node in sympy.preorder_traversal(equation.value):
            if isinstance(node, Reduction):
                free = {symbol for symbol in node.free_symbols if isinstance(symbol, Index)}
                loops.append(free | set(node.bound))
    return sum(math.prod(lengths.get(i.space, LEAD) for i in loop) for loop in loops)


def _case(layer: Layer, lengths: Mapping[str, int], lead: Shape, trail: Shape) -> ShapeCase:
    every = dict(lengths)
    size = 1
    for n in trail:
        size *= n
    for name in outside(layer):
        tensor = layer.tensors[name]
        if tensor.flattened:
            every[tensor.axes[-1].space] = size
    shapes: dict[str, Shape] = {}
    for name in outside(layer):
        tensor = layer.tensors[name]
        axes = tensor.axes[tensor.variadic :]
        shape = tuple(every[axis.space] for axis in axes)
        if tensor.flattened:
            shape = shape[:-1] + trail
        shapes[name] = (lead if tensor.variadic else ()) + shape
    return ShapeCase(shapes, every, _label(shapes))


def _broadcast_cases(layer: Layer) -> tuple[ShapeCase, ...]:
    return tuple(_broadcast_case(layer, pair) for pair in BROADCAST)


def _broadcast_case(layer: Layer, pair: tuple[Shape, ...]) -> ShapeCase:
    names = outside(layer)
    shapes = {
        name: pair[i % len(pair)] if layer.tensors[name].variadic else ()
        for i, name in enumerate(names)
    }
    return ShapeCase(shapes, {}, _label(shapes))


def _label(shapes: Mapping[str, Shape]) -> str:
    return " ".join(
        f"{name}({','.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
        for name, shape in shapes.items()
    )

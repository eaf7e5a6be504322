"""Lowers sums of products to contractions of two arrays at a time."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Sequence

import opt_einsum
import sympy
from sympy import Expr, Mul

from symbp.calculus import is_contraction
from symbp.errors import InternalError
from symbp.notation.expression import Entry, Index, SumOver
from symbp.program.builder import Builder, Ref, labelled, spaces_of
from symbp.program.context import Context, Order
from symbp.program.operations import Contract, DType, Reduce

__all__ = ["lower_sum", "natural_order", "reduced"]

NOMINAL_LENGTH = 64
NOMINAL_LEADING_LENGTH = 256


def lower_sum(context: Context, node: SumOver, order: Order) -> Ref:
    """A sum over indices: a contraction where the body is a product, else a plain reduction."""
    inner = natural_order(node.body, (*order, *node.bound))
    terms = _contractions(node)
    if terms:
        parts = [lower_sum(context, term, order) for term in terms]
        total = parts[0]
        for part in parts[1:]:
            total = context.builder.elementwise("add", [total, part], order)
        return total
    groups = _groups(node.body)
    if len(groups) == 1:
        return _single_group(context, groups[0], node.bound, inner, order)
    operands = [context.lower(Mul(*group), inner) for group in groups]
    return _contract_all(context.builder, operands, node.bound, inner, order)


def _contractions(node: SumOver) -> list[SumOver]:
    """The terms of a sum over indices, where each is a contraction; none where one is not.

    Added first they would be an array larger than any of their factors. What is no product in each
    of its terms, a difference of two tensors, stays closed: its parts may cancel.
    """
    factors = Mul.make_args(node.body)
    for total in (factor for factor in factors if factor.is_Add):
        whole = _axes(total)
        parts = (part for term in total.args for part in Mul.make_args(term))
        are_whole = all(_axes(term) == whole for term in total.args)
        if are_whole and all(_axes(part) < whole for part in parts):
            others = Mul(*(factor for factor in factors if factor is not total))
            sums = [SumOver(term * others, *node.bound) for term in total.args]
            return sums if all(map(is_contraction, sums)) else []
    return []


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
    places = tuple(n for n, axis in enumerate(ref.axes, -len(ref.axes)) if axis in bound)
    dtype = DType.INT if word.startswith("arg") else DType.FLOAT
    reduction = Reduce((ref.operation,), spaces_of(rest), dtype, word, places if rest else None)
    return Ref(builder.add(reduction), rest)


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
    axes = _axes_left(a, b, summed, order)
    labels = labelled(a.axes, b.axes)
    left, right, result = (tuple(labels[i] for i in group) for group in (a.axes, b.axes, axes))
    operands = (a.operation, b.operation)
    product = Contract(operands, spaces_of(axes), DType.FLOAT, left, right, result)
    return Ref(builder.add(product), axes)


def _summed_alone(builder: Builder, ref: Ref, other: Ref, bound: Sequence[Index]) -> Ref:
    alone = [axis for axis in ref.axes if axis in bound and axis not in other.axes]
    return reduced(builder, "sum", ref, alone) if alone else ref


def _axes_left(a: Ref, b: Ref, summed: list[Index], order: Order) -> tuple[Index, ...]:
    """The axes of a contraction: what both have, then what the one and the other has alone.

    Leading axes and the larger number come first, single ones as the order says.
    """
    shared = [axis for axis in a.axes if axis in b.axes and axis not in summed]
    rows = [axis for axis in a.axes if axis not in b.axes]
    columns = [axis for axis in b.axes if axis not in a.axes]
    leading = any(axis.variadic for axis in rows)
    swap = any(axis.variadic for axis in columns) or (len(rows) <= 1 < len(columns) and not leading)
    if shared:
        swap = False
    if len(rows) == len(columns) == 1 and not (rows[0].variadic or columns[0].variadic):
        swap = _comes_first(columns[0], rows[0], order)
    alone = (*columns, *rows) if swap else (*rows, *columns)
    return tuple(sorted((*shared, *alone), key=lambda axis: not axis.variadic))


def _comes_first(one: Index, other: Index, order: Order) -> bool:
    return one in order and other in order and order.index(one) < order.index(other)

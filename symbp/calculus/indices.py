"""Index algebra: renaming without capture, and one form for expressions equal up to bound names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import permutations

from sympy import Basic, Expr

from symbp.calculus.nodes import ArgMaxOver, ArgMinOver
from symbp.notation.expression import Entry, Index, Reduction, free_symbols

__all__ = [
    "BINDERS",
    "apart",
    "canonical",
    "fresh",
    "instantiate",
    "rename",
    "replace_entries",
    "same_up_to_indices",
    "transform",
]

BINDERS = (Reduction, ArgMaxOver, ArgMinOver)


def fresh(index: Index, taken: Iterable[Basic]) -> Index:
    """An index over the same space whose name is not taken: the name with primes added."""
    names = {symbol.name for symbol in taken if isinstance(symbol, Index)}
    base = index.name.rstrip("'")
    name = base
    while name in names:
        name += "'"
    return Index(name, index.space)


def rename(expression: Expr, mapping: Mapping[Index, Expr]) -> Expr:
    """Replaces free indices at once; bound ones that would capture are renamed first."""
    mapping = {old: new for old, new in mapping.items() if old != new}
    if not mapping:
        return expression
    return _rename(expression, mapping)


def _rename(node: Basic, mapping: dict[Index, Expr]) -> Basic:
    if isinstance(node, Index):
        return mapping.get(node, node)
    if not node.args or not (free_symbols(node) & mapping.keys()):
        return node
    if isinstance(node, BINDERS):
        return _rename_binder(node, mapping)
    return node.func(*(_rename(arg, mapping) for arg in node.args))


def _rename_binder(node: Basic, mapping: dict[Index, Expr]) -> Basic:
    free = free_symbols(node)
    inner = {old: new for old, new in mapping.items() if old in free}
    incoming = set().union(*(new.free_symbols for new in inner.values()))
    taken = incoming | free | set(node.bound)
    bound = []
    for index in node.bound:
        if index in incoming:
            other = fresh(index, taken)
            taken.add(other)
            inner[index] = other
            index = other
        bound.append(index)
    return node.func(_rename(node.body, inner), *bound)


def apart(binder: Expr, taken: Iterable[Basic]) -> Expr:
    """A reduction with its bound indices renamed, where one is taken by what is to be put in."""
    names = {symbol.name for symbol in taken}
    bound = [index for index in binder.bound if index.name in names]
    if not bound:
        return binder
    avoid = {*taken, *binder.body.free_symbols}
    mapping: dict[Index, Expr] = {}
    for index in bound:
        mapping[index] = fresh(index, avoid)
        avoid.add(mapping[index])
    return binder.func(
        _rename(binder.body, mapping), *(mapping.get(index, index) for index in binder.bound)
    )


def instantiate(value: Expr, axes: Iterable[Index], indices: Iterable[Expr]) -> Expr:
    """The right side of `T[axes] = value` read at `T[indices]`."""
    return rename(value, dict(zip(axes, indices, strict=True)))


def transform(expression: Expr, change: Callable[[Basic], Basic]) -> Expr:
    """Rebuilds an expression bottom-up, offering every node to `change`, equal ones once."""
    changed: dict[Basic, Basic] = {}

    def visit(node: Basic) -> Basic:
        if node not in changed:
            changed[node] = change(_rebuilt(node, visit))
        return changed[node]

    return visit(expression)


def _rebuilt(node: Basic, visit: Callable[[Basic], Basic]) -> Basic:
    args = [visit(arg) for arg in node.args]
    unchanged = all(new is old for new, old in zip(args, node.args, strict=True))
    return node if unchanged else node.func(*args)


def replace_entries(expression: Expr, values: Mapping[str, tuple[tuple[Index, ...], Expr]]) -> Expr:
    """Substitutes the definition `axes, value` for every entry of the tensors named.

    Entries that stand as an index of another entry are left alone. The substitution avoids
    capture; substituted text is not searched again.
    """
    if isinstance(expression, Entry):
        if expression.name not in values:
            return expression
        axes, value = values[expression.name]
        return instantiate(value, axes, expression.indices)
    if not expression.args:
        return expression
    if isinstance(expression, BINDERS):
        return _replace_in_binder(expression, values)
    args = [replace_entries(arg, values) for arg in expression.args]
    if all(new is old for new, old in zip(args, expression.args, strict=True)):
        return expression
    return expression.func(*args)


def _replace_in_binder(node: Basic, values: Mapping[str, tuple[tuple[Index, ...], Expr]]) -> Basic:
    # A value's free indices other than its axes would be captured; there are none by
    # construction (an equation's free indices are its axes), so the binder can stay.
    return node.func(replace_entries(node.body, values), *node.bound)


@cache
def canonical(expression: Expr) -> Expr:
    """The same expression with bound indices named by their height, nested sums joined.

    Two expressions that are equal up to the names of bound indices have the same canonical form.
    """
    return _name_by_height(_apart(expression))


@cache
def _apart(node: Basic) -> Basic:
    """Gives every binder names that none inside or outside of it, no user and no form has."""
    if not _height(node):
        return node
    node = _rebuilt(node, _apart)
    if not isinstance(node, BINDERS):
        return node
    height = _height(node)
    own = {i: Index(f"#{height}.{n}", i.space) for n, i in enumerate(node.bound)}
    return node.func(_rename(node.body, own), *own.values())


@cache
def _name_by_height(node: Basic) -> Basic:
    if not _height(node):
        return node
    node = _rebuilt(node, _name_by_height)
    return _name_binder(node) if isinstance(node, BINDERS) else node


def _name_binder(node: Basic) -> Basic:
    body, bound = node.body, node.bound
    if isinstance(node, Reduction) and type(body) is type(node):
        body, bound = body.body, bound + body.bound
    primes = "'" * (1 + _height(body))
    free = {symbol.name for symbol in free_symbols(body) - set(bound)}
    choices = []
    for order in _orders(bound):
        taken = set(free)
        mapping = {}
        for index in order:
            name = index.space + primes
            while name in taken:
                name += "_"
            taken.add(name)
            mapping[index] = Index(name, index.space)
        names = sorted(mapping.values(), key=lambda index: index.name)
        choices.append(node.func(_rename(body, mapping), *names))
    return choices[0] if len(choices) == 1 else min(choices, key=str)


@cache
def _height(node: Basic) -> int:
    """How many binders stand inside of one another."""
    return isinstance(node, BINDERS) + max(map(_height, node.args), default=0)


def _orders(bound: tuple[Index, ...]) -> Iterable[tuple[Index, ...]]:
    """The orders in which bound indices may be named: all, where some share a space."""
    spaces = [index.space for index in bound]
    if len(set(spaces)) == len(spaces) or len(bound) > 4:
        return [tuple(sorted(bound, key=lambda index: (index.space, index.name)))]
    return permutations(sorted(bound, key=lambda index: index.name))


def same_up_to_indices(
    pattern: Expr, expression: Expr, pattern_axes: tuple[Index, ...]
) -> dict[Index, Index] | None:
    """The renaming of the pattern's free indices that makes it equal to the expression, if any.

    Args:
        pattern: canonical, with free indices `pattern_axes`.
        expression: canonical.
    """
    free = sorted((s for s in expression.free_symbols if isinstance(s, Index)), key=str)
    if type(pattern) is not type(expression) or len(free) != len(pattern_axes):
        return None
    for candidate in permutations(free):
        if all(a.space == b.space for a, b in zip(pattern_axes, candidate, strict=True)):
            mapping = dict(zip(pattern_axes, candidate, strict=True))
            if canonical(rename(pattern, mapping)) == expression:
                return mapping
    return None

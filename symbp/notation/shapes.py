"""Which axes each tensor has, and what a name without brackets stands for.

An equation without any brackets is elementwise: its bare tensors have one shape, `[...]` unless
one of them is written with brackets elsewhere. In an equation with brackets, a bare tensor is a
number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symbp.notation.expression import VARIADIC
from symbp.notation.tree import Access, Name, Node, Plain, Reduce, Slot, Statement, children
from symbp.notation.union import Union
from symbp.notation.words import Words

__all__ = ["Shapes", "infer_shapes"]


@dataclass(frozen=True)
class Shapes:
    """The axes of every tensor, as names.

    Args:
        axes: by tensor, the names of its axes, `...` first if it has it; all different.
        flattened: the tensors with a last axis written `*i`.
        bare: for each statement, whether it is elementwise, without brackets.
        common: for each elementwise statement, the axes that its bare tensors share.
    """

    axes: Mapping[str, tuple[str, ...]]
    flattened: frozenset[str]
    bare: tuple[bool, ...]
    common: tuple[tuple[str, ...], ...]


def infer_shapes(statements: tuple[Statement, ...], words: Words) -> Shapes:
    """Find the axes of every tensor.

    Args:
        statements: the equations, then the assumptions.
        words: what each name is.

    Raises:
        NotationError: a tensor is written with different numbers of axes, or a reduction over
            `...` stands beside a tensor with `...`.
    """
    bare = tuple(not any(isinstance(n, Access) and n.slots for n in s.nodes) for s in statements)
    accesses = _accesses(statements)
    numbers = _numbers(statements, bare, words)
    union = Union[str]()
    for statement, is_bare in zip(statements, bare, strict=True):
        if is_bare:
            for name in _elementwise(statement, words):
                if name not in numbers:
                    union.join(_first(statement, words, numbers), name)
    _check_ranks(statements, bare, accesses, numbers, words)

    members: dict[str, list[str]] = {}
    for name in words.tensors:
        members.setdefault(union.find(name), []).append(name)
    taken = {*words.tensors, *words.indices, *words.hyper}
    shared: dict[str, tuple[str, ...]] = {}
    for root, names in members.items():
        written = [pair for name in names for pair in accesses.get(name, ())]
        if not written:
            shared[root] = () if root in numbers else (VARIADIC,)
            continue
        _check_class(written)
        shared[root] = _axes(root, [access for _, access in written], taken)
    axes = {
        name: _plain_use([access for _, access in accesses.get(name, ())])
        or shared[union.find(name)]
        for name in words.tensors
    }
    common = []
    for statement, is_bare in zip(statements, bare, strict=True):
        first = _first(statement, words, numbers) if is_bare else ""
        common.append(shared[union.find(first)] if first else ())
    return Shapes(axes, _flattened(accesses, words), bare, tuple(common))


def _flattened(
    accesses: Mapping[str, list[tuple[Statement, Access]]], words: Words
) -> frozenset[str]:
    """The tensors that are written with `*i`; only what is given from outside can be."""
    found = set()
    for name, pairs in accesses.items():
        for statement, access in pairs:
            last = access.slots[-1]
            if not isinstance(last, Plain) or not last.starred:
                continue
            if name not in words.given:
                raise statement.error_at(
                    last,
                    f"`*{last.name}` flattens an argument, and `{name}` is computed by the layer: "
                    f"write plain `{last.name}`",
                )
            if name in words.parameters:
                raise statement.error_at(
                    last,
                    f"`*{last.name}` flattens what forward is given, and `{name}` is a parameter, "
                    f"held in one shape: name its axes instead",
                )
            found.add(name)
    return frozenset(found)


def _accesses(
    statements: Iterable[Statement],
) -> dict[str, list[tuple[Statement, Access]]]:
    """Every access with brackets, by tensor, in reading order."""
    found: dict[str, list[tuple[Statement, Access]]] = {}
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Access) and node.slots:
                found.setdefault(node.name, []).append((statement, node))
    return found


def _names(node: Node, words: Words) -> Iterable[str]:
    """The bare tensors under a node."""
    if isinstance(node, Name) and node.name in words.tensors:
        yield node.name
    for child in children(node):
        yield from _names(child, words)


def _free_names(node: Node, words: Words) -> Iterable[str]:
    """The bare tensors under a node that no reduction over `...` covers."""
    if isinstance(node, Reduce) and any(index.variadic for index in node.bound):
        return
    if isinstance(node, Name) and node.name in words.tensors:
        yield node.name
    for child in children(node):
        yield from _free_names(child, words)


def _elementwise(statement: Statement, words: Words) -> list[str]:
    """The bare tensors of a statement, the target first."""
    target = [statement.target.name] if statement.target is not None else []
    return target + [name for side in statement.sides for name in _names(side, words)]


def _first(statement: Statement, words: Words, numbers: set[str]) -> str:
    """A tensor of an elementwise statement that is not a number; "" if all are."""
    return next((name for name in _elementwise(statement, words) if name not in numbers), "")


def _numbers(statements: tuple[Statement, ...], bare: tuple[bool, ...], words: Words) -> set[str]:
    """The tensors of rank 0."""
    found: set[str] = set()
    for statement, is_bare in zip(statements, bare, strict=True):
        if not is_bare:
            found.update(name for side in statement.sides for name in _names(side, words))
            if statement.target is not None and not statement.target.slots:
                found.add(statement.target.name)
    grew = True
    while grew:
        size = len(found)
        for statement, is_bare in zip(statements, bare, strict=True):
            if not is_bare or statement.target is None:
                continue
            free = {name for side in statement.sides for name in _free_names(side, words)}
            if free <= found:
                found.add(statement.target.name)
            elif statement.target.name in found:
                found |= free
        grew = len(found) > size
    return found


def _check_ranks(
    statements: tuple[Statement, ...],
    bare: tuple[bool, ...],
    accesses: Mapping[str, list[tuple[Statement, Access]]],
    numbers: set[str],
    words: Words,
) -> None:
    """Each tensor is written with one number of axes."""
    for pairs in accesses.values():
        _check_class(pairs)
    for statement, is_bare in zip(statements, bare, strict=True):
        for node in statement.nodes:
            if isinstance(node, Name | Access) and node.name in numbers & accesses.keys():
                if isinstance(node, Access) and node.slots:
                    continue
                written = accesses[node.name][0][1]
                raise statement.error_at(
                    node,
                    f"`{node.name}` without brackets is a number here, and elsewhere it is "
                    f"{written}: write its indices in both places",
                )
        if not is_bare:
            continue
        free = {name for side in statement.sides for name in _free_names(side, words)} - numbers
        for node in statement.nodes:
            if free and isinstance(node, Reduce) and any(index.variadic for index in node.bound):
                raise statement.error_at(
                    node,
                    f"{node.word}(..., ...) over all axes stands beside `{min(free)}`, which keeps "
                    "them: compute it in an equation of its own, like m = mean(x, ...)",
                )


def _check_class(pairs: list[tuple[Statement, Access]]) -> None:
    """Accesses to tensors of one shape have the same number of axes."""
    first = pairs[0][1]
    for statement, access in pairs[1:]:
        if (access.variadic, len(access.named)) != (first.variadic, len(first.named)):
            raise statement.error_at(
                access,
                f"`{access.name}` is written {access} here and "
                + (f"{first} before" if access.name == first.name else f"has the shape of {first}")
                + ": the number of axes contradicts",
            )


def _axes(name: str, accesses: list[Access], taken: set[str]) -> tuple[str, ...]:
    """Names for the axes of a tensor: those of its first plain use, all different."""
    if plain := _plain_use(accesses):
        return plain
    variadic = (VARIADIC,) if accesses[0].variadic else ()
    chosen: list[str] = []
    for position in range(len(accesses[0].named)):
        written = [_plain(access.named[position]) for access in accesses]
        fresh = next((n for n in written if n and n not in chosen), "")
        if not fresh:
            base = next((n for n in written if n), f"{name}_")
            number = 1 if base in chosen else position
            stem = base.rstrip("_")
            while (fresh := f"{stem}_{number}") in taken or fresh in chosen:
                number += 1
        chosen.append(fresh)
    taken.update(chosen)
    return (*variadic, *chosen)


def _plain_use(accesses: list[Access]) -> tuple[str, ...]:
    """The names of the first access whose slots are plain and all different; () if none."""
    for access in accesses:
        names = [_plain(slot) for slot in access.slots]
        if all(names) and len(set(names)) == len(names):
            return tuple(names)
    return ()


def _plain(slot: Slot) -> str:
    return slot.name if isinstance(slot, Plain) else ""

"""Where each index lives: free on the left, or bound by one reduction."""

from __future__ import annotations

from symbp.notation.expression import VARIADIC
from symbp.notation.tree import (
    IndexNumber,
    Node,
    Plain,
    Reduce,
    SizeOf,
    Statement,
    children,
)

__all__ = ["check_scope"]


def check_scope(statement: Statement) -> None:
    """Check the indices of a statement whose names are written out.

    Raises:
        NotationError: an index is free on one side only, or bound twice, or bound in vain.
    """
    left = {slot.name: slot for slot in _left(statement)}
    free: dict[str, Node] = {}
    for side in statement.sides:
        for name, node in _free(statement, side, frozenset(left)).items():
            free.setdefault(name, node)
    if statement.target is None:
        for side in statement.sides:
            _free(statement, side, frozenset(free))
        return
    target = statement.target
    for name, node in free.items():
        if name not in left:
            slots = list(left)
            slots = [name, *slots] if name == VARIADIC else [*slots, name]
            raise statement.error_at(
                node,
                f"index `{name}` is missing on the left: write "
                f"{target.name}[{', '.join(slots)}] = ..., or reduce over {name}",
            )
    for name, slot in left.items():
        if name not in free:
            raise statement.error_at(
                slot,
                f"index `{name}` stands on the left and nowhere free on the right: drop it, or "
                "use it there",
            )


def _left(statement: Statement) -> list[Plain]:
    """The indices of the left side, which are plain."""
    slots = statement.target.slots if statement.target is not None else ()
    return [slot for slot in slots if isinstance(slot, Plain)]


def _free(statement: Statement, node: Node, taken: frozenset[str]) -> dict[str, Node]:
    """The indices that are free in a node, with a place of each.

    Args:
        statement: for errors.
        node: what to search.
        taken: names on the left or bound by a reduction around the node.
    """
    match node:
        case Plain(name=name) | IndexNumber(name=name):
            return {name: node}
        case SizeOf():
            return {}
        case Reduce(word=word, body=body, bound=bound):
            names = [index.name for index in bound]
            for index in bound:
                if index.name in taken or names.count(index.name) > 1:
                    raise statement.error_at(index, _bound_twice(statement, word, index.name))
            inside = _free(statement, body, taken | frozenset(names))
            for index in bound:
                if index.name not in inside:
                    raise statement.error_at(
                        index,
                        f"{word} runs over `{index.name}`, which does not occur in it: write the "
                        f"tensors with this index, like x[{index.name}]{_OF_TWO.get(word, '')}",
                    )
            return {name: place for name, place in inside.items() if name not in names}
    found: dict[str, Node] = {}
    for child in children(node):
        for name, place in _free(statement, child, taken).items():
            found.setdefault(name, place)
    return found


_OF_TWO = {
    "max": "; the larger of two is maximum(a, b)",
    "min": "; the smaller of two is minimum(a, b)",
}


def _bound_twice(statement: Statement, word: str, name: str) -> str:
    if name in [slot.name for slot in _left(statement)]:
        if name == VARIADIC:
            return (
                f"{word} runs over `...`, which also stands on the left: compute it in an "
                "equation of its own"
            )
        return (
            f"{word} runs over `{name}`, which also stands on the left: call the index of the "
            f"{word} something else"
        )
    return f"{word} runs over `{name}`, which is already in use: call it something else"

"""Which axes have the same length: the spaces that indices run over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.notation.expression import VARIADIC, Index
from symbp.notation.layer import Role
from symbp.notation.shapes import Shapes
from symbp.notation.tree import Access, Plain, Statement
from symbp.notation.union import Union
from symbp.notation.words import Words

__all__ = ["Spaces", "infer_spaces"]


@dataclass(frozen=True)
class Spaces:
    """The length that each index and each axis runs over.

    Args:
        indices: every index by name, `...` too.
        axes: every tensor's axes.
    """

    indices: Mapping[str, Index]
    axes: Mapping[str, tuple[Index, ...]]


def infer_spaces(statements: tuple[Statement, ...], shapes: Shapes, words: Words) -> Spaces:
    """Join the axes whose lengths are equal, and name each class.

    Axes at the same position of one tensor are equal, and so are those that are written with the
    same index name anywhere in the layer.

    Args:
        statements: the equations and assumptions, with names written out.
        shapes: the axes of every tensor.
        words: what each name is.

    Raises:
        NotationError: no tensor that is given from outside fixes an index's length.
    """
    union = Union[object]()
    preferred: dict[str, None] = {}
    seen: dict[str, None] = {}
    given_axes: list[object] = []
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Plain) and not node.variadic:
                seen.setdefault(node.name)
            if not isinstance(node, Access):
                continue
            for position, slot in enumerate(node.named):
                axis = (node.name, position)
                if words.roles[node.name] is not Role.DEFINED:
                    given_axes.append(axis)
                if isinstance(slot, Plain):
                    union.join(axis, slot.name)
                    if node is statement.target or words.roles[node.name] is Role.INPUT:
                        preferred.setdefault(slot.name)
    names = {axis for axes in shapes.axes.values() for axis in axes if axis != VARIADIC}
    for name, axes in shapes.axes.items():
        plain = [axis for axis in axes if axis != VARIADIC]
        for position, plain_name in enumerate(plain):
            # A name made up for an axis that is never written with a plain index of its own.
            if plain_name not in seen:
                union.join((name, position), plain_name)
    representative: dict[object, str] = {}
    for name in (*preferred, *seen, *sorted(names)):
        representative.setdefault(union.find(name), name)

    fixed = {union.find(axis) for axis in given_axes}
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Plain) and not node.variadic and union.find(node.name) not in fixed:
                raise statement.error_at(
                    node,
                    f"nothing fixes the length of `{node.name}`: use it as an index of a tensor "
                    "that is given from outside",
                )

    def index(name: str) -> Index:
        if name == VARIADIC:
            return Index(VARIADIC)
        return Index(name, representative[union.find(name)])

    every = (VARIADIC, *seen, *sorted(names - seen.keys()))
    return Spaces(
        indices={name: index(name) for name in every},
        axes={name: tuple(map(index, axes)) for name, axes in shapes.axes.items()},
    )

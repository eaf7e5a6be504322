"""Replace every bare name of a statement by what it stands for.

Afterwards an elementwise statement is like any other: every tensor has its indices written out,
and `...` in `mean(e, ...)` has become the axes that the statement's tensors share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from symbp.notation.shapes import Shapes
from symbp.notation.tree import (
    Access,
    Call,
    Compare,
    Hyper,
    IndexNumber,
    Logic,
    Name,
    Node,
    Plain,
    Reduce,
    SizeOf,
    Statement,
)
from symbp.notation.words import Words

__all__ = ["instantiate"]


def instantiate(statement: Statement, position: int, shapes: Shapes, words: Words) -> Statement:
    """Write out the indices of a statement.

    Args:
        statement: as parsed.
        position: its position among the statements that `shapes` was made from.
        shapes: the axes of every tensor.
        words: what each name is.

    Returns:
        The statement without any `Name`.
    """
    writer = _Writer(shapes, words, shapes.bare[position], shapes.common[position])
    target = statement.target
    if target is not None and not target.slots:
        target = writer.tensor(target.column, target.name)
    return replace(
        statement, target=target, sides=tuple(writer.write(side) for side in statement.sides)
    )


@dataclass(frozen=True)
class _Writer:
    shapes: Shapes
    words: Words
    bare: bool
    common: tuple[str, ...]

    def tensor(self, column: int, name: str) -> Access:
        axes = self.common if self.bare and self.shapes.axes[name] else ()
        return Access(column, name, tuple(Plain(column, axis) for axis in axes))

    def write(self, node: Node) -> Node:
        match node:
            case Name(column=column, name=name):
                if name in self.words.indices:
                    return IndexNumber(column, name)
                if name in self.words.hyper:
                    return Hyper(column, name)
                return self.tensor(column, name)
            case Call(column=column, function=function, arguments=arguments):
                return Call(column, function, tuple(map(self.write, arguments)))
            case Logic(column=column, word=word, arguments=arguments):
                return Logic(column, word, tuple(map(self.write, arguments)))
            case Compare(column=column, operator=sign, left=left, right=right):
                return Compare(column, sign, self.write(left), self.write(right))
            case Reduce(column=column, word=word, body=body, bound=bound):
                written = tuple(axis for index in bound for axis in self.axes(index))
                return Reduce(column, word, self.write(body), written)
            case SizeOf(column=column, index=index):
                return self.size(column, self.axes(index))
        return node

    def axes(self, index: Plain) -> tuple[Plain, ...]:
        """An index of a reduction: `...` of an elementwise statement is all shared axes."""
        if not (index.variadic and self.bare and self.common):
            return (index,)
        return tuple(Plain(index.column, axis) for axis in self.common)

    def size(self, column: int, indices: tuple[Plain, ...]) -> Node:
        sizes: list[Node] = [SizeOf(column, index) for index in indices]
        return reduce(lambda a, b: Call(column, "*", (a, b)), sizes)

"""What stands in brackets: the indices of a tensor."""

from __future__ import annotations

import ast

from symbp.notation.expression import VARIADIC
from symbp.notation.functions import FUNCTIONS, REDUCTIONS
from symbp.notation.source import Side
from symbp.notation.tree import Access, Literal, Plain, Slot

__all__ = ["access", "index", "target"]

MAX_POSITION = 10**9


def target(side: Side) -> Access:
    """The left side: a name, or a name with plain indices."""
    root = side.root
    if isinstance(root, ast.Name):
        return Access(side.column(root), root.id)
    if not isinstance(root, ast.Subscript):
        raise side.error("the left side is one tensor, like y or y[n, i]", root)
    written = access(side, root)
    seen = set()
    for slot in written.slots:
        if not isinstance(slot, Plain):
            raise side.source.error("the left side takes plain indices, like y[n, i]", slot.column)
        if slot.starred:
            raise side.source.error(
                f"`*{slot.name}` on the left: only an argument is flattened; write plain "
                f"`{slot.name}`",
                slot.column,
            )
        if slot.name in seen:
            raise side.source.error(
                f"index `{slot.name}` stands twice on the left: give each axis its own name",
                slot.column,
            )
        seen.add(slot.name)
    return written


def access(side: Side, node: ast.Subscript) -> Access:
    """An access like `x[..., i]`, `x[n, *i]` or `z[n, t[n]]`."""
    if not isinstance(node.value, ast.Name):
        raise side.error("only a tensor's name is indexed, like x[n, i]", node)
    name = node.value.id
    if name in FUNCTIONS or name in REDUCTIONS:
        raise side.error(f"`{name}` is not a tensor and has no indices", node)
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not items:
        raise side.error(f"`{name}[]` has no indices: write {name}", node)
    slots = tuple(_slot(side, name, item) for item in items)
    for position, slot in enumerate(slots):
        if not isinstance(slot, Plain):
            continue
        if slot.variadic and position:
            raise side.source.error("`...` stands only first in brackets", slot.column)
        if slot.starred and position != len(slots) - 1:
            raise side.source.error(f"`*{slot.name}` stands only last in brackets", slot.column)
        if slot.starred and isinstance(slots[0], Plain) and slots[0].variadic:
            raise side.source.error(
                f"`*{slot.name}` beside `...`: nothing tells where the one ends and the other "
                "begins; write one of them",
                slot.column,
            )
    return Access(side.column(node), name, slots)


def index(side: Side, node: ast.expr) -> Plain | None:
    """A plain index or `...`; None if the node is something else."""
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return Plain(side.column(node), VARIADIC)
    if isinstance(node, ast.Name):
        if node.id in FUNCTIONS or node.id in REDUCTIONS:
            raise side.error(f"`{node.id}` belongs to the notation and is not an index", node)
        return Plain(side.column(node), node.id)
    return None


def _slot(side: Side, tensor: str, node: ast.expr) -> Slot:
    column = side.column(node)
    plain = index(side, node)
    if plain is not None:
        return plain
    if isinstance(node, ast.Starred) and isinstance(node.value, ast.Name):
        return Plain(column, node.value.id, starred=True)
    if isinstance(node, ast.Constant) and type(node.value) is int:
        if node.value > MAX_POSITION:
            raise side.error(f"{tensor} cannot be that long", node)
        return Literal(column, node.value)
    if isinstance(node, ast.Subscript):
        return access(side, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        raise side.error("a negative position is not allowed: count from 0", node)
    if isinstance(node, ast.Slice):
        raise side.error(f"slices are not needed: name the axis of {tensor} by an index", node)
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        written = side.text[node.col_offset : node.end_col_offset]
        raise side.error(
            f"`{written}` as an index of {tensor}: shifted and scaled indices (recurrences, "
            "windows, convolutions) come in a later version",
            node,
        )
    raise side.error(
        f"{tensor} is indexed by names, whole numbers, integer tensors and `...`", node
    )

"""Text of the user's with its place, and a side of an equation as Python's own parser reads it.

Nothing is ever evaluated.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from symbp.errors import NotationError, Place

__all__ = ["TOO_DEEP", "Side", "Source", "parse_side"]

MAX_TREE_DEPTH = 120
TOO_DEEP = "the equation is nested too deeply: split it into intermediates"


@dataclass(frozen=True)
class Source:
    """One equation or assumption as written.

    Args:
        text: one line, whitespace normalised; columns count in it.
        place: the file, layer, key and number of the equation.
    """

    text: str
    place: Place

    def error(self, message: str, column: int = 0) -> NotationError:
        """The fault of this text, ready to be raised.

        Args:
            message: what is wrong and what to write instead, one line.
            column: counted from 1; 0 where the fault is of the whole equation.
        """
        return NotationError(message, replace(self.place, column=column))


@dataclass(frozen=True)
class Side:
    """One side of an equation.

    Args:
        source: the whole equation.
        text: this side, stripped.
        offset: where the side begins in the equation.
        root: what Python's parser made of it.
    """

    source: Source
    text: str
    offset: int
    root: ast.expr

    def column(self, node: ast.expr) -> int:
        """The column of a node within the equation."""
        return self.offset + node.col_offset + 1

    def error(self, message: str, node: ast.expr) -> NotationError:
        """The fault at a node, ready to be raised."""
        return self.source.error(message, self.column(node))


def parse_side(source: Source, text: str, offset: int) -> Side:
    """Parse one side of an equation that has passed `check_text`.

    Args:
        source: the whole equation.
        text: the side.
        offset: where it begins in the equation.

    Raises:
        NotationError: the side is not a Python expression, or is nested too deeply.
    """
    offset += len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        raise source.error("nothing stands on one side", offset + 1)
    try:
        root = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = offset + min(max(error.offset or 1, 1), len(text) + 1)
        raise source.error("this is not an expression", column) from None
    except (RecursionError, MemoryError, ValueError):
        raise source.error(TOO_DEEP) from None
    if _depth(root) > MAX_TREE_DEPTH:
        raise source.error(TOO_DEEP)
    return Side(source, text, offset, root)


def _depth(root: ast.expr) -> int:
    # Level by level: a deep tree must not exhaust the stack here.
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        ]
    return depth

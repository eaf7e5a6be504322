"""A Python expression as text that knows how tightly it binds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ATOM", "CHOICE", "COMPARE", "POWER", "PRODUCT", "SUM", "UNARY", "Text"]

CHOICE, COMPARE, SUM, PRODUCT, UNARY, POWER, ATOM = range(7)


@dataclass(frozen=True)
class Text:
    """A Python expression and how tightly it binds."""

    code: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """The expression, in brackets where it binds less tightly than `level`."""
        return self.code if self.level >= level else f"({self.code})"

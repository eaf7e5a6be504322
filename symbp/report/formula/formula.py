"""A formula of a report: expressions with relations between them."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic, Expr

from symbp.notation import Entry, Equation
from symbp.report.formula.nodes import Partial

__all__ = ["Formula", "equation", "partial"]


@dataclass(frozen=True)
class Formula:
    """Expressions joined by signs: `(left, "=", right)`.

    Args:
        parts: expressions, and signs from `symbp.report.formula.signs` between them.
    """

    parts: tuple[Basic | str, ...]

    @property
    def expressions(self) -> tuple[Basic, ...]:
        """The parts that are expressions."""
        return tuple(part for part in self.parts if not isinstance(part, str))


def equation(item: Equation, sign: str = "=") -> Formula:
    """An equation with the tensor that it defines on its left."""
    return Formula((Entry(item.target, *item.axes), sign, item.value))


def partial(of: Expr, by: Expr, *rest: Basic | str) -> Formula:
    """A derivative and what it equals: `partial(y, x, "=", 2*x)`."""
    return Formula((Partial(of, by), *rest))

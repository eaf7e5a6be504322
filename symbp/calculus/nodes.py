"""Expression nodes that only derived equations contain."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr

from symbp.notation.expression import Index, free_symbols

__all__ = ["ArgMaxOver", "ArgMinOver", "Delta"]


class Delta(Expr):
    """Kronecker's delta of two index expressions: 1 where they are equal, else 0."""

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, a: Expr, b: Expr) -> Expr:
        if a == b:
            return sympy.S.One
        if a.is_Integer and b.is_Integer:
            return sympy.S.Zero
        return Expr.__new__(cls, a, b)

    def _eval_power(self, exponent: Expr) -> Expr | None:
        return self if exponent.is_positive else None

    def _sympystr(self, printer: Any) -> str:
        return f"delta({', '.join(printer._print(arg) for arg in self.args)})"


class _ArgExtremum(Expr):
    """The position of the first extreme entry of `body` along one index: an integer."""

    is_commutative = True
    is_integer = True
    word = ""

    def __new__(cls, body: Expr, bound: Index) -> Expr:
        if bound not in free_symbols(body):  # all entries are equal: the first is extreme
            return sympy.S.Zero
        return Expr.__new__(cls, body, bound)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def bound(self) -> tuple[Index, ...]:
        return self.args[1:]

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        return set(free_symbols(self.body) - set(self.bound))

    def _sympystr(self, printer: Any) -> str:
        return f"{self.word}({printer._print(self.body)}, {self.bound[0].name})"


class ArgMaxOver(_ArgExtremum):
    """`argmax(body, k)`: where the first maximal entry stands."""

    word = "argmax"


class ArgMinOver(_ArgExtremum):
    """`argmin(body, k)`: where the first minimal entry stands."""

    word = "argmin"

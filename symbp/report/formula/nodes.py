"""Expression nodes that only reports contain."""

from __future__ import annotations

from sympy import Basic, Expr, Symbol, sympify

__all__ = ["Marked", "Partial", "Shape", "Transposed"]


class Partial(Expr):
    """The derivative of one entry by another, before it is worked out."""

    is_commutative = True
    is_real = True

    def __new__(cls, of: Expr, by: Expr) -> Partial:
        return Expr.__new__(cls, of, by)


class Marked(Expr):
    """A part of an expression that is pointed out."""

    is_commutative = True
    is_real = True

    def __new__(cls, inner: Basic) -> Marked:
        return Expr.__new__(cls, inner)

    @property
    def inner(self) -> Basic:
        return self.args[0]

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.inner.free_symbols


class Shape(Expr):
    """The lengths of the axes that some indices run over, or numbers: `n × i`."""

    is_commutative = True

    def __new__(cls, *axes: Expr | int) -> Shape:
        return Expr.__new__(cls, *(sympify(axis) for axis in axes))


class Transposed(Expr):
    """A matrix with its axes the other way round."""

    is_commutative = True
    is_real = True

    def __new__(cls, matrix: Expr) -> Transposed:
        return Expr.__new__(cls, matrix)

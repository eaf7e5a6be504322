"""Scalar functions that SymPy lacks, or that it rewrites where rounding matters."""

from __future__ import annotations

import sympy
from sympy import Expr

__all__ = ["erfc", "erfcx", "log_ndtr", "stop_gradient"]


class erfc(sympy.erfc):  # noqa: N801 (SymPy prints and evaluates functions by their names)
    """The complementary error function.

    SymPy's own turns erfc(-x) into 2 - erfc(x), which loses its tail in floating point.
    """

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        return {sympy.S.Zero: sympy.S.One, sympy.oo: sympy.S.Zero, -sympy.oo: sympy.Integer(2)}.get(
            u
        )

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self.args[0].is_extended_real


class erfcx(sympy.Function):  # noqa: N801 (SymPy prints functions by their names)
    """The scaled complementary error function, `exp(u**2)*erfc(u)`."""

    is_real = True
    is_positive = True


class log_ndtr(sympy.Function):  # noqa: N801 (as SciPy calls it)
    """The logarithm of the normal distribution, `log(erfc(-u/sqrt(2))/2)`."""

    is_real = True


class stop_gradient(sympy.Function):  # noqa: N801 (SymPy prints functions by their names)
    """Its argument, held fixed: the slope is 0."""

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        return u if u.is_number else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative."""
        return sympy.S.Zero

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[0].is_extended_real

    def _eval_is_finite(self) -> bool | None:
        return self.args[0].is_finite

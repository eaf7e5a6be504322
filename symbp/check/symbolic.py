"""A scalar that is a SymPy expression and, at a sample point, a number.

NumPy's arithmetic, comparisons and unary functions work on object arrays of these: arithmetic
builds the exact expression, and whatever has to be decided (a comparison, a maximum, a sign) is
decided by the number. So code that is run on them is followed exactly, on the open region around
the sample point where all decisions come out the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symbp.check.digits import CONTEXT, ORACLE, exact
from symbp.check.oracle import FUNCTIONS
from symbp.check.scope import Arithmetic
from symbp.ops import stop_gradient

__all__ = ["Symbolic", "arithmetic", "lift"]


class Symbolic:
    """An expression and its value at the sample point.

    Args:
        expr: the exact expression.
        value: its number; computed where it is not given.
    """

    __slots__ = ("expr", "value")
    __hash__ = None  # type: ignore[assignment]

    # What NumPy's own scalars have, for code that reads it from a number.
    shape: tuple[int, ...] = ()
    ndim = 0
    size = 1
    dtype = np.dtype(object)

    def __init__(self, expr: Expr, value: Any) -> None:
        self.expr = expr
        self.value = value

    def __repr__(self) -> str:
        return f"Symbolic({self.expr})"

    def __add__(self, other: Any) -> Symbolic:
        return _combine(self, other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> Symbolic:
        return _combine(other, self, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Symbolic:
        return _combine(self, other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Symbolic:
        return _combine(other, self, lambda a, b: a - b)

    def __mul__(self, other: Any) -> Symbolic:
        return _combine(self, other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> Symbolic:
        return _combine(other, self, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Symbolic:
        return _combine(self, other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Symbolic:
        return _combine(other, self, lambda a, b: a / b)

    def __pow__(self, other: Any) -> Any:
        return _power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return _power(other, self)

    def __neg__(self) -> Symbolic:
        return Symbolic(-self.expr, -self.value)

    def __pos__(self) -> Symbolic:
        return self

    def __abs__(self) -> Symbolic:
        return -self if self.value < 0 else self

    def __lt__(self, other: Any) -> np.bool:
        return np.bool(self.value < _value(other))

    def __le__(self, other: Any) -> np.bool:
        return np.bool(self.value <= _value(other))

    def __gt__(self, other: Any) -> np.bool:
        return np.bool(self.value > _value(other))

    def __ge__(self, other: Any) -> np.bool:
        return np.bool(self.value >= _value(other))

    def __eq__(self, other: object) -> bool:
        return _is_number(other) and bool(self.value == _value(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        return bool(self.value != 0)

    def __getitem__(self, key: Any) -> Any:
        return self.reshape(())[key]

    def astype(self, dtype: Any, **options: Any) -> Symbolic:
        """Itself: there is nothing to cast."""
        return self

    def conjugate(self) -> Symbolic:
        """Itself: everything is real."""
        return self

    def reshape(self, *shape: Any) -> Any:
        """An array, as of NumPy's scalars."""
        array = np.empty((), object)
        array[()] = self
        return array.reshape(*shape)

    def copy(self) -> Symbolic:
        """Itself."""
        return self

    def sum(self, *arguments: Any, **options: Any) -> Symbolic:
        """Itself."""
        return self

    def sqrt(self) -> Symbolic:
        return _raised(self, sympy.Rational(1, 2))

    def cbrt(self) -> Symbolic:
        root = _raised(abs(self), sympy.Rational(1, 3))
        return -root if self.value < 0 else root

    def exp2(self) -> Symbolic:
        return _raised(2, self)

    def expm1(self) -> Symbolic:
        return apply(sympy.exp, self) - 1

    def log1p(self) -> Symbolic:
        return apply(sympy.log, 1 + self)

    def log2(self) -> Symbolic:
        return apply(sympy.log, self) / apply(sympy.log, lift(2))

    def log10(self) -> Symbolic:
        return apply(sympy.log, self) / apply(sympy.log, lift(10))

    def fabs(self) -> Symbolic:
        return abs(self)

    def deg2rad(self) -> Symbolic:
        return self * lift(sympy.pi) / 180

    def rad2deg(self) -> Symbolic:
        return self * 180 / lift(sympy.pi)

    def exp(self) -> Symbolic:
        return apply(sympy.exp, self)

    def log(self) -> Symbolic:
        return apply(sympy.log, self)

    def arctan2(self, other: Any) -> Symbolic:
        return apply(sympy.atan2, self, other)

    radians = deg2rad
    degrees = rad2deg

    def hypot(self, other: Any) -> Symbolic:
        return _raised(self * self + other * other, sympy.Rational(1, 2))


def _method(function: Any) -> Callable[[Symbolic], Symbolic]:
    return lambda self: apply(function, self)


# NumPy looks for methods named as its ufuncs.
for _name in ("sin", "cos", "tan", "sinh", "cosh", "tanh"):
    setattr(Symbolic, _name, _method(getattr(sympy, _name)))
for _name in ("sin", "cos", "tan", "sinh", "cosh", "tanh"):
    setattr(Symbolic, f"arc{_name}", _method(getattr(sympy, f"a{_name}")))


def lift(value: Any) -> Symbolic:
    """Any number, or a SymPy number, or an array of none but one, as a `Symbolic`."""
    if isinstance(value, np.ndarray):
        # An array of objects stores one without axes as it is.
        value = value.item()
    if isinstance(value, Symbolic):
        return value
    expr = value if isinstance(value, Expr) else exact(value)
    return Symbolic(expr, ORACLE.number(expr))


def apply(function: Any, *arguments: Any) -> Symbolic:
    """A SymPy function of `Symbolic` arguments."""
    lifted = [lift(argument) for argument in arguments]
    value = ORACLE.arithmetic.functions[function](*(a.value for a in lifted))
    if function is sympy.Abs:
        return abs(lifted[0])
    if isinstance(function, type) and issubclass(function, sympy.erfc):
        # One form for both functions, so that a layer may have the one and its module the other.
        return Symbolic(1 - sympy.erf(lifted[0].expr), value)
    if function is sympy.sign:
        return lift(int(CONTEXT.sign(lifted[0].value)))
    return Symbolic(function(*(a.expr for a in lifted)), value)


def _is_number(other: object) -> bool:
    return isinstance(other, Symbolic | Expr | bool | int | float | np.number | np.bool_)


def _value(other: Any) -> Any:
    return lift(other).value


def _combine(a: Any, b: Any, operation: Callable[[Any, Any], Any]) -> Symbolic:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return NotImplemented
    a, b = lift(a), lift(b)
    return Symbolic(operation(a.expr, b.expr), _number(operation, a.value, b.value))


def _number(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    try:
        return operation(a, b)
    except ZeroDivisionError:
        return CONTEXT.nan


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return NotImplemented
    return _raised(a, b)


def _raised(a: Any, b: Any) -> Symbolic:
    a, b = lift(a), lift(b)
    return Symbolic(a.expr**b.expr, ORACLE.arithmetic.power(a.value, b.value))


def arithmetic() -> Arithmetic:
    """The arithmetic of `Symbolic` numbers, for the expansion of equations."""

    def function(kind: Any) -> Callable[..., Symbolic]:
        return lambda *arguments: apply(kind, *arguments)

    kinds = (*FUNCTIONS, sympy.loggamma, stop_gradient)
    return Arithmetic(lift, _power, {kind: function(kind) for kind in kinds})

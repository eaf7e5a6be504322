"""Local derivatives: SymPy differentiates one elementary operation by one of its operands."""

from __future__ import annotations

import sympy
from sympy import Dummy, Expr

from symbp.calculus.indices import transform
from symbp.calculus.roots import can_be_zero, is_root, with_slope_at_zero
from symbp.notation.expression import Differs, Entry, Maximum, Minimum, Where

__all__ = ["local_derivative", "with_kinks_resolved"]


def with_kinks_resolved(value: Expr) -> Expr:
    """Writes `maximum` and `minimum` as `where`, which states who wins a tie.

    Of a maximum the constant wins if one side is constant, else the first argument; of a minimum
    it is the other one, so that `maximum(a, b) + minimum(a, b)` has the slope of `a + b`.
    """
    return transform(value, _resolve)


def _resolve(node: Expr) -> Expr:
    if not isinstance(node, Maximum | Minimum):
        return node
    a, b = node.args
    if not b.has(Entry):
        a, b = b, a
    if isinstance(node, Maximum):
        return Where(a >= b, a, b) if a.has(Entry) else Where(b > a, b, a)
    return Where(a < b, a, b) if a.has(Entry) else Where(b <= a, b, a)


def local_derivative(value: Expr, operand: Entry, result: Entry | None = None) -> Expr:
    """The derivative of one operation by one operand, all other operands held fixed.

    Where the derivative contains the operation's own value it is written with `result`
    (exp: y; reciprocal: -y**2; tanh: 1 - y**2).

    Args:
        value: the operation, for example `exp(x[n])`.
        operand: the entry to differentiate by.
        result: the entry that holds the operation's value.

    Returns:
        The derivative; at kinks the declared subgradient (sign(0) is 0, steps have slope 0, roots
        have slope 0 at 0).
    """
    dummy = Dummy("operand", real=True)
    smooth = with_kinks_resolved(value).xreplace({operand: dummy})
    derivative = _derivative(smooth, dummy).replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    derivative = sympy.powsimp(derivative, combine="exp").xreplace({dummy: operand})
    if value.is_Pow and not value.base.is_number:
        derivative = derivative.xreplace({sympy.log(value.base): _log_or_zero(value.base)})
        if not value.exp.is_number:
            one_less = value.base ** (value.exp - 1)
            derivative = derivative.xreplace({one_less: _power_of_one_less(value)})
    if result is None:
        return derivative
    derivative = _with_output(derivative, value, result)
    return with_slope_at_zero(derivative, value, result) if is_root(value) else derivative


def _derivative(value: Expr, dummy: Dummy) -> Expr:
    """SymPy's derivative, taken inside the branches of a `where`."""
    if isinstance(value, Where):
        condition, a, b = value.args
        return Where(condition, _derivative(a, dummy), _derivative(b, dummy))
    return value.diff(dummy)


def _power_of_one_less(value: Expr) -> Expr:
    """base**(p - 1), and 1 where p is 0: the slope p*base**(p - 1) is 0 there, at 0 too.

    Where p is between 0 and 1 it is 0 at 0, as the slope of a root is.
    """
    power = Where(sympy.Eq(value.exp, 0), sympy.S.One, value.exp) - 1
    if not can_be_zero(value.base):
        return value.base**power
    is_root = sympy.And(value.exp > 0, value.exp < 1, sympy.Not(Differs(value.base, sympy.S.Zero)))
    return Where(is_root, sympy.S.Infinity, value.base) ** power


def _log_or_zero(base: Expr) -> Expr:
    """log(base), and 0 at 0: the slope of 0**p by a positive p is the limit of x**p*log(x)."""
    return sympy.log(Where(sympy.Eq(base, 0), sympy.S.One, base))


def _with_output(derivative: Expr, value: Expr, result: Entry) -> Expr:
    if value.is_Pow and value.exp.is_number:
        return _power_with_output(derivative, value, result)
    if value.is_Pow or value.is_Function:
        return derivative.xreplace({value: result})
    return derivative


def _power_with_output(derivative: Expr, value: Expr, result: Entry) -> Expr:
    """Powers of the operand that are whole powers of the result, as 1/x**2 of 1/x."""

    def rewrite(node: Expr) -> Expr:
        if node.is_Pow and node.base == value.base:
            ratio = node.exp / value.exp
            if ratio.is_Integer and not (value.exp.is_Integer and value.exp.is_positive):
                return result**ratio
        return node

    return transform(derivative, rewrite)

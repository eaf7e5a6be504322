"""Where a flat function is settled: `exp(-x**2)` is 0 and `tanh(exp(x))` is 1 beyond some x."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Basic, Dummy, Expr, S, exp, tanh

from symbp.calculus.indices import BINDERS
from symbp.notation.expression import Entry, Maximum, Minimum
from symbp.ops import erfc

__all__ = ["Settled", "settled"]

ENOUGH = 1000
"""Where |u| is larger, exp(-|u|) is 0 and tanh(u), erf(u) are 1, in float64 and to the last bit."""
LARGEST_BOUND = 2**20


@dataclass(frozen=True)
class Settled:
    """A flat function of one variable, and from where on it is settled.

    Args:
        argument: what it sees, in terms of `variable`.
        variable: stands for `seen`.
        seen: an entry, or the expression that all exponentials in the argument have in common.
        lower, upper: beyond them the function does not change; None where it does.
    """

    argument: Expr
    variable: Dummy
    seen: Expr
    lower: int | None
    upper: int | None

    def clipped(self, expression: Expr) -> Expr:
        """An expression in the variable in terms of what it stands for, kept within the bounds."""
        even = self.lower is not None and self.upper is not None
        if even and expression.xreplace({self.variable: -self.variable}) == expression:
            return expression.xreplace({self.variable: Minimum(sympy.Abs(self.seen), self.upper)})
        inner = self.seen if self.upper is None else Minimum(self.seen, self.upper)
        inner = inner if self.lower is None else Maximum(inner, self.lower)
        return expression.xreplace({self.variable: inner})

    def growing(self, node: Basic) -> Expr | None:
        """A power or an exponential of what is seen, in the variable, if it grows out there."""
        if isinstance(node, exp):
            rate, unit = _unit(node.exp)
            end = self.upper if rate > 0 else self.lower
            return exp(rate * self.variable) if unit == self.seen and end is not None else None
        if isinstance(node, sympy.Pow) and node.base == self.seen and node.exp.is_number:
            return self.variable**node.exp if node.exp > 1 else None
        return None


def settled(node: Basic) -> Settled | None:
    """Where a function is settled of which one variable's powers or exponentials grow.

    Args:
        node: an expression.

    Returns:
        None where it is not such a function, or nothing in it overflows before it is settled.
    """
    if not isinstance(node, exp | tanh | sympy.erf | erfc):
        return None
    variable = Dummy("v", real=True)
    found = _in_one_variable(node.args[0], variable)
    if found is None:
        return None
    whole, seen = found
    if whole.free_symbols != {variable}:
        return None
    upper = _settled_from(whole, variable, node.func)
    lower = _settled_from(whole.xreplace({variable: -variable}), variable, node.func)
    if upper is None and lower is None:
        return None
    lower = None if lower is None else -lower
    return Settled(whole, variable, seen, lower, upper)


def _in_one_variable(argument: Expr, variable: Dummy) -> tuple[Expr, Expr] | None:
    """The argument as a function of one variable, and what the variable stands for."""
    exponentials = sorted(argument.atoms(exp), key=sympy.default_sort_key)
    exponentials = [e for e in exponentials if not e.exp.is_number]
    # What is under a sum runs over entries, each of its own size.
    if any(reduction.has(*exponentials or [Entry]) for reduction in argument.atoms(*BINDERS)):
        return None
    if not exponentials:
        entries = argument.atoms(Entry)
        if len(entries) != 1:
            return None
        (entry,) = entries
        return argument.xreplace({entry: variable}), entry
    units = [_unit(exponential.exp) for exponential in exponentials]
    seen = units[0][1]
    if seen.has(exp) or any(unit != seen for _, unit in units):
        return None
    found = {e: exp(k * variable) for e, (k, _) in zip(exponentials, units, strict=True)}
    return _without(argument.xreplace(found), seen, variable), seen


def _unit(exponent: Expr) -> tuple[Expr, Expr]:
    """A number and the rest of an exponent, whose first sign is positive."""
    number, unit = exponent.as_coeff_Mul()
    return (-number, -unit) if unit.could_extract_minus_sign() else (number, unit)


def _without(expression: Expr, seen: Expr, variable: Dummy) -> Expr:
    """The expression with a multiple of `seen` among its terms in terms of the variable."""
    if isinstance(seen, Entry):
        return expression.xreplace({seen: variable})
    terms = sympy.Add.make_args(sympy.expand(expression))
    rest = sympy.Add(*(term for term in terms if not term.has(variable)))
    number, unit = sympy.Add.make_args(sympy.expand(seen))[0].as_coeff_Mul()
    times = rest.coeff(unit) / number
    left = sympy.expand(rest - times * seen)
    return sympy.Add(left, times * variable, *(term for term in terms if term.has(variable)))


@dataclass(frozen=True)
class _Growth:
    """One term `coefficient*v**degree*exp(rate*v)`."""

    coefficient: Expr
    degree: int
    rate: Expr

    def size(self, v: int) -> Expr:
        return sympy.N(abs(self.coefficient) * v**self.degree * exp(self.rate * v))

    def outgrows(self, other: _Growth, v: int) -> bool:
        """Whether the ratio of this term to a slower one rises from v on."""
        return bool((other.degree - self.degree) <= (self.rate - other.rate) * v)


def _settled_from(whole: Expr, variable: Dummy, function: type[Expr]) -> int | None:
    """The power of two from which on a growing term outweighs the others, upwards."""
    terms = []
    for term in sympy.Add.make_args(sympy.expand(whole)):
        growth = _growth(term, variable)
        if growth is None:
            return None
        terms.append(growth)
    terms.sort(key=lambda term: (term.rate, term.degree))
    *others, leading = terms
    if leading.rate < 0 or (leading.rate == 0 and leading.degree < 2):
        return None
    if function is exp and leading.coefficient > 0:
        return None
    bound = 2
    while bound <= LARGEST_BOUND:
        if all(leading.outgrows(other, bound) for other in others):
            size = sum(other.size(bound) for other in others)
            if leading.size(bound) - 2 * size > ENOUGH:
                return bound
        bound *= 2
    return None


def _growth(term: Expr, variable: Dummy) -> _Growth | None:
    """A term as a product of a number, a power and an exponential, if it is one."""
    coefficient, degree, rate = S.One, S.Zero, S.Zero
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if isinstance(factor, exp):
            rate += factor.exp / variable
        elif base == variable:
            degree += exponent
        else:
            coefficient *= factor
    if not (coefficient.is_number and coefficient.is_real and rate.is_number):
        return None
    return _Growth(coefficient, int(degree), rate) if degree.is_Integer and degree >= 0 else None

"""What a flat function sees is kept from overflowing: its value there is settled long before.

`exp(-x**2/2)` is 0 and `tanh(x + x**3)` is 1 for all x beyond some bound, while `x**2` overflows
near the largest floats, and 0 times that is no number. And of `minimum(a*(exp(u) - 1), 0)` the
exponential matters only up to where the other side is less.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Basic, Expr, Mul, S, exp, log, tanh
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan

from symbp.calculus.bounds import is_bounded_above
from symbp.calculus.indices import canonical, instantiate, transform
from symbp.notation.expression import Entry, Maximum, Minimum, Where, erfc
from symbp.notation.layer import Equation

__all__ = ["saturated"]

SETTLED = 1000
"""Where |u| is larger, exp(-|u|) is 0 and tanh(u), erf(u) are 1, in float64 and to the last bit."""
LARGEST_BOUND = 2**20
ORDERS = (GreaterThan, LessThan, StrictGreaterThan, StrictLessThan)


def saturated(expression: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """An equal expression in which no power overflows that a flat function settles.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
    """

    def product(node: Basic) -> Basic:
        return _with_bounded_powers(node, definitions) if isinstance(node, Mul) else node

    return canonical(transform(transform(expression, product), _settled))


def _settled(node: Basic) -> Basic:
    """A function, an extremum or an inequality with what it sees kept from growing."""
    if isinstance(node, (Minimum, Maximum, *ORDERS)):
        return _with_bounded_exponentials(node)
    bound = _bound_of(node)
    return node.func(_clipped(node.args[0], *bound)) if bound else node


def _bound_of(node: Basic) -> tuple[Expr, int] | None:
    """The entry and the size beyond which a function of a polynomial in it is settled."""
    if not isinstance(node, exp | tanh | sympy.erf | erfc):
        return None
    argument = node.args[0]
    entries = argument.atoms(Entry)
    if len(entries) != 1:
        return None
    entry = entries.pop()
    value = sympy.Dummy("v", real=True)
    whole = argument.xreplace({entry: value})
    if whole.free_symbols != {value} or not whole.is_polynomial(value):
        return None
    polynomial = sympy.Poly(whole, value)
    degree, leading = polynomial.degree(), polynomial.LC()
    if degree < 2 or not leading.is_real or not all(c.is_number for c in polynomial.all_coeffs()):
        return None
    if isinstance(node, exp) and (degree % 2 or leading >= 0):
        return None
    size = _settled_from([abs(c) for c in polynomial.all_coeffs()])
    return (entry, size) if size is not None else None


def _settled_from(sizes: list[Expr]) -> int | None:
    """The power of two from which on the leading term outweighs the others by SETTLED."""
    bound = 2
    while bound <= LARGEST_BOUND:
        powers = [size * bound**power for power, size in enumerate(reversed(sizes))]
        if powers[-1] - sum(powers[:-1]) > SETTLED:
            return bound
        bound *= 2
    return None


def _clipped(expression: Expr, entry: Expr, bound: int) -> Expr:
    """The expression with an entry, of an even one its size, kept within a bound."""
    if expression.xreplace({entry: -entry}) == expression:
        return expression.xreplace({entry: Minimum(sympy.Abs(entry), bound)})
    return expression.xreplace({entry: Maximum(Minimum(entry, bound), -bound)})


def _with_bounded_powers(product: Mul, definitions: Mapping[str, Equation]) -> Expr:
    """A product with a factor that is 0 beyond a bound, powers of that entry kept within it."""
    for factor in product.args:
        bound = _bound_of(_decaying(factor, definitions))
        if bound is not None:
            others = (other for other in product.args if other is not factor)
            return factor * Mul(*(_with_clipped_powers(other, *bound) for other in others))
    return product


def _decaying(factor: Expr, definitions: Mapping[str, Equation]) -> Basic:
    """The function by which a factor goes to 0: an exponential, or t of `1 - t**2`."""
    if not factor.is_Add:
        return factor if isinstance(factor, exp) else S.One
    number, rest = factor.as_coeff_Add()
    coefficient, power = rest.as_coeff_Mul()
    if number + coefficient != 0 or not power.is_Pow or power.exp != 2:
        return S.One
    root = power.base
    if isinstance(root, Entry) and root.name in definitions:
        definition = definitions[root.name]
        root = instantiate(definition.value, definition.axes, root.indices)
    return root if isinstance(root, tanh) else S.One


def _with_clipped_powers(factor: Expr, entry: Expr, bound: int) -> Expr:
    powers = {power for power in factor.atoms(sympy.Pow) if power.base == entry and power.exp > 1}
    return factor.xreplace({power: _clipped(power, entry, bound) for power in powers})


def _with_bounded_exponentials(node: Basic) -> Basic:
    """An extremum or an inequality, its exponentials bounded where the other side decides."""
    a, b = node.args
    for side, other in ((a, b), (b, a)):
        bounded = _bounded(side, other, node)
        if bounded != side:
            return node.func(*(bounded if arg is side else arg for arg in node.args))
    return node


def _bounded(side: Expr, other: Expr, node: Basic) -> Expr:
    """`k*exp(u) + r` with u kept from growing beyond where it equals the other side."""
    found = [term for term in side.atoms(exp) if not is_bounded_above(term.exp)]
    if other.has(Entry) or len(found) != 1:
        return side
    power = sympy.Dummy("power", positive=True)
    whole = sympy.expand(side.xreplace({found[0]: power}))
    factor = whole.coeff(power)
    rest = whole - factor * power
    crossing = sympy.cancel((other - rest) / factor) if factor != 0 else S.Zero
    if rest.has(power, Entry) or factor.has(Entry) or not crossing.is_positive:
        return side
    rises = factor < 0 if isinstance(node, Maximum) else factor > 0
    bound = Where(rises, log(crossing) + 1, S.Infinity)
    if bound is S.Infinity:
        return side
    return side.xreplace({found[0]: exp(Minimum(found[0].exp, bound))})

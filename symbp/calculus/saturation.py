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
from symbp.calculus.definitions import defined
from symbp.calculus.flat import Settled, settled
from symbp.calculus.indices import canonical, transform
from symbp.notation.expression import Entry, Maximum, Minimum, Where
from symbp.notation.layer import Equation
from symbp.ops import log_ndtr

__all__ = ["saturated"]

CERTAIN = 40
"""From here on a normal variable is smaller, to the last bit: the logarithm is 0."""
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
    if isinstance(node, log_ndtr):
        return _with_bounded_argument(node)
    flat = settled(node)
    return node.func(flat.clipped(flat.argument)) if flat else node


def _with_bounded_argument(node: log_ndtr) -> Expr:
    """`log_ndtr(k*u)`, which is 0 for large arguments, with u kept from overflowing in k*u."""
    factor, seen = node.args[0].as_independent(Entry, as_Add=False)
    if not factor.is_number or abs(factor) <= 1:
        return node
    bound = sympy.ceiling(CERTAIN / factor)
    kept = Minimum(seen, bound) if factor > 0 else Maximum(seen, bound)
    return node.func(factor * kept)


def _with_bounded_powers(product: Mul, definitions: Mapping[str, Equation]) -> Expr:
    """A product with a factor that is 0 beyond a bound: what else grows is kept within it."""
    for factor in product.args:
        for function in _decaying(factor, definitions):
            flat = settled(function)
            if flat is not None:
                others = (other for other in product.args if other is not factor)
                return factor * _clipped(Mul(*others), flat)
    return product


def _decaying(factor: Expr, definitions: Mapping[str, Equation]) -> list[Basic]:
    """The functions by which a factor goes to 0: exponentials, or t of `1 - t**2`."""
    if not factor.is_Add:
        found = Mul.make_args(defined(factor, definitions))
        return [part for part in found if isinstance(part, exp)]
    number, rest = factor.as_coeff_Add()
    coefficient, power = rest.as_coeff_Mul()
    if number + coefficient != 0 or not power.is_Pow or power.exp != 2:
        return []
    root = defined(power.base, definitions)
    return [root] if isinstance(root, tanh) else []


def _clipped(product: Expr, flat: Settled) -> Expr:
    """A product with what grows in it beyond the bounds kept within them."""
    found = {node: flat.growing(node) for node in product.atoms(sympy.Pow, exp)}
    growing = {node: grown for node, grown in found.items() if grown is not None}
    bounded = product.xreplace(growing)
    if any(isinstance(node, exp) for node in growing):
        # A product of an exponential and a power would overflow all the same.
        bounded = bounded.xreplace({flat.seen: flat.variable})
    return flat.clipped(bounded)


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

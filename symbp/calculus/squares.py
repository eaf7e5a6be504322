"""A square beside a number does not overflow where the whole has a value.

`sqrt(1 + x**2)` is |x| for a large x, while x**2 leaves the range of float32 at 2e19 already. With
v = q*s, where s is v kept within a bound B and q = max(|v|/B, 1), `c + a*v**2` is
`q**2*(c + a*s**2)` to the last bit: only beyond B is q not 1, and c does not count there. In a
product one power of q is left; where it is 2 or more the value grows as a square does, and stays
as it is. A hyper-parameter c is taken to be less than 1e19 in size, of which that holds too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from sympy import Abs, Add, Basic, Expr, Integer, Mul, S, log

from symbp.calculus.bounds import is_bounded_above, is_bounded_below
from symbp.calculus.definitions import defined
from symbp.calculus.indices import BINDERS, canonical
from symbp.notation.expression import Entry, Index, Maximum, Minimum
from symbp.notation.layer import Equation

__all__ = ["without_large_squares"]

Definitions = Mapping[str, Equation]
Power = tuple[Expr, Expr]

LARGEST_POWER = 36
"""Of ten: how large powers of s may be, in float32."""
LARGEST_FACTOR = 100
LOST = S(2) ** -54
"""What c may be of a*B**2 at most, to be lost beside it in float64."""


def without_large_squares(
    expression: Expr, definitions: Definitions, reduced: Collection[str] = ()
) -> Expr:
    """An equal expression in which no square overflows under a root, a logarithm or a line.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
        reduced: tensors made of many entries of others: what these make together may overflow.
    """
    known = _Known(definitions, frozenset(reduced))
    return canonical(_visit(expression, known)) if expression.has(Entry) else expression


@dataclass(frozen=True)
class _Known:
    """What is known of the tensors; the arguments of `without_large_squares`."""

    definitions: Definitions
    reduced: frozenset[str]


def _visit(node: Basic, known: _Known) -> Basic:
    if not node.args or isinstance(node, Entry):
        return node
    args = node.args
    if isinstance(node, log):
        total = _sum(args[0], known)
        changed = total and _logarithm(total)
        return changed or node.func(_visit(args[0], known))
    powers = _powers(node) if node.is_Mul or node.is_Pow else []
    for base, _ in dict.fromkeys([*powers, *(_opened(power, known) for power in powers)]):
        total = _sum(base, known)
        split = total and _product(powers, base, total, known)
        if split:
            changed, rest = split
            return changed * _visit(rest, known)
    return node.func(*(_visit(arg, known) for arg in args))


@dataclass(frozen=True)
class _Sum:
    """`number + factor*value**2`.

    Args:
        number: without entries.
        factor: a positive number.
        inside: what the entries are times before they are squared.
        squared: the entry, or the expression of entries, that is squared.
    """

    number: Expr
    factor: Expr
    inside: Expr
    squared: Expr

    @property
    def value(self) -> Expr:
        return self.inside * self.squared

    def within(self, kept: Expr) -> Expr:
        """The sum of what the value is within the bound."""
        return self.number + self.factor * kept**2

    def bound(self, power: Expr) -> Integer | None:
        """B, of which a power does not overflow, if the number does not count beyond it.

        Of a hyper-parameter that is so beyond the largest B alone.
        """
        bound = Integer(10) ** int(LARGEST_POWER / power)
        lost = abs(self.number) <= self.factor * bound**2 * LOST
        return bound if (lost if self.number.is_number else power <= 2) else None


def _sum(base: Expr, known: _Known) -> _Sum | None:
    """A base as a number and a square, by name or not, if it is that and can overflow alone."""
    number, square = defined(base, known.definitions).as_independent(Entry, as_Add=True)
    if number == 0 or number.has(Index) or square.is_Add:
        return None
    coefficient, named = square.as_independent(Entry, as_Add=False)
    more, entries = defined(named, known.definitions).as_independent(Entry, as_Add=False)
    coefficient *= more
    factor, symbols = coefficient.as_coeff_Mul()
    powers = [(base, power / 2) for base, power in _powers(symbols)]
    if not 0 < factor <= LARGEST_FACTOR or coefficient.has(Index):
        return None
    if not all(base == 1 or power.is_Integer for base, power in powers):
        return None
    if any(power != 2 for _, power in _powers(entries)):
        return None
    squared = Mul(*(base for base, _ in _powers(entries)))
    if squared.has(*BINDERS) or any(entry.name in known.reduced for entry in squared.atoms(Entry)):
        return None
    if is_bounded_above(squared) and is_bounded_below(squared):
        return None
    return _Sum(number, factor, Mul(*(base**power for base, power in powers)), squared)


def _logarithm(total: _Sum) -> Expr | None:
    bound = total.bound(S(2))
    if bound is None:
        return None
    size = Abs(total.value)
    return log(total.within(Minimum(size, bound))) + 2 * log(Maximum(size / bound, 1))


def _product(
    powers: list[Power], base: Expr, total: _Sum, known: _Known
) -> tuple[Expr, Expr] | None:
    """The powers of a sum, and of what is squared in it, by s and q; and the other factors."""
    both = (total.squared, -total.squared)
    squared = [p for p in powers if p[0] in both and p[1].is_Integer and p[1] > 0]
    others = [power for power in powers if power not in squared]
    if squared:
        others = [*map(partial(_opened, known=known), others)]
    power = Add(*(exponent for other, exponent in others if other == base))
    count = Add(*(exponent for _, exponent in squared))
    sign = Mul(*((other / total.squared) ** exponent for other, exponent in squared))
    rest = [other**exponent for other, exponent in others if other != base]
    degree = count + 2 * power
    if power == 0 or not power.is_Rational or degree >= 2:
        return None
    bound = total.bound(max(count, abs(2 * power), S(2)))
    if bound is None:
        return None
    value, size = total.value, Abs(total.value)
    kept = Maximum(Minimum(value, bound), -bound) if count.is_odd else Minimum(size, bound)
    most, least = Maximum(size / bound, 1), Minimum(bound / Maximum(size, 1), 1)
    scale = most**degree if degree > 0 else least**-degree
    return sign * total.within(kept) ** power * (kept / total.inside) ** count * scale, Mul(*rest)


def _opened(power: Power, known: _Known) -> Power:
    """A power of what is a power by name, as a power of that one's base."""
    base, exponent = power
    ((inner, by), *others) = _powers(defined(base, known.definitions))
    return power if others else (inner, by * exponent)


def _powers(node: Expr) -> list[Power]:
    factors = Mul.make_args(node)
    return [(f.base, f.exp) if f.is_Pow else (f, S.One) for f in factors]

"""Decides whether an expression is 0 by a rational normal form over generators.

Symbols, exponentials of monomials, roots and logarithms of polynomials, and other functions are
generators of a polynomial ring over the rationals; `r**2 == p` for a root and `c**2 == 1 - s**2`
for a cosine are its relations. An expression becomes a fraction of two such polynomials, and is 0
if the numerator reduces to 0. That is a proof on the open region around the sample point, whose
only use is to fix the signs under `abs`, roots and logarithms. The converse is not claimed:
"not reduced to 0" means undecided.

The idea is that of the Risch structure theorems: R. H. Risch, "Algebraic properties of the
elementary functions of analysis", American Journal of Mathematics 101 (1979) 743-759.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from mpmath import MPContext
from sympy import Expr

from symbp.check.generators import Generator, Ring
from symbp.check.polynomial import (
    BITS,
    MASK,
    Fraction,
    Poly,
    UndecidedError,
    exponents,
    split,
)

__all__ = ["Algebra"]

# Exponents in units of 1/12 make halves, thirds and quarters powers of one generator.
UNIT = 12


class Algebra(Ring):
    """One ring of generators at a sample point.

    Args:
        values: the sample point, by symbol.
        context: the arithmetic of its numbers.
        allowed: the work after which questions stay undecided.
    """

    def __init__(self, values: Mapping[Any, Any], context: MPContext, allowed: int) -> None:
        super().__init__(values, context, allowed)
        self._known: dict[Expr, Fraction] = {}
        self._units: dict[Any, list[Any]] = {}

    def is_zero(self, expression: Expr) -> bool:
        """Whether the expression is proved to be 0.

        Raises:
            UndecidedError: the work allowed is used up.
        """
        return not self._reduced(self.convert(expression).numerator)

    def convert(self, expression: Expr) -> Fraction:
        """The expression as a fraction over the generators."""
        if expression not in self._known:
            self._known[expression] = self._convert(expression)
        return self._known[expression]

    def _convert(self, e: Any) -> Fraction:
        if e.is_Rational:
            return self.shop.constant(int(e.p), int(e.q))
        if e.is_Symbol or e.is_NumberSymbol:
            value = self.values[e] if e.is_Symbol else self._number(e)
            return self._generator(("symbol", e), lambda: Generator(e, value))
        if e.is_Add:
            total = self.shop.constant(0)
            for term in e.args:
                total = self.shop.add(total, self.convert(term))
            return total
        if e.is_Mul:
            total = self.shop.constant(1)
            for part in e.args:
                total = self.shop.multiply(total, self.convert(part))
            return total
        if e.is_Pow:
            return self._pow(e.base, e.exp)
        rule = _RULES.get(e.func)
        if rule is not None:
            return rule(self, e)
        return self._opaque(e)

    # Powers and roots

    def _pow(self, base: Expr, exponent: Expr) -> Fraction:
        if exponent.is_Integer:
            return self._whole(self.convert(base), int(exponent))
        if exponent.is_Rational:
            return self._rational(self.convert(base), int(exponent.p), int(exponent.q))
        return self._exp(self.shop.multiply(self.convert(exponent), self._log(self.convert(base))))

    def _whole(self, a: Fraction, n: int) -> Fraction:
        if n < 0:
            a, n = self.shop.inverse(a), -n
        if n > 64:
            raise UndecidedError("a high power")
        result = self.shop.constant(1)
        for _ in range(n):
            result = self.shop.multiply(result, a)
        return result

    def _rational(self, a: Fraction, p: int, q: int) -> Fraction:
        """The power p/q, by pieces, each taken positive."""
        result = self.shop.constant(1)
        for kind, piece, n in self._pieces(a):
            whole, rest = divmod(n * p, q)
            if kind == "exp":
                scaled = self.shop.multiply(piece, self.shop.constant(n * p, q))
                result = self.shop.multiply(result, self._exp(scaled))
                continue
            sign = -1 if self._value(piece) < 0 else 1
            positive = {m: sign * c for m, c in piece.items()}
            result = self.shop.multiply(result, self._whole(Fraction(positive), whole))
            if rest:
                root = self._root(positive, q)
                result = self.shop.multiply(result, self._whole(root, rest))
        return result

    def _root(self, poly: Poly, q: int) -> Fraction:
        def make() -> Generator:
            value = self.context.root(self._value(poly), q)
            return Generator(None, value, degree=q, replacement=poly)

        return self._generator(("root", frozenset(poly.items()), q), make)

    def _pieces(self, a: Fraction) -> list[tuple[str, Any, int]]:
        """Factors of |a|: ("exp", exponent, n) or ("poly", polynomial, n)."""
        numerator = self._reduced(a.numerator)
        if not numerator:
            raise UndecidedError("a root or logarithm of 0")
        content, common, rest = split(numerator)
        found: list[tuple[str, Any, int]] = []
        for number, sign in ((abs(content), 1), (a.scale, -1)):
            for prime, n in sympy.factorint(number).items():
                found.append(("poly", {0: int(prime)}, sign * n))
        if rest != {0: 1}:
            found.append(("poly", rest, 1))
        powers = dict(exponents(common))
        for number, n in a.factors.items():
            factor = self.shop.polys[number]
            if len(factor) == 1:
                (generator,) = exponents(next(iter(factor)))
                powers[generator] = powers.get(generator, 0) - n
            else:
                found.append(("poly", factor, -n))
        for generator, n in powers.items():
            exponent = self.generators[generator].exponent
            if exponent is not None:
                found.append(("exp", exponent, n))
            else:
                found.append(("poly", {1 << (generator * BITS): 1}, n))
        return found

    # Exponentials and logarithms

    def _exp(self, a: Fraction) -> Fraction:
        result = self.shop.constant(1)
        factors = frozenset(a.factors.items())
        for monomial, c in self._reduced(a.numerator).items():
            coefficient = sympy.Rational(c, a.scale)
            logarithm = self._logarithm(monomial) if not factors else None
            if logarithm is not None:
                power = self._rational(Fraction(logarithm), int(coefficient.p), int(coefficient.q))
            else:
                power = self._exp_term(monomial, factors, coefficient)
            result = self.shop.multiply(result, power)
        return result

    def _logarithm(self, monomial: int) -> Poly | None:
        """The polynomial whose logarithm the monomial is, if it is one."""
        powers = exponents(monomial)
        if len(powers) == 1 and 1 in powers.values():
            key = self.generators[next(iter(powers))].key
            if isinstance(key, tuple) and key[0] == "log":
                return dict(key[1])
        return None

    def _exp_term(self, monomial: int, factors: Any, coefficient: Any) -> Fraction:
        place = (monomial, factors)
        unit = self._unit(place, coefficient)
        n = int(coefficient / unit)
        exponent = Fraction({monomial: int(unit.p)}, int(unit.q), dict(factors))

        def make() -> Generator:
            return Generator(None, self.context.exp(self._at(exponent)), exponent=exponent)

        base = self._generator(("exp", place, unit), make)
        if n < 0:
            base = self.shop.inverse(base)
        # One generator to a power: a single term, whatever the power.
        ((m, c),) = base.numerator.items()
        powers = {number: k * abs(n) for number, k in base.factors.items()}
        if max(abs(n) * k for k in (1, *exponents(m).values())) > MASK >> 4:
            raise UndecidedError("a high power")
        return Fraction({m * abs(n): c}, base.scale, powers)

    def _unit(self, place: Any, coefficient: Any) -> Any:
        known = self._units.setdefault(place, [sympy.Rational(1, UNIT)])
        for unit in known:
            if (coefficient / unit).is_Integer:
                return unit
        known.append(abs(coefficient) / UNIT)
        return known[-1]

    def _log(self, a: Fraction) -> Fraction:
        total = self.shop.constant(0)
        for kind, piece, n in self._pieces(a):
            term = piece if kind == "exp" else self._log_poly(piece)
            total = self.shop.add(total, self.shop.multiply(term, self.shop.constant(n)))
        return total

    def _log_poly(self, poly: Poly) -> Fraction:
        if len(poly) == 1:
            powers = exponents(next(iter(poly)))
            for number in powers:
                generator = self.generators[number]
                if generator.replacement is not None and generator.degree:
                    inner = self._log(Fraction(generator.replacement))
                    return self.shop.multiply(inner, self.shop.constant(1, generator.degree))
        if self._value(poly) < 0:
            poly = {m: -c for m, c in poly.items()}
        key = ("log", tuple(sorted(poly.items())))
        return self._generator(key, lambda: Generator(key, self.context.log(self._value(poly))))

    # Other functions

    def _trigonometric(self, e: Any) -> Fraction:
        sine = self._opaque(sympy.sin(e.args[0], evaluate=False))
        if isinstance(e, sympy.sin):
            return sine

        def make() -> Generator:
            square: Poly = {0: 1}
            ((m, c),) = sine.numerator.items()
            square[2 * m] = -c * c
            return Generator(None, self._number(e), degree=2, replacement=square)

        (number,) = exponents(next(iter(sine.numerator)))
        return self._generator(("cos", number), make)

    def _opaque(self, e: Any) -> Fraction:
        fractions = [self.convert(argument) for argument in e.args]
        value = self._number(e)
        for number, generator in enumerate(self.generators):
            key = generator.key
            if (
                isinstance(key, tuple)
                and key[0] == e.func
                and self.context.almosteq(generator.value, value, 1e-30)
                and all(self._equal(a, b) for a, b in zip(key[1], fractions, strict=True))
            ):
                return Fraction({1 << (number * BITS): 1})
        key = (e.func, tuple(fractions))
        return self._generator(("opaque", len(self.generators)), lambda: Generator(key, value))

    def _signed(self, e: Any) -> Fraction:
        value = self._number(e.args[0])
        sign = self.shop.constant(-1 if value < 0 else 1)
        if isinstance(e, sympy.sign):
            return sign
        return self.shop.multiply(sign, self.convert(e.args[0]))


def _rewrite(target: Callable[[Expr], Expr]) -> Callable[[Algebra, Any], Fraction]:
    return lambda algebra, e: algebra.convert(target(e.args[0]))


def _tanh(x: Expr) -> Expr:
    return 1 - 2 / (sympy.exp(2 * x) + 1)


_RULES: Mapping[Any, Callable[[Algebra, Any], Fraction]] = {
    sympy.exp: lambda algebra, e: algebra._exp(algebra.convert(e.args[0])),
    sympy.log: lambda algebra, e: algebra._log(algebra.convert(e.args[0])),
    sympy.tanh: _rewrite(_tanh),
    sympy.coth: _rewrite(lambda x: 1 / _tanh(x)),
    sympy.sinh: _rewrite(lambda x: (sympy.exp(x) - sympy.exp(-x)) / 2),
    sympy.cosh: _rewrite(lambda x: (sympy.exp(x) + sympy.exp(-x)) / 2),
    sympy.asinh: _rewrite(lambda x: sympy.log(x + sympy.sqrt(x**2 + 1))),
    sympy.acosh: _rewrite(lambda x: sympy.log(x + sympy.sqrt(x**2 - 1))),
    sympy.atanh: _rewrite(lambda x: sympy.log((1 + x) / (1 - x)) / 2),
    sympy.sin: Algebra._trigonometric,
    sympy.cos: Algebra._trigonometric,
    sympy.tan: _rewrite(lambda x: sympy.sin(x) / sympy.cos(x)),
    sympy.cot: _rewrite(lambda x: sympy.cos(x) / sympy.sin(x)),
    sympy.sec: _rewrite(lambda x: 1 / sympy.cos(x)),
    sympy.csc: _rewrite(lambda x: 1 / sympy.sin(x)),
    sympy.Abs: Algebra._signed,
    sympy.sign: Algebra._signed,
}

"""Sparse polynomials with integer coefficients, and fractions of them that are never divided out.

A monomial is one Python integer that holds a field of bits for the exponent of each generator, so
that multiplying monomials is adding integers. A fraction keeps its denominator as a product of
known factors: adding and multiplying then need no greatest common divisor, and a fraction is 0
exactly when its numerator is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["BITS", "Fraction", "Poly", "UndecidedError", "Workshop", "exponents", "split"]

BITS = 24
MASK = (1 << BITS) - 1
Poly = dict[int, int]


class UndecidedError(Exception):
    """The work allowed was used up, or an expression is outside the algebra."""


@dataclass(frozen=True)
class Fraction:
    """`numerator / (scale * product of factors to their powers)`.

    Args:
        numerator: a polynomial.
        scale: a positive integer.
        factors: powers by the number of a factor in the `Workshop`.
    """

    numerator: Poly
    scale: int = 1
    factors: Mapping[int, int] = field(default_factory=dict)


def exponents(monomial: int) -> dict[int, int]:
    """The exponents of a monomial by generator number."""
    result, number = {}, 0
    while monomial:
        if power := monomial & MASK:
            result[number] = power
        monomial >>= BITS
        number += 1
    return result


def split(poly: Poly) -> tuple[int, int, Poly]:
    """Content (with the sign), common monomial, and the primitive rest with a fixed sign."""
    content = math.gcd(*poly.values())
    common = _common(poly)
    if poly[max(poly)] < 0:
        content = -content
    return content, common, {m - common: c // content for m, c in poly.items()}


def _common(poly: Poly) -> int:
    monomials = iter(poly)
    common = next(monomials)
    for monomial in monomials:
        if not common:
            break
        if common & monomial == common and common == monomial:
            continue
        merged = 0
        for number, power in exponents(common).items():
            least = min(power, (monomial >> (number * BITS)) & MASK)
            merged |= least << (number * BITS)
        common = merged
    return common


class Workshop:
    """Arithmetic of fractions, with a limit on the work.

    Args:
        allowed: the number of products of terms after which `UndecidedError` is raised.
    """

    def __init__(self, allowed: int) -> None:
        self.left = allowed
        self.polys: list[Poly] = []
        self._numbers: dict[frozenset[tuple[int, int]], int] = {}

    def constant(self, p: int, q: int = 1) -> Fraction:
        """A rational number."""
        return Fraction({0: p} if p else {}, q)

    def product(self, a: Poly, b: Poly) -> Poly:
        """The product of two polynomials."""
        self.left -= len(a) * len(b) + 1
        if self.left < 0:
            raise UndecidedError("the work allowed is used up")
        if len(a) > len(b):
            a, b = b, a
        result: Poly = {}
        get = result.get
        for m, c in a.items():
            for n, d in b.items():
                k = m + n
                result[k] = get(k, 0) + c * d
        return {m: c for m, c in result.items() if c}

    def power(self, poly: Poly, n: int) -> Poly:
        """A polynomial to a power that is not negative."""
        result: Poly = {0: 1}
        for _ in range(n):
            result = self.product(result, poly)
        return result

    def add(self, a: Fraction, b: Fraction) -> Fraction:
        """The sum over the least common multiple of the known factors."""
        if not a.numerator or not b.numerator:
            return a if a.numerator else b
        scale = math.lcm(a.scale, b.scale)
        factors = dict(a.factors)
        for number, n in b.factors.items():
            factors[number] = max(factors.get(number, 0), n)
        sums = dict(self._raised(a, factors, scale))
        for m, c in self._raised(b, factors, scale).items():
            sums[m] = sums.get(m, 0) + c
        return self._tidy({m: c for m, c in sums.items() if c}, scale, factors)

    def _raised(self, a: Fraction, factors: Mapping[int, int], scale: int) -> Poly:
        poly = a.numerator
        for number, n in factors.items():
            for _ in range(n - a.factors.get(number, 0)):
                poly = self.product(poly, self.polys[number])
        times = scale // a.scale
        return {m: c * times for m, c in poly.items()} if times != 1 else poly

    def multiply(self, a: Fraction, b: Fraction) -> Fraction:
        """The product, factors that are plainly common cancelled."""
        if not a.numerator or not b.numerator:
            return Fraction({})
        factors = dict(a.factors)
        for number, n in b.factors.items():
            factors[number] = factors.get(number, 0) + n
        left, right = a.numerator, b.numerator
        # A numerator that is itself a factor cancels before it is multiplied out.
        left = self._cancelled(left, factors)
        right = self._cancelled(right, factors)
        return self._tidy(self.product(left, right), a.scale * b.scale, factors)

    def _cancelled(self, poly: Poly, factors: dict[int, int]) -> Poly:
        if len(poly) < 2:
            return poly
        content, common, rest = split(poly)
        number = self._numbers.get(frozenset(rest.items()))
        if number is None or not factors.get(number):
            return poly
        factors[number] -= 1
        return {common: content}

    def _tidy(self, poly: Poly, scale: int, factors: Mapping[int, int]) -> Fraction:
        if not poly:
            return Fraction({})
        content, common, rest = split(poly)
        shared = math.gcd(content, scale)
        kept = {}
        for number, n in factors.items():
            factor = self.polys[number]
            if len(factor) == 1 and common:
                (generator,) = exponents(next(iter(factor)))
                m = min(n, (common >> (generator * BITS)) & MASK)
                common -= m << (generator * BITS)
                n -= m
            if n:
                kept[number] = n
        times = content // shared
        poly = {m + common: c * times for m, c in rest.items()}
        return Fraction(poly, scale // shared, kept)

    def inverse(self, a: Fraction) -> Fraction:
        """1 / a."""
        if not a.numerator:
            raise UndecidedError("division by zero")
        content, common, rest = split(a.numerator)
        numerator: Poly = {0: a.scale if content > 0 else -a.scale}
        for number, n in a.factors.items():
            numerator = self.product(numerator, self.power(self.polys[number], n))
        factors = {}
        for generator, n in exponents(common).items():
            factors[self.factor({1 << (generator * BITS): 1})] = n
        if rest != {0: 1}:
            factors[self.factor(rest)] = 1
        return self._tidy(numerator, abs(content), factors)

    def factor(self, poly: Poly) -> int:
        """The number of a factor of denominators."""
        key = frozenset(poly.items())
        if key not in self._numbers:
            self._numbers[key] = len(self.polys)
            self.polys.append(poly)
        return self._numbers[key]

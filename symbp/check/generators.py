"""A ring of generators with relations, at a sample point that gives them values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mpmath import MPContext
from sympy import Expr

from symbp.check.digits import evaluate
from symbp.check.polynomial import BITS, MASK, Fraction, Poly, Workshop, exponents

__all__ = ["Generator", "Ring"]


@dataclass
class Generator:
    """A generator.

    Args:
        key: what it stands for, where it is told by comparison.
        value: at the sample point.
        exponent: of an exponential.
        degree, replacement: of a relation, the power that is replaced and by what; of a root the
            polynomial that it is the root of.
    """

    key: Any
    value: Any
    exponent: Fraction | None = None
    degree: int = 0
    replacement: Poly | None = None


class Ring:
    """Polynomials over generators.

    Args:
        values: the sample point, by symbol.
        context: the arithmetic of its numbers.
        allowed: the work after which questions stay undecided.
    """

    def __init__(self, values: Mapping[Any, Any], context: MPContext, allowed: int) -> None:
        self.values = values
        self.context = context
        self.shop = Workshop(allowed)
        self.generators: list[Generator] = []
        self._numbers: dict[Any, int] = {}

    def _equal(self, a: Fraction, b: Fraction) -> bool:
        minus = self.shop.multiply(b, self.shop.constant(-1))
        return not self._reduced(self.shop.add(a, minus).numerator)

    def _generator(self, key: Any, make: Callable[[], Generator]) -> Fraction:
        if key not in self._numbers:
            generator = make()
            self._numbers[key] = len(self.generators)
            self.generators.append(generator)
        return Fraction({1 << (self._numbers[key] * BITS): 1})

    def _reduced(self, poly: Poly) -> Poly:
        """The polynomial modulo the relations, the newest generator first."""
        for number in reversed(range(len(self.generators))):
            generator = self.generators[number]
            if generator.replacement is None:
                continue
            shift, degree = number * BITS, generator.degree
            while any((m >> shift) & MASK >= degree for m in poly):
                result: Poly = {}
                for m, c in poly.items():
                    n = (m >> shift) & MASK
                    terms = {m: c}
                    if n >= degree:
                        times, left = divmod(n, degree)
                        rest = m - (n << shift) + (left << shift)
                        raised = self.shop.power(generator.replacement, times)
                        terms = self.shop.product({rest: c}, raised)
                    for k, d in terms.items():
                        result[k] = result.get(k, 0) + d
                poly = {m: c for m, c in result.items() if c}
        return poly

    def _value(self, poly: Poly) -> Any:
        total = self.context.mpf(0)
        for monomial, c in poly.items():
            term = self.context.mpf(c)
            for number, n in exponents(monomial).items():
                term *= self.generators[number].value ** n
            total += term
        return total

    def _at(self, a: Fraction) -> Any:
        value = self._value(a.numerator) / a.scale
        for number, n in a.factors.items():
            value /= self._value(self.shop.polys[number]) ** n
        return value

    def _number(self, e: Expr) -> Any:
        return evaluate(e, self.values, self.context)

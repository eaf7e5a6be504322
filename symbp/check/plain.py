"""The formula as it is written, and its plain derivative, in the arithmetic of a float type.

Every sum, product and power is rounded to the type's digits and overflows and underflows where it
does. Exponentials alone keep an exponent of their own: that they overflow is no excuse for code
that promises to rescale them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import mul
from typing import Any

import numpy as np
import sympy

from symbp.check.data import Data
from symbp.check.dual_gradients import differentiated
from symbp.check.duals import Dual, Duals
from symbp.check.extended import Extended
from symbp.check.oracle import Oracle
from symbp.check.slopes import SLOPES
from symbp.notation.layer import Layer

__all__ = ["MANY_SEEDS", "SEEDS", "Plain", "plain_misses"]

SQUARING = tuple(SLOPES[kind] for kind in (sympy.asinh, sympy.acosh, sympy.atan, sympy.acot))
"""The slopes that are functions of the square of the argument, which leaves the range first."""
SEEDS = 3
"""Other roundings that are tried: one alone may be right by luck."""
MANY_SEEDS = 16
"""The same where nothing else forgives an error: a rectified difference is 0 for half of them."""


@dataclass(frozen=True)
class Plain:
    """What becomes of the formula as written.

    Args:
        misses: the largest error of several ways of rounding, by output and argument name;
            infinite where one of them has no value.
        overflows: whether a step of it leaves the range.
    """

    misses: Mapping[str, np.ndarray]
    overflows: bool

    @property
    def fails(self) -> bool:
        """Whether a value or gradient of it is infinite, or none."""
        return any(bool(np.isinf(miss).any()) for miss in self.misses.values())


class _Rounded(Extended):
    """Dual numbers with the digits and the range of a float type.

    Args:
        dtype: of the arguments.
        noisy: whether every step is off by up to half a unit more, in the last place.
        seed: of these errors.

    `overflows` is set as soon as a step leaves the range.
    """

    def __init__(self, dtype: Any, noisy: bool = False, seed: int = 0) -> None:
        oracle = _oracle_of(dtype)
        info = np.finfo(dtype)
        self.epsilon = float(info.eps)
        self.overflows = False
        self._largest = oracle.context.mpf(float(info.max))
        super().__init__(oracle, self.epsilon if noisy else 0.0, seed)
        self._least = oracle.context.mpf(float(info.smallest_subnormal))

    def made(
        self, value: Any, slopes: dict[int, Any], of: tuple[Dual, ...], rounded: float | None = None
    ) -> Dual:
        made = super().made(value, slopes, of, rounded)
        # Only sums and products say what float64 makes of them.
        if rounded is not None and made.tensor:
            made.value = self._ranged(made.value, *(dual.value for dual in of))
        return made

    def power(self, base: Dual, exponent: Dual) -> Dual:
        made = super().power(base, exponent)
        if base.tensor:
            made.value = self._ranged(made.value, base.value)
            made.slopes = {n: self._ranged(slope, base.value) for n, slope in made.slopes.items()}
        return made

    def power_slopes(self, base: Any, exponent: Any, value: Any) -> tuple[Any, Any]:
        by_base, by_exponent = super().power_slopes(base, exponent, value)
        return self._ranged(by_base, base), self._ranged(by_exponent, base)

    def _function(
        self, function: Callable[..., Any], slopes_of: Callable[..., Any], kinked: bool
    ) -> Callable[..., Dual]:
        if slopes_of not in SQUARING:
            return super()._function(function, slopes_of, kinked)

        def squared(oracle: Oracle, argument: Any, value: Any) -> Any:
            overflows = abs(argument) ** 2 > self._largest
            return slopes_of(oracle, oracle.context.inf if overflows else argument, value)

        return super()._function(function, squared, kinked)

    def product(self, a: Any, b: Any) -> Any:
        """Of infinity and a number too small for the type there is none."""
        value = a * b
        vanishes = abs(value) > self._largest and min(abs(a), abs(b)) < self._least
        return self.oracle.context.nan if vanishes and max(abs(a), abs(b)) == np.inf else value

    def accumulate(self, total: dict[int, Any], factor: Any, slopes: Mapping[int, Any]) -> None:
        for number, slope in slopes.items():
            # Slopes decide on no branch: equal ones need not be off by the same.
            term = Duals.off(self, self._ranged(factor * slope, factor, slope))
            known = total.get(number)
            total[number] = term if known is None else self._ranged(known + term, known, term)

    def _ranged(self, value: Any, *of: Any) -> Any:
        """What is left of a sum, product or power of numbers in the range."""
        if not all(number == 0 or self._least <= abs(number) <= self._largest for number in of):
            return value
        if abs(value) > self._largest:
            self.overflows = True
            return self.oracle.context.inf if value > 0 else self.oracle.context.ninf
        return value if abs(value) >= self._least else self.oracle.context.zero


class _LargestFirst(_Rounded):
    """A product's factors are multiplied from the largest down: their order is nobody's promise."""

    def __init__(self, dtype: Any) -> None:
        super().__init__(dtype)
        self.arithmetic = replace(self.arithmetic, product=self._sorted)

    def _sorted(self, factors: Iterable[Dual]) -> Dual:
        return reduce(mul, sorted(factors, key=lambda dual: -abs(dual.value)))


class _Recovered(_Rounded):
    """Slopes are computed from the rounded result, as that of a sigmoid y is from y*(1 - y).

    What a constant was added to is known as well as the sum is, and the slope of tanh as well as
    its value.
    """

    def __init__(self, dtype: Any) -> None:
        super().__init__(dtype, noisy=True)
        tanh = self.arithmetic.functions[sympy.tanh]

        def recovered(argument: Dual) -> Dual:
            made: Dual = tanh(argument)
            return self._blurred(made, self.oracle.context.sech(argument.value) ** 2)

        functions = {**self.arithmetic.functions, sympy.tanh: recovered}
        self.arithmetic = replace(self.arithmetic, functions=functions)

    def added(self, a: Dual, b: Dual) -> Dual:
        made = super().added(a, b)
        if a.tensor == b.tensor:
            return made
        part = a if a.tensor else b
        return self._blurred(made, part.value / made.value if made.value else 1)

    def _blurred(self, made: Dual, share: Any) -> Dual:
        if share and made.tensor:
            factor = 1 + self.epsilon / share
            made.slopes = {number: slope * factor for number, slope in made.slopes.items()}
        return made


@cache
def _oracle_of(dtype: Any) -> Oracle:
    oracle = Oracle()
    oracle.context.prec = np.finfo(dtype).nmant + 1
    return oracle


def plain_misses(
    layer: Layer,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    dtype: Any,
    exact: Mapping[str, np.ndarray],
    *,
    elementwise: bool,
    enough: bool = False,
    seeds: int = SEEDS,
) -> Plain:
    """By how much the formula as written misses.

    Args:
        layer: the layer.
        data: its arguments.
        upstreams: the outputs' weights.
        dtype: the float type.
        exact: outputs and gradients by name.
        elementwise: whether what rounding the outputs does to slopes is allowed for elsewhere.
        enough: whether an infinite error is all that is to be known.
        seeds: how many other roundings are tried.

    Returns:
        The errors.
    """
    dtype = np.dtype(dtype)
    kinds = [_Rounded(dtype), _LargestFirst(dtype)]
    kinds += [_Rounded(dtype, noisy=True, seed=seed) for seed in range(seeds)]
    kinds += [] if elementwise else [_Recovered(dtype)]
    worst = {name: np.zeros(array.shape) for name, array in exact.items()}
    for duals in kinds:
        found = differentiated(layer, duals, data, upstreams)
        for name, array in exact.items():
            plain = found.gradients.get(name, found.values.get(name))
            assert plain is not None
            with np.errstate(all="ignore"):
                miss = np.abs(plain.astype(float) - array)
            worst[name] = np.maximum(worst[name], np.where(np.isnan(miss), np.inf, miss))
        if enough and any(np.isinf(miss).any() for miss in worst.values()):
            break
    return Plain(worst, kinds[0].overflows)

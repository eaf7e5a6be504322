"""The formula as it is written, and its plain derivative, in the arithmetic of a float type.

Every sum, product and power is rounded to the type's digits and overflows and underflows where it
does. Exponentials alone keep an exponent of their own: that they overflow is no excuse for code
that promises to rescale them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from symbp.check.data import Data
from symbp.check.duals import ROOM, Dual, Duals, differentiated
from symbp.check.extended import Extended
from symbp.check.oracle import Oracle
from symbp.notation.layer import Layer

__all__ = ["plain_misses"]

SEEDS = 3
"""Other roundings that are tried: one alone may be right by luck."""


class _Rounded(Extended):
    """Dual numbers with the digits and the range of a float type.

    Args:
        dtype: of the arguments.
        noisy: whether every step is off by up to half a unit more, in the last place.
        seed: of these errors.
    """

    def __init__(self, dtype: Any, noisy: bool = False, seed: int = 0) -> None:
        oracle = _oracle_of(dtype)
        info = np.finfo(dtype)
        super().__init__(oracle, float(info.eps) if noisy else 0.0, seed)
        self._place = 0
        self._largest = oracle.context.mpf(float(info.max))
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
        return made

    def accumulate(self, total: dict[int, Any], factor: Any, slopes: Mapping[int, Any]) -> None:
        for number, slope in slopes.items():
            term = self._ranged(factor * slope, factor, slope) * self._next_error()
            known = total.get(number)
            total[number] = term if known is None else self._ranged(known + term, known, term)

    def _next_error(self) -> Any:
        """Slopes decide on no branch: equal ones need not be off by the same."""
        self._place = (self._place + 1) % ROOM
        return self.errors[self._place] if self.noisy else 1

    def _ranged(self, value: Any, *of: Any) -> Any:
        """What is left of a sum, product or power of numbers in the range."""
        if not all(abs(number) <= self._largest for number in of):
            return value
        if abs(value) > self._largest:
            return self.oracle.context.inf if value > 0 else self.oracle.context.ninf
        return value if abs(value) >= self._least else self.oracle.context.zero


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
) -> dict[str, np.ndarray]:
    """By how much the formula as written misses.

    Args:
        layer: the layer.
        data: its arguments.
        upstreams: the outputs' weights.
        dtype: the float type.
        exact: outputs and gradients by name.

    Returns:
        The largest error of several ways of rounding; infinite where one of them has no value.
    """
    dtype = np.dtype(dtype)
    kinds: list[Duals] = [_Rounded(dtype)]
    kinds += [_Rounded(dtype, noisy=True, seed=seed) for seed in range(SEEDS)]
    worst = {name: np.zeros(array.shape) for name, array in exact.items()}
    for duals in kinds:
        found = differentiated(layer, duals, data, upstreams)
        for name, array in exact.items():
            plain = found.gradients.get(name, found.values.get(name))
            assert plain is not None
            with np.errstate(all="ignore"):
                miss = np.abs(plain.astype(float) - array)
            worst[name] = np.maximum(worst[name], np.where(np.isnan(miss), np.inf, miss))
    return worst

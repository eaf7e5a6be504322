"""Exact outputs and gradients at any float arguments, and how well they are known.

Dual numbers in multiprecision arithmetic are evaluated twice, once with an error in the last
digits of every step. What the errors change is not known: 1 - erf(1e4) is 0 at any number of
digits that a computer has room for, and exp(1e8) times that may be anything. More digits are
taken where they help; what stays unknown is asked of nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy

from symbp.check import subject
from symbp.check.budget import Budget
from symbp.check.data import Data
from symbp.check.dual_gradients import differentiated
from symbp.check.duals import ROOM, Dual, Duals
from symbp.check.oracle import Oracle
from symbp.notation.layer import Layer

__all__ = [
    "Exact",
    "Multiprecision",
    "clean_numbers",
    "exact_numbers",
    "names_of",
    "oracle_of",
]

DIGITS = {np.dtype(np.float32): 120, np.dtype(np.float64): 350}
"""Enough for the tails of the type: what cancels to 0 is then known to be less than they are."""
MORE_DIGITS = (750, 4500)
"""1 - 1/(1 + exp(-1e4)) differs from 0 in the 4343rd only."""
BERNOULLIS = (sympy.loggamma, sympy.polygamma)
"""Their series takes as many Bernoulli numbers as there are digits: a minute for one value."""
FEW = 8
"""Entries or whole sets of arguments that the most digits are spent on."""
SPARE = 10
RESOLVED = 1e-14
AGREES = 1e-6
"""How near a value at 0 must be to one next to 0, if 0*inf is in it."""
ALMOST = -2000
"""The decimal exponent of what stands for 0 there."""
LEAST = 1e-300


@dataclass(frozen=True)
class Exact:
    """Outputs and gradients by name, in float64; infinite where that has no room for them.

    Args:
        numbers: nan where there is no value.
        doubt: by how much they may be off; infinite where nothing is known.
    """

    numbers: Mapping[str, np.ndarray]
    doubt: Mapping[str, np.ndarray]

    def known(self, name: str, tiny: float) -> np.ndarray:
        """Which entries are known well enough to be asked for.

        Args:
            name: of the output, or of the argument whose gradient it is.
            tiny: the smallest normal number; below it any value will do.
        """
        size = np.abs(self.numbers[name])
        size = np.where(np.isnan(size), 0, size)
        return np.asarray(self.doubt[name] <= RESOLVED * size + tiny / 16)


class Multiprecision(Duals):
    """Dual numbers that are nothing but exact, or off in the last digits of every rounded step.

    Equal values are off by the same, so that ties stay ties.

    Args:
        oracle: whose digits are used.
        noise: the largest relative error of a step.
        seed: of the errors.

    `settled` is set as soon as a factor of 0 has won against infinity, or may have.
    """

    settled = False

    def made(
        self, value: Any, slopes: dict[int, Any], of: tuple[Dual, ...], rounded: float | None = None
    ) -> Dual:
        if not any(dual.tensor for dual in of):
            return self.constant(value)
        if self.noisy:
            slopes = {number: self.off(slope) for number, slope in slopes.items()}
            value = value if rounded is not None and self._is_exact(value, *of) else self.off(value)
        return Dual(self, value, slopes, False, True)

    def _is_exact(self, value: Any, a: Dual, b: Dual) -> bool:
        """Whether a sum or a product has all the digits that it needs."""
        if value - a.value == b.value and value - b.value == a.value:
            return True
        bits = a.value.man.bit_length() + b.value.man.bit_length()
        return bits <= self.oracle.context.prec and bool(value == a.value * b.value)

    def given(self, value: Any) -> Any:
        return value

    def off(self, value: Any) -> Any:
        return value * self.errors[value.man % ROOM] if self.noisy else value

    def accumulate(self, total: dict[int, Any], factor: Any, slopes: Mapping[int, Any]) -> None:
        # An infinite slope may have met a 0 before, which left nothing to multiply.
        infinite = abs(factor) == np.inf
        if infinite or (factor == 0 and any(abs(slope) == np.inf for slope in slopes.values())):
            self.settled = True
        super().accumulate(total, factor, slopes)

    def product(self, a: Any, b: Any) -> Any:
        if max(abs(a), abs(b)) == np.inf and (a == 0 or b == 0):
            self.settled = True
        return super().product(a, b)

    def compared(self, a: Dual, b: Dual) -> bool:
        return True


@cache
def oracle_of(digits: int) -> Oracle:
    """An oracle with so many digits; made once, as it remembers what it has evaluated."""
    return Oracle(digits)


def names_of(layer: Layer) -> tuple[str, ...]:
    """What is compared: the outputs, then the arguments whose gradients are."""
    return (*layer.outputs, *subject.differentiable(layer))


def exact_numbers(
    layer: Layer,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    dtype: Any,
    *,
    elementwise: bool,
    budget: Budget,
) -> Exact:
    """Outputs and gradients with as many digits as they need.

    Args:
        layer: the layer.
        data: its arguments.
        upstreams: the outputs' weights.
        dtype: below whose normal numbers no digit matters.
        elementwise: whether every entry is a case of its own, and is worked at alone.
        budget: no further digits are tried when it is spent.
    """
    tiny = float(np.finfo(dtype).tiny)
    exact = _evaluated(layer, data, upstreams, DIGITS[np.dtype(dtype)])
    slow = any(equation.value.has(*BERNOULLIS) for equation in layer.equations)
    for digits in MORE_DIGITS[:1] if slow else MORE_DIGITS:
        unknown = [~exact.known(name, tiny) for name in names_of(layer)]
        if not any(mask.any() for mask in unknown) or budget.spent:
            break
        if not elementwise:
            exact = _evaluated(layer, data, upstreams, digits)
            continue
        chosen = np.flatnonzero(np.logical_or.reduce(unknown))
        chosen = chosen[:FEW] if digits == MORE_DIGITS[-1] else chosen
        picked = {name: array[chosen] for name, array in data.arrays.items()}
        weights = {name: array[chosen] for name, array in upstreams.items()}
        better = _evaluated(layer, Data(picked, data.hyper, data.label), weights, digits)
        for old, new in ((exact.numbers, better.numbers), (exact.doubt, better.doubt)):
            for name, array in new.items():
                old[name][chosen] = array
    return exact


def clean_numbers(
    layer: Layer, data: Data, upstreams: Mapping[str, np.ndarray], dtype: Any
) -> dict[str, np.ndarray]:
    """Outputs and gradients in float64, with the digits that hold the tails of a float type."""
    oracle = oracle_of(DIGITS[np.dtype(dtype)])
    found = _run(layer, Multiprecision(oracle), data, upstreams)
    return {name: array.astype(float) for name, array in found.items()}


def _evaluated(layer: Layer, data: Data, upstreams: Mapping[str, np.ndarray], digits: int) -> Exact:
    oracle = oracle_of(digits)
    noise = oracle.context.mpf(10) ** (SPARE - digits)
    exactly = Multiprecision(oracle)
    clean = _run(layer, exactly, data, upstreams)
    noisy = _run(layer, Multiprecision(oracle, noise), data, upstreams)
    numbers, doubt = {}, {}
    for name, array in clean.items():
        numbers[name] = np.empty(array.shape)
        doubt[name] = np.empty(array.shape)
        for place, value in np.ndenumerate(array):
            numbers[name][place] = float(value)
            doubt[name][place] = _gap(float(value), value, noisy[name][place])
    if exactly.settled:
        near = _run(layer, Multiprecision(oracle), _off_zero(oracle, data), upstreams)
        for name, array in near.items():
            close = array.astype(float)
            with np.errstate(invalid="ignore"):
                gap = np.abs(close - numbers[name])
            near = np.isfinite(close) & (gap <= AGREES * np.abs(close) + LEAST)
            same = near | (close == numbers[name])
            doubt[name] = np.where(same, doubt[name], np.inf)
    return Exact(numbers, doubt)


def _off_zero(oracle: Oracle, data: Data) -> Data:
    """With hardly more than 0 for 0: what holds at 0 by the rule must hold near it."""
    for name, array in data.arrays.items():
        if array.dtype.kind == "f":
            moved = oracle.array(array)
            moved[array == 0] = oracle.context.mpf(10) ** ALMOST
            data = data.with_array(name, moved)
    return data


def _run(
    layer: Layer, duals: Duals, data: Data, upstreams: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    found = differentiated(layer, duals, data, upstreams)
    return {**{name: found.values[name] for name in layer.outputs}, **found.gradients}


def _gap(nearest: float, value: Any, other: Any) -> float:
    if value == other or (value != value and other != other):
        return 0.0
    if abs(nearest) == np.inf and float(other) == nearest:
        return 0.0
    return float(abs(value - other)) if value == value and other == other else np.inf

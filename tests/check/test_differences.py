"""Numerical differentiation against derivatives that are known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from symbp.check.differences import one_sided, ridders

KNOWN: dict[str, tuple[Callable[[float], float], float, float]] = {
    "exp": (math.exp, 0.7, math.exp(0.7)),
    "tanh": (math.tanh, -0.4, 1 - math.tanh(-0.4) ** 2),
    "reciprocal": (lambda x: 1 / x, 0.9, -1 / 0.81),
    "linear": (lambda x: 3 * x, 5.0, 3.0),
}


@pytest.mark.parametrize("name", KNOWN)
def test_ridders_is_accurate_and_knows_it(name: str) -> None:
    function, at, slope = KNOWN[name]
    estimate = ridders(lambda a, b: function(at + a) - function(at + b), 0.1, 1e-9)
    assert abs(estimate.value - slope) <= 1e-9 * abs(slope)
    assert abs(estimate.value - slope) <= 20 * estimate.error + 1e-12


def test_ridders_steps_back_into_the_domain() -> None:
    def difference(a: float, b: float) -> float:
        if min(0.05 + a, 0.05 + b) <= 0:
            return math.nan
        return math.log(0.05 + a) - math.log(0.05 + b)

    assert ridders(difference, 0.1, 1e-7).value == pytest.approx(20, rel=1e-5)


def test_one_sided_tells_a_kink() -> None:
    right, left = one_sided(lambda a, b: abs(a) - abs(b), 1e-6)
    assert (right, left) == pytest.approx((1, -1))

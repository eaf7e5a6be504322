"""Losses that choose between what saturates: the emitted class against mpmath, far out and silent.

Each layer is `where(t > 0, ...)` of two functions of x, written in one line or by names. What is
right is each function's value and slope, on its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
import pytest

from symbp import layer
from symbp.pipeline import emit, load_class

Function = Callable[[Any], Any]

DIGITS = 1000
STEP = mpmath.mpf(10) ** -60
PLACES = (-1000.0, -200.0, -30.0, -2.0, 0.5, 30.0, 200.0, 1000.0)
TOLERANCES = {"float32": 1e-4, "float64": 1e-9}


def logistic(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def normal(x: Any) -> Any:
    return mpmath.erfc(-x) / 2


def focal(p: Any, power: int = 2) -> Any:
    return -((1 - p) ** power) * mpmath.log(p)


@dataclass(frozen=True)
class Case:
    """A layer, and the function that it is where t > 0 and where it is not."""

    forward: str
    taken: Function
    other: Function
    hyper: dict[str, float] = field(default_factory=dict)
    places: tuple[float, ...] = PLACES


P = "p = 1/(1 + exp(-x))\n"
Q = P + "q = where(t > 0, p, 1 - p)\n"
CROSS_ENTROPY: tuple[Function, Function] = (
    lambda x: -mpmath.log(logistic(x)),
    lambda x: -mpmath.log(logistic(-x)),
)
FOCAL: tuple[Function, Function] = (lambda x: focal(logistic(x)), lambda x: focal(logistic(-x)))
ERROR_FUNCTION = (-30.0, -9.0, -2.0, 0.5, 3.0, 9.0, 30.0)
CASES = {
    "logarithms by cases": Case(P + "y = where(t > 0, -log(p), -log(1 - p))", *CROSS_ENTROPY),
    "the logarithm of a choice by name": Case(Q + "y = -log(q)", *CROSS_ENTROPY),
    "of a choice in one line": Case(P + "y = -log(where(t > 0, p, 1 - p))", *CROSS_ENTROPY),
    "of a choice with nothing by name": Case(
        "y = -log(where(t > 0, 1/(1 + exp(-x)), 1 - 1/(1 + exp(-x))))", *CROSS_ENTROPY
    ),
    "of two logistic functions": Case(
        "y = -log(where(t > 0, 1/(1 + exp(-x)), 1/(1 + exp(x))))", *CROSS_ENTROPY
    ),
    "of a logistic function of a choice": Case(
        "y = -log(1/(1 + exp(-where(t > 0, x, -x))))", *CROSS_ENTROPY
    ),
    "the opposite choice, with an index": Case(
        "p[n] = 1/(1 + exp(-x[n]))\nq[n] = where(t[n] <= 0, 1 - p[n], p[n])\ny[n] = -log(q[n])",
        *CROSS_ENTROPY,
    ),
    "a sum over an index": Case(
        "p[n] = 1/(1 + exp(-x[n]))\nq[n] = where(t[n] > 0, p[n], 1 - p[n])\ny = -sum(log(q[n]), n)",
        *CROSS_ENTROPY,
    ),
    "focal loss by cases": Case(
        P + "y = where(t > 0, -(1 - p)**g*log(p), -p**g*log(1 - p))", *FOCAL, hyper={"g": 2.0}
    ),
    "focal loss by cases, a number as power": Case(
        P + "y = where(t > 0, -(1 - p)**2*log(p), -p**2*log(1 - p))", *FOCAL
    ),
    "focal loss of a choice": Case(Q + "y = -(1 - q)**g*log(q)", *FOCAL, hyper={"g": 2.0}),
    "focal loss of a choice, a number as power": Case(Q + "y = -(1 - q)**2*log(q)", *FOCAL),
    "focal loss, all of it by name": Case(
        Q + "m = (1 - q)**g\nl = -log(q)\ny = m*l", *FOCAL, hyper={"g": 2.0}
    ),
    "focal loss with weights": Case(
        Q + "a = where(t > 0, 0.25, 0.75)\ny = -a*(1 - q)**g*log(q)",
        lambda x: focal(logistic(x)) / 4,
        lambda x: 3 * focal(logistic(-x)) / 4,
        hyper={"g": 2.0},
    ),
    "a power": Case(
        Q + "y = q**g", lambda x: logistic(x) ** 2, lambda x: logistic(-x) ** 2, hyper={"g": 2.0}
    ),
    "odds": Case(Q + "y = log(q/(1 - q))", lambda x: x, lambda x: -x),
    "a difference of logarithms": Case(Q + "y = log(q) - log(1 - q)", lambda x: x, lambda x: -x),
    "an entropy": Case(
        Q + "y = -q*log(q)",
        lambda x: -logistic(x) * mpmath.log(logistic(x)),
        lambda x: -logistic(-x) * mpmath.log(logistic(-x)),
    ),
    "a logarithm's square": Case(
        Q + "l = log(q)\ny = l**2",
        lambda x: mpmath.log(logistic(x)) ** 2,
        lambda x: mpmath.log(logistic(-x)) ** 2,
    ),
    "a choice of a choice": Case(
        P + "q = where(t > 0, where(x > 1, p, p**2), 1 - p)\ny = -log(q)",
        lambda x: -mpmath.log(logistic(x)) * (1 if x > 1 else 2),
        lambda x: -mpmath.log(logistic(-x)),
    ),
    "a choice of powers of a choice": Case(
        Q + "r = where(t > 0, q, q**2)\ny = -log(r)",
        lambda x: -mpmath.log(logistic(x)),
        lambda x: -2 * mpmath.log(logistic(-x)),
    ),
    "two conditions": Case(
        Q + "r = where(x > 0, q, 1 - q)\ny = -log(r)",
        lambda x: -mpmath.log(logistic(x if x > 0 else -x)),
        lambda x: -mpmath.log(logistic(-x if x > 0 else x)),
    ),
    "exponentials": Case("y = log(where(t > 0, exp(x), exp(-x)))", lambda x: x, lambda x: -x),
    "exponentials by name, and a number": Case(
        "a = exp(x)\nb = exp(-2*x)\nq = where(t > 0, a + 1, b)\ny = log(q)",
        lambda x: mpmath.log(mpmath.exp(x) + 1),
        lambda x: -2 * x,
    ),
    "tails of error functions": Case(
        "y = log(where(t > 0, (1 + erf(x))/2, (1 - erf(x))/2))",
        lambda x: mpmath.log(normal(x)),
        lambda x: mpmath.log(normal(-x)),
        places=ERROR_FUNCTION,
    ),
    "tails of error functions by name": Case(
        "c = (1 + erf(x))/2\nq = where(t > 0, c, 1 - c)\ny = log(q)",
        lambda x: mpmath.log(normal(x)),
        lambda x: mpmath.log(normal(-x)),
        places=ERROR_FUNCTION,
    ),
    "a hinge": Case(
        "q = where(t > 0, x, -x)\ny = where(q < 1, -log(1/(1 + exp(-q))), 0.5*q**2)",
        lambda x: -mpmath.log(logistic(x)) if x < 1 else x**2 / 2,
        lambda x: -mpmath.log(logistic(-x)) if -x < 1 else x**2 / 2,
    ),
}


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", CASES)
def test_right_in_both_branches(name: str, dtype: str) -> None:
    case = CASES[name]
    cls: Any = load_class(
        emit(layer("F", case.forward, constants=["t"], hyper=case.hyper, outputs=["y"]))
    )
    x, t = np.tile(case.places, 2), np.repeat([1.0, 0.0], len(case.places))
    with mpmath.workdps(DIGITS):
        functions = [case.taken if chosen else case.other for chosen in t]
        places = [mpmath.mpf(float(place)) for place in x]
        pairs = list(zip(functions, places, strict=True))
        values = [f(place) for f, place in pairs]
        slopes = [float((f(u + STEP) - f(u - STEP)) / (2 * STEP)) for f, u in pairs]
    with warnings.catch_warnings(), np.errstate(under="ignore"):
        warnings.simplefilter("error")
        instance = cls()
        value = instance.forward(x.astype(dtype), t.astype(dtype))
        slope = instance.backward(np.ones_like(value))
    wanted = [float(each) for each in (values if np.ndim(value) else [mpmath.fsum(values)])]
    close = {"rtol": TOLERANCES[dtype], "atol": float(np.finfo(dtype).tiny)}
    np.testing.assert_allclose(np.atleast_1d(value), wanted, **close)
    np.testing.assert_allclose(slope, slopes, **close)

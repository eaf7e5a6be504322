"""Functions of probabilities, far out: the emitted class against mpmath, value and gradient.

Each function is applied to each probability, written in one line and with the probability named.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

from symbp.notation import layer
from symbp.pipeline import emit, load_class

pytestmark = pytest.mark.slow

Row = Sequence[Any]
DIGITS = 60
STEP = mpmath.mpf(10) ** -20
ROWS = np.array([
    [1000, 999, 998.5], [-1000, -999.5, -1001], [0, 5, -5], [90, 0, 1], [-100, 3, 2],
    [800, -800, 0],
])  # fmt: skip
MASK = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]])
UPSTREAM = np.array([1, -0.5, 0.75])
TOLERANCES = {"float32": (2e-4, 1e-6), "float64": (1e-9, 1e-13)}


def softmax(row: Row, mask: Row) -> list[Any]:
    total = sum(mpmath.exp(x) for x, counts in zip(row, mask, strict=True) if counts)
    parts = zip(row, mask, strict=True)
    return [mpmath.exp(x) / total if counts else mpmath.mpf(0) for x, counts in parts]


INNER: dict[str, tuple[str, Callable[[Row, Row], list[Any]]]] = {
    "logistic": ("1/(1 + exp(-x[n,k]))", lambda row, _: [1 / (1 + mpmath.exp(-x)) for x in row]),
    "softmax": (
        "exp(x[n,k])/sum(exp(x[n,i]), i)",
        lambda row, _: softmax(row, [1, 1, 1]),
    ),
    "masked softmax": (
        "exp(where(m[n,k] > 0, x[n,k], -inf))/sum(exp(where(m[n,i] > 0, x[n,i], -inf)), i)",
        softmax,
    ),
    "softmax with a class of its own": (
        "exp(x[n,k])/(1 + sum(exp(x[n,i]), i))",
        lambda row, _: softmax([*row, 0], [1, 1, 1, 1])[:-1],
    ),
    "softplus": (
        "log(1 + exp(x[n,k]))",
        lambda row, _: [max(x, 0) + mpmath.log1p(mpmath.exp(-abs(x))) for x in row],
    ),
}
OUTER = (
    "log(P + 0.125)",
    "log(P**2 + 0.125)",
    "sqrt(P + 0.125)",
    "1/(1 + P)",
    "P**2/(P**2 + (1 - P)**2)",
    "P/(1 + P)",
    "log(1 + P)",
    "P*log(P + 0.125)",
    "(1 - P)**2*log(P + 0.125)",
    "tanh(P)",
    "P**3 + P",
    "1/(P + 0.125)",
    "exp(-P)",
    "sqrt(P**2 + 1)",
    "P/(P**2 + 1)",
    "(1 + P)/(2 + P**2)",
    "log(1 + log(1 + P))",
    "1/(1 + exp(-P))",
    "P*(1 - P)",
    "1/(1 + (1 - P)**2)",
    "P/sqrt(P**2 + P**4 + 1)",
    "1/(1 + 1/P)",
)
FUNCTIONS = {name: getattr(mpmath, name) for name in ("log", "sqrt", "tanh", "exp")}


def expected(
    inner: Callable[[Row, Row], list[Any]], outer: str, row: Row, mask: Row
) -> tuple[list[float], list[float]]:
    """A row's values and gradients, by differences of STEP."""
    code = compile(outer, outer, "eval")
    tiny = mpmath.mpf("1e-99999")  # in place of a 0 that is divided by

    def values(xs: Row) -> list[Any]:
        return [eval(code, {**FUNCTIONS, "P": p + tiny}) for p in inner(xs, mask)]

    with mpmath.workdps(DIGITS):
        xs = [mpmath.mpf(float(x)) for x in row]
        slopes = []
        for place in range(len(xs)):
            up, down = ([x + sign * STEP * (n == place) for n, x in enumerate(xs)]
                        for sign in (1, -1))  # fmt: skip
            changes = zip(UPSTREAM, values(up), values(down), strict=True)
            slopes.append(float(sum(w * (a - b) for w, a, b in changes) / (2 * STEP)))
        return [float(value) for value in values(xs)], slopes


@pytest.mark.parametrize("named", [False, True], ids=["in one line", "named"])
@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("inner", INNER)
def test_right_far_out(inner: str, outer: str, named: bool) -> None:
    text, exact = INNER[inner]
    probability = f"p[n,k] = {text}\ny[n,k] = " if named else "y[n,k] = "
    forward = probability + outer.replace("P", "p[n,k]" if named else f"({text})")
    constants = ["m"] if "m[n" in forward else []
    cls: Any = load_class(emit(layer("F", forward, constants=constants, outputs=["y"])))
    rows = [expected(exact, outer, row, mask) for row, mask in zip(ROWS, MASK, strict=True)]
    for dtype, (relative, absolute) in TOLERANCES.items():
        arrays = [ROWS.astype(dtype), *([MASK.astype(dtype)] if constants else [])]
        instance = cls()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = instance.forward(*arrays)
            slope = instance.backward(np.tile(UPSTREAM.astype(dtype), (len(ROWS), 1)))
        for found, wanted in zip((value, slope), zip(*rows, strict=True), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=relative, atol=absolute)

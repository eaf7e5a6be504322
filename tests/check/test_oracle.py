"""The oracle against NumPy, where NumPy is right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import special

from symbp.check.data import Data
from symbp.check.exact import clean_numbers
from symbp.check.oracle import Oracle
from symbp.notation import layer

RNG = np.random.default_rng(5)
X = RNG.uniform(0.1, 0.9, (4, 3))

ELEMENTWISE: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp(x)": np.exp,
    "log1p(x)": np.log1p,
    "cbrt(x - 1)": lambda x: np.cbrt(x - 1),
    "arctanh(x)": np.arctanh,
    "erf(x)": special.erf,
    "erfc(-9*x)": lambda x: special.erfc(-9 * x),
    "erfc(9*x)": lambda x: special.erfc(9 * x),
    "lgamma(x)": special.gammaln,
    "lgamma(x - 3)": lambda x: special.gammaln(x - 3),
    "where(x > 0.5 and x < 0.7, x**2, -x)": lambda x: np.where((x > 0.5) & (x < 0.7), x**2, -x),
    "where(not (x > 0.5) or x > 0.8, 1, x)": lambda x: np.where(~(x > 0.5) | (x > 0.8), 1, x),
    "maximum(x, 0.5) - minimum(x, 0.4)": lambda x: np.maximum(x, 0.5) - np.minimum(x, 0.4),
    "sign(x - 0.5) * abs(x - 0.5)": lambda x: x - 0.5,
    "x**pi + e": lambda x: x**np.pi + np.e,
}


@pytest.mark.parametrize("text", ELEMENTWISE)
def test_elementwise(text: str) -> None:
    one = layer("One", f"y = {text}")
    for x in (X, X[0], X[0, 0]):
        got = Oracle().forward(one, Data({"x": np.asarray(x)}))["y"]
        np.testing.assert_allclose(got.astype(float), ELEMENTWISE[text](np.asarray(x)), rtol=1e-13)


INDEXED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "y[n] = sum(x[n, i] * i, i)": lambda x: x @ np.arange(x.shape[1]),
    "y = mean(x[n, i], n, i)": lambda x: x.mean(),
    "y[i, n] = x[n, i]": lambda x: x.T,
    "y[n] = max(x[n, i], i) - min(x[n, i], i)": lambda x: np.ptp(x, axis=1),
    "y[n, i] = x[n, i] / size(n)": lambda x: x / len(x),
    "y[n] = x[n, 0] + x[n, 2]": lambda x: x[:, 0] + x[:, 2],
    "y[n, i] = x[n, i] - mean(x[k, i], k)": lambda x: x - x.mean(0),
}


@pytest.mark.parametrize("text", INDEXED)
def test_indexed(text: str) -> None:
    one = layer("One", text)
    got = Oracle().forward(one, Data({"x": X}))["y"]
    np.testing.assert_allclose(got.astype(float), INDEXED[text](X), rtol=1e-13)


def test_broadcasting() -> None:
    one = layer("One", "y = a * b + c")
    a, b, c = RNG.normal(size=(4, 1, 3)), RNG.normal(size=(5, 3)), RNG.normal(size=())
    got = Oracle().forward(one, Data({"a": a, "b": b, "c": c}))["y"]
    np.testing.assert_allclose(got.astype(float), a * b + c, rtol=1e-13)


def test_gather_diagonal_flattened_and_classes() -> None:
    oracle = Oracle()
    t = np.array([2, 0, 1, 2])
    gather = layer("Gather", "y[n] = x[n, t[n]]", constants=["t"])
    got = oracle.forward(gather, Data({"x": X, "t": t}))["y"]
    np.testing.assert_allclose(got.astype(float), X[np.arange(4), t])
    square = X.T @ X
    diagonal = layer("Diagonal", "y[n] = s[n, n]")
    got = oracle.forward(diagonal, Data({"s": square}))["y"]
    np.testing.assert_allclose(got.astype(float), np.diag(square))
    flat = layer("Flat", "y[n] = sum(x[n, *i], i)")
    x = RNG.normal(size=(2, 3, 4))
    got = oracle.forward(flat, Data({"x": x}))["y"]
    np.testing.assert_allclose(got.astype(float), x.sum((1, 2)))
    loss = layer("Dot", "y[n] = sum(x[n, c] * t[n, c], c)", constants=["t"], one_hot={"t": "c"})
    got = oracle.forward(loss, Data({"x": X, "t": t}))["y"]
    np.testing.assert_allclose(got.astype(float), X[np.arange(4), t])


def test_outside_the_domain_is_nan() -> None:
    oracle = Oracle()
    for text in ("log(x)", "sqrt(x)", "x**0.5", "1/(x + 1)", "arcsin(x - 3)"):
        value = oracle.forward(layer("One", f"y = {text}"), Data({"x": np.array(-1.0)}))["y"][()]
        assert oracle.context.isnan(value) or oracle.context.isinf(value), text


def test_precision() -> None:
    value = Oracle(60).forward(layer("One", "y = exp(x)"), Data({"x": np.array(1.0)}))["y"][()]
    assert str(value).startswith("2.71828182845904523536028747135266249775724709369995")


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("y = x**x**x**x", np.inf),
        ("y = (1/x)**x**x**x", 0.0),
        ("y = exp(exp(exp(exp(x))))", np.inf),
        ("y = exp(-exp(exp(exp(x))))", 0.0),
    ],
)
def test_a_tower_of_powers_is_beyond_every_number(equation, expected):
    made = layer("Tower", equation)
    found = Oracle().forward(made, Data({"x": np.array([1e4])}, {}, ""))
    assert float(found["y"][0]) == expected


@pytest.mark.parametrize(
    ("value", "expected", "slope"),
    [
        ("tanh(exp(x))", 1, 0),
        ("cosh(exp(x))", np.inf, np.inf),
        ("1/cosh(exp(x))", 0, 0),
        ("sinh(-exp(x))", -np.inf, -np.inf),
        ("erf(exp(x))", 1, 0),
        ("sin(exp(x))", np.nan, np.nan),
    ],
)
def test_a_huge_argument_takes_no_huge_number_of_digits(value, expected, slope):
    one = layer("Huge", f"y = {value}")
    data = Data({"x": np.array([1e5, 1e15])}, {}, "")
    found = Oracle().forward(one, data)["y"]
    np.testing.assert_array_equal(found.astype(float), [expected, expected])
    dx = clean_numbers(one, data, {"y": np.ones(2)}, np.float64)["x"]
    np.testing.assert_array_equal(dx.astype(float), [slope, slope])

"""One fault at one extreme: each right layer passes, and each of its mutants is rejected."""

from __future__ import annotations

import pytest
from by_hand import HEAD, load

from symbp.check import Verdict
from symbp.check.extremes import check_extremes
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult
from symbp.check.sampling import find_recipe
from symbp.notation import Layer, layer

LOGISTIC = "e = np.exp(-np.abs(x)); s = np.where(x >= 0, 1, e) / (1 + e)"

RIGHT: dict[str, tuple[Layer, str, str]] = {
    "softplus": (
        layer("Softplus", "y = log(1 + exp(x))"),
        "return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",
        f"{LOGISTIC}; return dy * s",
    ),
    "sigmoid": (
        layer("Sigmoid", "y = 1 / (1 + exp(-x))"),
        f"{LOGISTIC}; return s",
        f"{LOGISTIC}; return dy * s * (1 - s)",
    ),
    "swish": (
        layer("Swish", "y = x / (1 + exp(-x))"),
        f"{LOGISTIC}; return x * s",
        f"{LOGISTIC}; q = np.where(x >= 0, e, 1) / (1 + e); return dy * s * (1 + x * q)",
    ),
    "tanh": (
        layer("Tanh", "y = tanh(x)"),
        "return np.tanh(x)",
        "y = np.tanh(x); return dy * (1 - y * y)",
    ),
    "relu": (
        layer("Relu", "y = maximum(x, 0)"),
        "return np.maximum(x, 0)",
        "return dy * (x > 0)",
    ),
    "abs": (layer("Abs", "y = abs(x)"), "return np.abs(x)", "return dy * np.sign(x)"),
    "sqrt": (
        layer("Sqrt", "y = sqrt(x)"),
        "return np.sqrt(x)",
        "y = np.sqrt(x); return np.where(y == 0, 0, dy / (2 * np.where(y == 0, 1, y)))",
    ),
    "not a number": (
        layer("ZeroNan", "y = where(x != x, 0, x)"),
        "return np.where(x != x, 0, x)",
        "return np.where(x != x, 0, dy)",
    ),
    "entropy of a constant": (
        layer("Weighed", "y = x * t * log(t)", constants=["t"]),
        "return x * (t * np.log(np.where(t == 0, 1, t)))",
        "return dy * (t * np.log(np.where(t == 0, 1, t)))",
    ),
    "softmax": (
        layer("Softmax", "y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)"),
        "return self.softmax(x)",
        "y = self.softmax(x); return y * (dy - (dy * y).sum(1, keepdims=True))",
    ),
    "log-sum-exp": (
        layer("LogSumExp", "y[n] = log(sum(exp(x[n, k]), k))"),
        "m, e = self.parts(x); z = e.sum(1)"
        "\n        return m[:, 0] + np.where(z == 0, -np.inf, np.log(np.where(z == 0, 1, z)))",
        "m, e = self.parts(x); z = e.sum(1, keepdims=True)"
        "\n        return dy[:, None] * e / np.where(z == 0, 1, z)",
    ),
    "norm": (
        layer("Norm", "y[n] = sqrt(sum(x[n, i]**2, i))"),
        "return np.sqrt((x * x).sum(1))",
        "y = np.sqrt((x * x).sum(1)); return dy[:, None] * x / np.where(y == 0, 1, y)[:, None]",
    ),
    "squared distance": (
        layer("Distance", "y[n] = sum((x[n, i] - t[n, i])**2, i)", constants=["t"]),
        "return ((x - t) ** 2).sum(1)",
        "return 2 * dy[:, None] * (x - t)",
    ),
    "row maximum": (
        layer("RowMaximum", "y[n] = max(x[n, i], i)"),
        "return x.max(1)",
        "dx = np.zeros_like(x); dx[np.arange(len(x)), x.argmax(1)] = dy; return dx",
    ),
}

MUTANTS: dict[str, tuple[str, str, str, str]] = {
    "softplus loses its tail": ("softplus", "np.log1p(np", "np.log(1 + np", "y is 0"),
    "softplus is a rectifier": ("softplus", " + np.log1p(np.exp(-np.abs(x)))", "", "y is"),
    "softplus overflows": (
        "softplus",
        "np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",
        "np.log1p(np.exp(x))",
        "y is inf, not 100",
    ),
    "no slope at 1e30": ("softplus", "dy * s", "dy * s * (x < 1e29)", "gradient of x is -0, not"),
    "no slope at 1e8": ("swish", "* (1 + x * q)", "* (1 + x - x * s)", "gradient of x is"),
    "no value at 1e30": ("relu", "np.maximum(x, 0)", "np.clip(x, 0, 1e29)", "y is 1e+29"),
    "no value near the largest": (
        "relu",
        "np.maximum(x, 0)",
        "x * x / (x + (x <= 0)) * (x > 0)",
        "",
    ),
    "slope at 0": ("abs", "np.sign(x)", "np.where(x >= 0, 1, -1)", "gradient of x is"),
    "slope is infinite at 0": (
        "sqrt",
        "return np.where(y == 0, 0, dy / (2 * np.where(y == 0, 1, y)))",
        "return dy / (2 * y)",
        "gradient of x is -inf, not 0",
    ),
    "value is nan at 0": (
        "entropy of a constant",
        "return x * (t * np.log(np.where(t == 0, 1, t)))",
        "return x * (t * np.log(t))",
        "y is nan, not 0, for x=[0.], t=[0.]",
    ),
    "value is silently nan at 0": (
        "entropy of a constant",
        "return x * (t * np.log(np.where(t == 0, 1, t)))",
        "return np.where(t == 0, np.nan, x * (t * np.log(np.where(t == 0, 1, t))))",
        "y is nan, not 0",
    ),
    "slope warns where it is 0": (
        "tanh",
        "y = np.tanh(x); return dy * (1 - y * y)",
        "return dy / np.cosh(x) ** 2",
        "backward: overflow",
    ),
    "nan at infinity": (
        "sigmoid",
        "; return s",
        "; return np.where(x == np.inf, np.nan, s)",
        "nan",
    ),
    "wrong at infinity": (
        "sigmoid",
        "; return s",
        "; return np.where(x == -np.inf, 1, s)",
        "y is 1",
    ),
    "test for nan dropped": (
        "not a number",
        "return np.where(x != x, 0, x)",
        "return np.abs(x) * np.sign(x)",
        "y is nan, not 0",
    ),
    "softmax without the shift": ("softmax", "x - m", "x", "y[0, 0] is nan, not 0.5"),
    "shift by the largest of all rows": (
        "softmax",
        "x.max(1, keepdims=True)",
        "np.broadcast_to(x.max(), (len(x), 1))",
        "",
    ),
    "nan where all logits are -inf": ("log-sum-exp", "np.isfinite(m)", "(m != np.nan)", "nan"),
    "gradient is nan where all logits are -inf": (
        "log-sum-exp",
        "e / np.where(z == 0, 1, z)",
        "(e / z if z.all() else np.where(z == 0, np.nan, e))",
        "gradient of x",
    ),
    "a logit of -inf hands something back": (
        "log-sum-exp",
        "return dy[:, None] * e / np.where(z == 0, 1, z)",
        "return dy[:, None] * np.where(x == -np.inf, 1, e / np.where(z == 0, 1, z))",
        "gradient of x",
    ),
    "a row of zeros": ("norm", "np.where(y == 0, 1, y)[:, None]", "y[:, None]", "is nan, not 0"),
    "a row of zeros hands something back": (
        "norm",
        "return dy[:, None] * x / np.where(y == 0, 1, y)[:, None]",
        "return dy[:, None] * np.where(y == 0, 1, x.T / np.where(y == 0, 1, y)).T",
        "gradient of x",
    ),
    "square expanded": (
        "squared distance",
        "((x - t) ** 2).sum(1)",
        "(x * x - 2 * x * t + t * t).sum(1)",
        "y[",
    ),
    "ties share the gradient": (
        "row maximum",
        "dx = np.zeros_like(x); dx[np.arange(len(x)), x.argmax(1)] = dy; return dx",
        "at = x == x.max(1, keepdims=True)"
        "\n        return dy[:, None] * at / at.sum(1, keepdims=True).astype(x.dtype)",
        "gradient of x",
    ),
    "the last of the tied": (
        "row maximum",
        "x.argmax(1)",
        "x.shape[1] - 1 - x[:, ::-1].argmax(1)",
        "gradient of x",
    ),
}

HELPERS = """
    def parts(self, x):
        m = x.max(1, keepdims=True)
        m = np.where(np.isfinite(m), m, 0)
        return m, np.exp(x - m)

    def softmax(self, x):
        m = x.max(1, keepdims=True)
        e = np.exp(x - m)
        return e / e.sum(1, keepdims=True)
"""


def _source(name: str, forward: str, backward: str) -> str:
    return (
        f"{HEAD}\nclass {name}(Base):{HELPERS}\n"
        f"    def forward(self, x, t=None):\n        self.x, self.t = x, t\n        {forward}\n\n"
        f"    def backward(self, dy):\n        x, t = self.x, self.t\n        {backward}\n"
    )


def _judged(one: Layer, source: str) -> CheckResult:
    return check_extremes(one, load(one, source), find_recipe(one, Oracle()))


@pytest.mark.parametrize("case", RIGHT)
def test_accepts_the_right_layer(case: str) -> None:
    one, forward, backward = RIGHT[case]
    result = _judged(one, _source(one.name, forward, backward))
    assert result.verdict is Verdict.PASSED, result


@pytest.mark.parametrize("case", MUTANTS)
def test_rejects_the_mutant(case: str) -> None:
    of, old, new, told = MUTANTS[case]
    one, forward, backward = RIGHT[of]
    source = _source(one.name, forward, backward)
    assert old in source
    result = _judged(one, source.replace(old, new))
    assert result.verdict is Verdict.FAILED, result
    assert told in result.detail

"""Extreme arguments: what is asked for, and what is not."""

from __future__ import annotations

import pytest
from by_hand import HEAD, load

from symbp.check import Verdict
from symbp.check.extremes import check_extremes
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult
from symbp.check.sampling import find_recipe
from symbp.notation import Layer, layer


def _extremes(one: Layer, forward: str, backward: str) -> CheckResult:
    source = (
        f"{HEAD}\nclass {one.name}(Base):\n"
        f"    def forward(self, x, t=None):\n        self.x, self.t = x, t\n        {forward}\n"
        f"    def backward(self, dy=1):\n        x, t = self.x, self.t\n        {backward}\n"
    )
    return check_extremes(one, load(one, source), find_recipe(one, Oracle()))


ENTROPY = layer(
    "Entropy",
    "y[...] = 1 / (1 + exp(-x[...]))\n"
    "loss = -mean(t[...] * log(y[...]) + (1 - t[...]) * log(1 - y[...]), ...)",
    constants=["t"],
)
STABLE = "e = np.exp(-np.abs(x)); s = np.where(x >= 0, 1, e) / (1 + e)"


def test_digits_are_added_where_the_equations_cancel() -> None:
    """log(1 - y) at x = 1e4 needs 4343 digits: the right code passes at these arguments too."""
    # A logit of infinite size counts for nothing where its weight is 0, as 0*log(0) is 0.
    forward = (
        "log = np.log1p(np.exp(-np.abs(x)))"
        "\n        a, b = np.minimum(x, 0) - log, np.minimum(-x, 0) - log"
        "\n        a, b = np.where(t == 0, 0, a), np.where(t == 1, 0, b)"
        "\n        return -(t * a + (1 - t) * b).sum() / x.dtype.type(x.size)"
    )
    result = _extremes(ENTROPY, forward, f"{STABLE}; return dy * (s - t) / x.dtype.type(x.size)")
    assert result.verdict is Verdict.PASSED, result
    naive = f"{STABLE}; return -(t * np.log(s) + (1 - t) * np.log(1 - s)).mean()"
    result = _extremes(ENTROPY, naive, f"{STABLE}; return dy * (s - t) / x.dtype.type(x.size)")
    assert result.verdict is Verdict.FAILED


def test_what_is_not_representable_is_not_asked() -> None:
    result = _extremes(layer("Exp", "y = exp(x)"), "return np.exp(x)", "return dy * np.exp(x)")
    assert result.verdict is Verdict.PASSED
    assert "without a value in the type" in result.detail


def test_outside_the_domain_is_not_asked() -> None:
    result = _extremes(layer("Log", "y = log(x)"), "return np.log(x)", "return dy / x")
    assert result.verdict is Verdict.PASSED


WRONG = {
    "invalid": ("Softsign", "x / (1 + abs(x))", "return x / (1 + np.abs(x))", "return dy * np.nan"),
    "square overflows": (
        "Mill",
        "x / sqrt(1 + x**2)",
        "return x / np.sqrt(1 + x**2)",
        "return dy * (1 + x**2)**5 / (1 + x**2)**6.5",
    ),
    "naive softplus": (
        "Softplus",
        "log(1 + exp(x))",
        "return np.log(1 + np.exp(x))",
        "return dy / (1 + np.exp(-x))",
    ),
    "kink is nan": (
        "Relu",
        "maximum(x, 0)",
        "return np.maximum(x, 0)",
        "with np.errstate(all='ignore'): return dy * np.maximum(x, 0) / x",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_rejects(case: str) -> None:
    name, equation, forward, backward = WRONG[case]
    result = _extremes(layer(name, f"y = {equation}"), forward, backward)
    assert result.verdict is Verdict.FAILED, result


def test_who_names_a_value_beyond_the_range_is_told_so() -> None:
    """-exp(x) is -inf at 1000, with NumPy's warning, and its exponential is right."""
    forward = "self.e = np.exp(x); self.y = np.exp(-self.e); return self.y"
    backward = "e = np.minimum(self.e, 1e30); return -dy * e * self.y"
    named = layer("Named", "e = -exp(x)\ny = exp(e)")
    assert _extremes(named, forward, backward).verdict is Verdict.PASSED
    unnamed = _extremes(layer("Unnamed", "y = exp(-exp(x))"), forward, backward)
    assert "overflow" in unnamed.detail
    wrong = _extremes(named, forward, "return -dy * self.e * self.y")
    assert "nan" in wrong.detail

"""What the judge of extremes forgives, leaves out and says, on emitted and hand-written classes."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import HEAD, load

from symbp import pipeline
from symbp.check import Verdict
from symbp.check.budget import Budget
from symbp.check.certificate import check_certificate
from symbp.check.data import Data
from symbp.check.exact import exact_numbers
from symbp.check.extremes import check_extremes
from symbp.check.limits import limits
from symbp.check.oracle import Oracle
from symbp.check.plain import plain_misses
from symbp.check.result import CheckResult
from symbp.check.sampling import find_recipe
from symbp.notation import Layer, layer

ONE = np.ones(1)


def _emitted(one: Layer, budget: Budget | None = None) -> CheckResult:
    cls = pipeline.load_class(pipeline.emit(one))
    return check_extremes(one, cls, find_recipe(one, Oracle()), budget=budget)


def _by_hand(one: Layer, forward: str, backward: str) -> CheckResult:
    source = (
        f"{HEAD}\nclass {one.name}(Base):\n"
        f"    def forward(self, x):\n        self.x = x\n        {forward}\n\n"
        f"    def backward(self, dy):\n        x = self.x\n        {backward}\n"
    )
    return check_extremes(one, load(one, source), find_recipe(one, Oracle()))


@pytest.mark.parametrize(
    "text",
    [
        "z[i, j] = where(i == j, -inf, x[i, j])\ny[i, j] = exp(z[i, j]) / sum(exp(z[i, k]), k)",
        "y[n] = sqrt(1 - sum(x[n, i]**2, i))",
        "y = arccos(x)",
        "y[n] = max(x[n, i]**2, i)",
        "y = x / (1 + exp(-x))",
    ],
    ids=["masked diagonal", "ball", "arccos", "ties made by underflow", "swish"],
)
def test_accepts_what_is_right_in_its_domain(text: str) -> None:
    result = _emitted(layer("Right", text))
    assert result.verdict is Verdict.PASSED, result


def test_rounding_of_the_formula_itself_is_forgiven_and_counted() -> None:
    """mean(x**2) - mean(x)**2 cancels as it is written, wherever it is computed."""
    one = layer("Spread", "y[n] = mean(x[n, i]**2, i) - mean(x[n, i], i)**2")
    result = _by_hand(
        one,
        "return (x * x).mean(1) - x.mean(1) ** 2",
        "n = x.dtype.type(x.shape[1]); return dy[:, None] * 2 * (x - x.mean(1)[:, None]) / n",
    )
    assert result.verdict is Verdict.PASSED, result
    one = layer("Spread", "y[n] = mean((x[n, i] - mean(x[n, j], j))**2, i)")
    result = _by_hand(
        one,
        "return (x * x).mean(1) - x.mean(1) ** 2",
        "n = x.dtype.type(x.shape[1]); return dy[:, None] * 2 * (x - x.mean(1)[:, None]) / n",
    )
    assert result.verdict is Verdict.FAILED, result


def test_overflow_of_a_square_is_the_formulas_own_beyond_1e4_only() -> None:
    one = layer("Norm", "y[n] = sqrt(sum(x[n, i]**2, i))")
    slope = "y = self.y; return dy[:, None] * x / np.where(y == 0, 1, y)[:, None]"
    result = _by_hand(one, "self.y = np.sqrt((x * x).sum(1)); return self.y", slope)
    assert result.verdict is Verdict.PASSED, result
    assert "as far off as the formula as written" in result.detail
    early = "self.y = np.sqrt((x**12).sum(1)) ** (1 / 6); return self.y.astype(x.dtype)"
    assert _by_hand(one, early, slope).verdict is Verdict.FAILED


def test_what_no_digits_suffice_for_is_not_asked_and_counted() -> None:
    """exp(x)*(1 - erf(x)) at 1e4 takes more digits than there is room for."""
    one = layer("Scaled", "y = exp(x**2) * (1 - erf(x))")
    data = Data({"x": np.array([1.0, 10.0, 1e4])})
    weights = {"y": np.ones(3)}
    budget = Budget()
    exact = exact_numbers(one, data, weights, np.float64, elementwise=True, budget=budget)
    assert exact.known("y", 1e-308).tolist() == [True, True, False]
    assert exact.numbers["y"][1] == pytest.approx(0.0561409927438225, rel=1e-12)
    assert exact.numbers["x"][1] == pytest.approx(-0.0055593122190609, rel=1e-12)


def test_a_product_of_zero_and_infinity_is_known_where_it_holds_nearby() -> None:
    data = Data({"x": np.zeros(1)})

    def exact(text: str) -> tuple[list[bool], list[bool], list[float]]:
        one = layer("At", text)
        found = exact_numbers(one, data, {"y": ONE}, np.float64, elementwise=True, budget=Budget())
        known = [found.known(name, 1e-308).tolist() for name in ("y", "x")]
        return known[0], known[1], found.numbers["y"].tolist()

    assert exact("y = x * log(x)") == ([True], [True], [0.0])
    # The slope is 1, which the rule that 0 wins against infinity does not find.
    assert exact("u = log(x)\ny = exp(u)") == ([True], [False], [0.0])


def test_limits_are_those_of_formula_and_approach() -> None:
    one = layer("LogSumExp", "y[n] = log(sum(exp(x[n, k]), k))")
    data = Data({"x": np.array([[-np.inf, 2.0], [-np.inf, -np.inf]])})
    found = limits(one, data, {"y": np.ones(2)}, np.float64)
    np.testing.assert_array_equal(found["y"], [2, -np.inf])
    # Where an output is infinite only a gradient of 0 is asked for.
    np.testing.assert_array_equal(found["x"], [[0, np.nan], [0, 0]])
    one = layer("Centred", "y[n, i] = x[n, i] - mean(x[n, j], j)")
    data = Data({"x": np.array([[-np.inf, 2.0]])})
    assert np.isnan(limits(one, data, {"y": np.ones((1, 2))}, np.float64)["y"]).all()


def test_the_formula_as_written_overflows_but_for_its_exponentials() -> None:
    one = layer("Root", "y = sqrt(x**2 + 1)")
    data, exact = Data({"x": np.array([1e30])}), {"y": np.array([1e30]), "x": ONE}
    plain = plain_misses(one, data, {"y": ONE}, np.float32, exact, elementwise=True)
    assert plain.fails
    assert plain.overflows
    one = layer("Softplus", "y = log(1 + exp(x))")
    plain = plain_misses(one, data, {"y": ONE}, np.float32, exact, elementwise=True)
    assert not plain.fails
    assert not plain.overflows
    assert plain.misses["y"][0] < 1e24
    one = layer("Softmax", "y[i] = exp(x[i]) / sum(exp(x[k]), k)")
    data, half = Data({"x": np.array([-1e8, -1e8])}), np.array([0.5, 0.5])
    exact = {"y": half, "x": np.zeros(2)}
    plain = plain_misses(one, data, {"y": half}, np.float32, exact, elementwise=False)
    assert not plain.fails
    assert plain.misses["y"].max() < 1e-6


def test_says_what_the_time_did_not_suffice_for() -> None:
    one = layer("Softmax", "y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)")
    ticks = iter(range(10**6))
    result = _emitted(one, Budget(12, lambda: float(next(ticks))))
    assert result.verdict is Verdict.PASSED, result
    assert "the time was up after" in result.detail
    result = _emitted(one, Budget(0))
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "the time was up" in result.detail


def test_a_certificate_says_what_the_time_did_not_suffice_for() -> None:
    one = layer("Softmax", "y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)")
    source = pipeline.emit(one)
    cls, oracle = pipeline.load_class(source), Oracle()
    recipe = find_recipe(one, oracle)
    ticks = iter(range(10**6))
    some = Budget(6, lambda: float(next(ticks)))
    result = check_certificate(one, cls, source.text, recipe, oracle, budget=some)
    assert result.verdict is Verdict.EVIDENCE
    assert "the time was up" in result.detail
    result = check_certificate(one, cls, source.text, recipe, oracle, budget=Budget(0))
    assert result.verdict is Verdict.NOT_APPLICABLE

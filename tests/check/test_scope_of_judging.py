"""What the judges say they judged: hyper-parameters, shapes, networks, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from symbp import pipeline
from symbp.catalogue import layers
from symbp.check import JUDGES, LayerReport, Verdict, check_layer
from symbp.check.budget import Budget
from symbp.check.data import Data
from symbp.check.forward import check_forward
from symbp.check.gradient import check_gradient
from symbp.check.hypers import other_hyper
from symbp.check.oracle import Oracle
from symbp.check.sampling import find_recipe
from symbp.notation import Layer, Network, layer

NET = next(item for item in layers() if isinstance(item, Network))


def judged(one: Layer | Network, judges: Sequence[str], **options: object) -> LayerReport:
    source = pipeline.emit(one)
    made = pipeline.load_class(source)
    return check_layer(one, made, source.text, judges=judges, **options)


def test_other_hypers_tell_equal_ones_apart_and_keep_whole_numbers_whole() -> None:
    found = other_hyper(Data({}, {"a": 1.0, "b": 1.0, "n": 3})).hyper
    assert found["a"] != found["b"]
    assert 1.0 not in found.values()
    assert isinstance(found["n"], int)
    assert found["n"] != 3


def test_hyper_parameters_without_arguments_are_told() -> None:
    only_one = layer("Only", "y = x*log(where(k == 1, exp(x), -1))", hyper={"k": 1.0})
    told = "no arguments were found for hyper-parameters other than the defaults"
    for result in judged(only_one, ("oracle", "gradient")).results:
        assert result.verdict is Verdict.PASSED, str(result)
        assert told in result.detail
    for result in judged(layer("Any", "y = k*x", hyper={"k": 1.0}), ("oracle", "gradient")).results:
        assert told not in result.detail


def test_shapes_without_arguments_are_told() -> None:
    masked = layer(
        "Masked",
        "s[i, j] = where(i == j, -inf, x[i, j])\ny[i, j] = exp(s[i, j])/sum(exp(s[i, k]), k)",
        outputs=["y"],
    )
    for result in judged(masked, ("oracle", "gradient")).results:
        assert result.verdict is Verdict.PASSED, str(result)
        assert "no arguments were found for x(3,1)" in result.detail


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("y[n, i] = where(i <= n, x[n, i], -inf)", {}),
        ("y[i, j] = where(i == j, -inf, s*x[i, j])", {"parameters": ["s"]}),
        ("y[n] = max(where(m[n, k] > 0, x[n, k], -inf), k)", {"constants": ["m"]}),
        ("y[n, i] = s*x[n, i]", {"parameters": ["s"]}),
    ],
    ids=["a mask", "all but a diagonal", "the largest that counts", "a number"],
)
def test_infinite_outputs_and_numbers_as_parameters_are_judged(text, options) -> None:
    for result in judged(layer("F", text, **options), JUDGES).results:
        assert result.verdict is Verdict.PASSED, str(result)


def test_a_wrong_infinity_is_told() -> None:
    one = layer("Masked", "y[n, i] = where(i <= n, x[n, i], -inf)")
    source = pipeline.emit(one)
    wrong = pipeline.load_class(replace(source, text=source.text.replace("-np.inf", "np.inf")))
    oracle = Oracle()
    recipe = find_recipe(one, oracle)
    assert "inf" in check_forward(one, wrong, recipe, oracle).detail
    assert check_forward(one, wrong, recipe, oracle).verdict is Verdict.FAILED


def test_a_network_is_judged_as_it_is_shipped() -> None:
    verdicts = {result.judge: result for result in judged(NET, ("oracle", "certificate")).results}
    assert "the network's methods too" in verdicts["oracle"].detail
    assert verdicts["certificate"].verdict is Verdict.PASSED
    assert "W1(2,3)" in verdicts["certificate"].detail


def test_progress_names_each_judge_as_it_begins() -> None:
    seen: list[str] = []
    judged(layer("Twice", "y = 2*x"), ("gradient", "oracle"), progress=seen.append)
    assert seen == ["gradient", "oracle"]


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_what_the_time_did_not_suffice_for_is_told(seconds: float) -> None:
    one = layer("Product", "y[i, m] = sum(A[i, j]*B[j, k]*C[k, l]*D[l, m], j, k, l)")
    oracle, made = Oracle(), pipeline.load_class(pipeline.emit(one))
    recipe = find_recipe(one, oracle)
    ticks = iter(range(10_000))
    hurried = [Budget(seconds, clock=lambda: next(ticks) / 100) for _ in range(2)]
    results = [
        check_forward(one, made, recipe, oracle, budget=hurried[0]),
        check_gradient(one, made, recipe, oracle, budget=hurried[1]),
    ]
    for result in results:
        assert result.ok
        assert "the time was up" in result.detail or result.judge == "oracle"


@pytest.mark.parametrize(
    "forward",
    [
        "r = 1 - sum((t[n] - x[n])**2, n)/sum((t[n] - mean(t[m], m))**2, n)",
        "a[n] = x[n] - mean(x[m], m)\nb[n] = t[n] - mean(t[m], m)\n"
        "r = sum(a[n]*b[n], n)/sqrt(sum(a[n]**2, n)*sum(b[n]**2, n))",
    ],
)
def test_a_layer_without_a_value_at_one_sample_is_judged_at_more(forward: str) -> None:
    some = layer("Fit", forward, constants=["t"], outputs=["r"])
    report = judged(some, ("oracle", "gradient"))
    assert report.ok, report
    assert "no arguments were found for x(1,)" in str(report)


def test_infinities_that_agree_are_no_fault() -> None:
    some = layer("Far", "y = sinh(sum(x[n]**2, n)*1e3)")
    report = judged(some, ("oracle", "gradient"))
    assert report.ok, report

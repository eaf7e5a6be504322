"""The judges accept what is right and reject what is wrong, each what it is there for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from by_hand import (
    AFFINE,
    AFFINE_SOURCE,
    GELU,
    GELU_SOURCE,
    LOSS,
    LOSS_SOURCE,
    NORM,
    NORM_SOURCE,
    PRODUCT,
    PRODUCT_SOURCE,
    RIGHT,
    SIGMOID,
    SIGMOID_SOURCE,
    WRONG,
    load,
)

from symbp.check import Verdict, check_layer
from symbp.check.gradient import check_gradient
from symbp.check.oracle import Oracle
from symbp.check.sampling import find_recipe
from symbp.notation import Layer


@pytest.mark.parametrize(("layer", "source"), RIGHT, ids=[layer.name for layer, _ in RIGHT])
@pytest.mark.parametrize("seed", [0, 1])
def test_accepts_right(layer: Layer, source: str, seed: int) -> None:
    report = check_layer(layer, load(layer, source), source, seed=seed)
    assert {result.judge for result in report.results} == {
        "oracle",
        "gradient",
        "certificate",
        "extremes",
    }
    assert all(result.verdict is Verdict.PASSED for result in report.results), str(report)


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_rejects_wrong(case: str) -> None:
    layer, source, right, wrong, judge = WRONG[case]
    assert source.count(right) == 1
    changed = source.replace(right, wrong)
    report = check_layer(layer, load(layer, changed), changed)
    verdicts = {result.judge: result.verdict for result in report.results}
    assert verdicts[judge] is Verdict.FAILED, str(report)
    assert not report.ok


def _mutant(cls: type, name: str, flat: int, factor: float) -> type:
    """The class with one entry of one gradient off by a factor."""

    class Mutant(cls):  # type: ignore[misc, valid-type]
        def backward(self, *upstreams: Any) -> Any:
            result = super().backward(*upstreams)
            if name in self.grads:
                changed = self.grads[name].copy()
                changed.flat[flat % changed.size] *= factor
                setattr(self, f"d{name}", changed)
                self.grads = {**self.grads, name: changed}
                return result
            several = isinstance(result, tuple)
            first = np.array(result[0] if several else result)
            first.flat[flat % first.size] *= factor
            return (first, *result[1:]) if several else first

    return Mutant


MUTANTS = [
    (SIGMOID, SIGMOID_SOURCE, "x"),
    (AFFINE, AFFINE_SOURCE, "x"),
    (AFFINE, AFFINE_SOURCE, "W"),
    (AFFINE, AFFINE_SOURCE, "b"),
    (LOSS, LOSS_SOURCE, "x"),
    (PRODUCT, PRODUCT_SOURCE, "a"),
    (NORM, NORM_SOURCE, "x"),
    (NORM, NORM_SOURCE, "g"),
    (GELU, GELU_SOURCE, "x"),
]


@pytest.mark.parametrize(
    ("layer", "source", "name"), MUTANTS, ids=[f"{layer.name}-{n}" for layer, _, n in MUTANTS]
)
@pytest.mark.parametrize("flat", [0, 1, 4])
@pytest.mark.parametrize("factor", [1.0005, 0.9995])
def test_one_entry_off_by_a_twentieth_of_a_percent(
    layer: Layer, source: str, name: str, flat: int, factor: float
) -> None:
    oracle = Oracle()
    recipe = find_recipe(layer, oracle)
    cls = load(layer, source)
    assert check_gradient(layer, cls, recipe, oracle).verdict is Verdict.PASSED
    mutant = _mutant(cls, name, flat, factor)
    result = check_gradient(layer, mutant, recipe, oracle)
    assert result.verdict is Verdict.FAILED
    assert f"gradient of {name}" in result.detail


def test_same_seed_same_report() -> None:
    cls = load(NORM, NORM_SOURCE)
    reports = [check_layer(NORM, cls, NORM_SOURCE, seed=3) for _ in range(2)]
    assert reports[0] == reports[1]


def test_a_class_that_raises_is_a_failed_layer() -> None:
    source = SIGMOID_SOURCE.replace("dx = dy", "dx = undefined + dy")
    report = check_layer(SIGMOID, load(SIGMOID, source), source)
    assert not report.ok
    assert "NameError" in str(report)

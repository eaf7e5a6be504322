"""The first judge's verdict: the emitted forward against the oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symbp.check import subject
from symbp.check.budget import Budget
from symbp.check.data import Data
from symbp.check.hypers import with_other_hypers
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe, drawn
from symbp.check.shapes import shape_cases
from symbp.check.variants import variants
from symbp.notation.layer import Layer

__all__ = ["check_forward"]

TOLERANCE = 1e-10


def check_forward(
    layer: Layer,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    *,
    seed: int = 0,
    budget: Budget | None = None,
) -> CheckResult:
    """Compares every entry of every output in float64 with the oracle.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments.
        oracle: the scalar loops.
        seed: of the random draws.
        budget: of time; what it did not suffice for is said.

    Returns:
        Passed with the figures, or failed with the first entry that is wrong.
    """
    rng = np.random.default_rng(seed + 1)
    budget = budget or Budget()
    entries, worst, cases, rest = 0, 0.0, 0, ""
    without: list[str] = []
    for data in _arguments(layer, recipe, oracle, rng, without):
        expected = oracle.forward(layer, data)
        got = subject.forward(layer, subject.build(layer, cls, data), data)
        for name in layer.outputs:
            fault, error = _compare(name, np.asarray(got[name]), expected[name], data)
            if fault:
                return CheckResult(layer.name, "oracle", Verdict.FAILED, fault)
            entries, worst = entries + expected[name].size, max(worst, error)
        cases += 1
        if budget.spent:
            rest = "; the time was up"
            break
    detail = f"{entries} entries in {cases} cases, largest error {worst:.0e}{rest}"
    if without:
        detail += f"; no arguments in the domain at {', '.join(without)}"
    return CheckResult(layer.name, "oracle", Verdict.PASSED, detail)


def _arguments(
    layer: Layer, recipe: Recipe, oracle: Oracle, rng: np.random.Generator, without: list[str]
) -> Iterator[Data]:
    """Of every shape, and once with other hyper-parameters."""
    for data in drawn(layer, recipe, shape_cases(layer), oracle, rng, without):
        yield from variants(layer, data)
    other = with_other_hypers(layer, recipe, oracle, rng)
    if other is not None:
        yield other


def _compare(name: str, got: np.ndarray, expected: np.ndarray, data: Data) -> tuple[str, float]:
    if got.shape != expected.shape:
        return f"{name} has shape {got.shape}, not {expected.shape}, at {data.label}", 0.0
    # An entry may cancel to almost nothing: errors are measured by the largest entry about.
    scale = max((float(abs(v)) for v in expected.flat), default=0.0)
    worst = 0.0
    for place in np.ndindex(*expected.shape):
        exact = float(expected[place])
        error = abs(float(got[place]) - exact)
        size = max(abs(exact), 1e-3 * scale, 1e-300)
        if not error <= TOLERANCE * size + 1e-15:
            return f"{name}{list(place)} is {got[place]!r}, not {exact!r}, at {data.label}", error
        worst = max(worst, error / size)
    return "", worst

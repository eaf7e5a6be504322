"""The first judge's verdict: the emitted forward against the oracle."""

from __future__ import annotations

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe, draw
from symbp.check.shapes import shape_cases
from symbp.check.variants import variants
from symbp.notation.layer import Layer

__all__ = ["check_forward"]

TOLERANCE = 1e-10


def check_forward(
    layer: Layer, cls: type, recipe: Recipe, oracle: Oracle, *, seed: int = 0
) -> CheckResult:
    """Compares every entry of every output in float64 with the oracle.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments.
        oracle: the scalar loops.
        seed: of the random draws.

    Returns:
        Passed with the figures, or failed with the first entry that is wrong.
    """
    rng = np.random.default_rng(seed + 1)
    entries, worst = 0, 0.0
    cases = 0
    for case in shape_cases(layer):
        for data in variants(layer, draw(layer, recipe, case, oracle, rng)):
            cases += 1
            expected = oracle.forward(layer, data)
            got = subject.forward(layer, subject.build(layer, cls, data), data)
            for name in layer.outputs:
                fault, error = _compare(name, np.asarray(got[name]), expected[name], data)
                if fault:
                    return CheckResult(layer.name, "oracle", Verdict.FAILED, fault)
                entries, worst = entries + expected[name].size, max(worst, error)
    detail = f"{entries} entries in {cases} cases, largest error {worst:.0e}"
    return CheckResult(layer.name, "oracle", Verdict.PASSED, detail)


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

"""The first judge's verdict: the emitted forward against the oracle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbp.check import subject
from symbp.check.budget import Budget
from symbp.check.conditioning import DOUBLE, rounding_errors
from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.check.tolerances import distance
from symbp.check.variants import every_argument_set
from symbp.notation.layer import Layer

__all__ = ["Count", "check_forward", "forward_fault"]

TOLERANCE = 1e-10


@dataclass
class Count:
    """How many entries were compared, in how many sets of arguments."""

    entries: int = 0
    cases: int = 0
    rounded: int = 0
    worst: float = 0.0
    rest: str = ""

    def detail(self) -> str:
        """The figures, for a verdict."""
        detail = f"{self.entries} entries in {self.cases} cases, largest error {self.worst:.0e}"
        if self.rounded:
            detail += f", {self.rounded} that cancel, right up to the rounding of what they are of"
        return detail + self.rest


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
    count = Count()
    skipped: list[str] = []
    for data in every_argument_set(layer, recipe, oracle, rng, skipped):
        fault = forward_fault(layer, cls, data, oracle, count)
        if fault:
            return CheckResult(layer.name, "oracle", Verdict.FAILED, f"{fault}, at {data.label}")
        if budget.spent:
            count.rest = "; the time was up"
            break
    count.rest += "".join(f"; no arguments were found for {label}" for label in skipped)
    if not count.cases:
        return CheckResult(layer.name, "oracle", Verdict.NOT_APPLICABLE, count.rest.strip("; "))
    return CheckResult(layer.name, "oracle", Verdict.PASSED, count.detail())


def forward_fault(
    layer: Layer, cls: type, data: Data, oracle: Oracle, count: Count | None = None
) -> str:
    """Compares every entry of every output.

    Args:
        layer: the layer.
        cls: the emitted class.
        data: its arguments.
        oracle: the scalar loops.
        count: what was compared is added to it.

    Returns:
        "" or the first entry that is wrong.
    """
    count = count or Count()
    expected = oracle.forward(layer, data)
    found = subject.forward(layer, subject.build(layer, cls, data), data)
    slack: dict[str, np.ndarray] = {}
    for name in layer.outputs:
        got, exact = np.asarray(found[name]), expected[name].astype(float)
        if got.shape != exact.shape:
            return f"{name} has shape {got.shape}, not {exact.shape}"
        # An entry may cancel to almost nothing: errors are measured by the largest entry about.
        finite = np.where(np.isfinite(exact), np.abs(exact), 0.0)
        size = np.maximum(finite, 1e-3 * np.max(finite, initial=0.0))
        error = distance(got, exact)
        close = error <= TOLERANCE * size
        if not close.all():
            # So may all of them: what rounding every step of the formula does is no fault.
            slack = slack or rounding_errors(layer, data, {}, DOUBLE)
            wrong = ~close & ~(error <= slack[name])
            if wrong.any():
                place = tuple(int(n) for n in np.argwhere(wrong)[0])
                return f"{name}{list(place)} is {got[place]!r}, not {float(exact[place])!r}"
            count.rounded += int(np.count_nonzero(~close))
        relative = error[close & (size > 0)] / size[close & (size > 0)]
        count.entries += exact.size
        count.worst = max(count.worst, float(np.max(relative, initial=0.0)))
    count.cases += 1
    return ""

"""The second judge: every entry of every gradient against differences of the emitted forward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.budget import SECONDS, Budget, SpentError
from symbp.check.conditioning import DOUBLE, rounding_errors
from symbp.check.contract import contract_faults
from symbp.check.data import Data
from symbp.check.dual_gradients import dual_gradients
from symbp.check.entry import Count, difference_along, entry_fault
from symbp.check.integers import integer_faults
from symbp.check.kinks import kink_faults
from symbp.check.oracle import Oracle
from symbp.check.refusals import refusal_faults
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.check.tolerances import distance
from symbp.check.variants import every_argument_set
from symbp.notation.layer import Layer
from symbp.ops import stop_gradient

__all__ = ["check_gradient", "entry_faults"]

CLOSE = 1e-10
"""The same against dual numbers, which are exact."""
MOST_LOST = 0.2
KINKS = 0.5
"""The kinks have a part of the time for themselves."""


def check_gradient(
    layer: Layer,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    *,
    seed: int = 0,
    budget: Budget | None = None,
) -> CheckResult:
    """Compares the emitted backward with numerical derivatives of the emitted forward.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments.
        oracle: decides what is in the domain.
        seed: of the random draws.
        budget: of time; what it did not suffice for is said.

    Returns:
        Passed with the figures, or failed with the first entry that is wrong; not applicable if
        the time did not suffice for a single set of arguments.
    """
    rng = np.random.default_rng(seed)
    budget = budget or Budget()
    count = Count()
    fault = refusal_faults(layer, cls, recipe, oracle, rng)
    fault = fault or integer_faults(layer, cls, recipe, oracle, rng)
    if fault:
        return _result(layer, Verdict.FAILED, fault)
    shown: list[str] = []
    try:
        fault = _cases(layer, cls, recipe, oracle, rng, count, budget, shown)
    except SpentError:
        shown.append(f"the time was up after {count.cases} cases")
    if not fault:
        fault, kinks = kink_faults(layer, cls, recipe, oracle, rng, Budget(KINKS * SECONDS))
        shown += [kinks] if kinks else []
    if fault:
        return _result(layer, Verdict.FAILED, fault)
    if count.lost > MOST_LOST * max(count.entries, 1):
        lost = f"{count.lost} of {count.entries} entries cannot be judged"
        return _result(layer, Verdict.FAILED, f"{lost}, at kinks or as they are too small")
    if not count.cases:
        return _result(layer, Verdict.NOT_APPLICABLE, "; ".join(shown))
    return _result(layer, Verdict.PASSED, "; ".join([count.detail(), *shown]))


def _cases(
    layer: Layer,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    rng: np.random.Generator,
    count: Count,
    budget: Budget,
    shown: list[str],
) -> str:
    """Judges arguments of every shape, and other hyper-parameters.

    Returns:
        "" or the first fault; what is to be told of the rest is put into `shown`.

    Raises:
        SpentError: the time is up.
    """
    skipped: list[str] = []
    try:
        for data in every_argument_set(layer, recipe, oracle, rng, skipped):
            fault = _case(layer, cls, data, rng, count, budget)
            if fault:
                return fault
    finally:
        shown += [f"no arguments were found for {label}" for label in skipped]
    return ""


def _case(
    layer: Layer,
    cls: type,
    data: Data,
    rng: np.random.Generator,
    count: Count,
    budget: Budget,
) -> str:
    budget.check()
    fault = contract_faults(layer, cls, data, rng)
    fault = fault or entry_faults(layer, cls, data, rng, count, budget)
    count.cases += not fault
    return f"{fault} at {data.label}" if fault else ""


def _result(layer: Layer, verdict: Verdict, detail: str) -> CheckResult:
    return CheckResult(layer.name, "gradient", verdict, detail)


def entry_faults(
    layer: Layer,
    cls: type,
    data: Data,
    rng: np.random.Generator,
    count: Count,
    budget: Budget | None = None,
) -> str:
    """Compares every entry of every gradient with dual numbers and with differences.

    Args:
        layer: the layer.
        cls: the emitted class.
        data: its arguments.
        rng: the source of upstream values.
        count: what was judged is added to it.
        budget: of time.

    Returns:
        "" or the first entry that is wrong.

    Raises:
        SpentError: the time is up.
    """
    budget = budget or Budget(math.inf)
    instance = subject.build(layer, cls, data)
    outputs = subject.forward(layer, instance, data)
    upstreams = subject.random_upstreams(outputs, rng)
    gradients = subject.backward(layer, instance, upstreams)
    exact, slack, fault = _exactly(layer, data, upstreams, gradients)
    if fault:
        return fault
    if _stops(layer):  # differences of forward do not hold fixed what is stopped
        entries = sum(np.size(gradient) for gradient in gradients.values())
        count.entries += entries
        count.lost += 0 if exact else entries
        return ""
    before = count.kinks + count.unsharp
    for name in subject.differentiable(layer):
        gradient, array = np.asarray(gradients[name]), data.arrays[name]
        scale = float(np.max(np.abs(gradient), initial=0.0))
        for place in np.ndindex(*array.shape):
            budget.check()
            difference = difference_along(layer, cls, data, upstreams, name, place)
            analytic = float(gradient[place])
            count.entries += 1
            rounding = float(slack[layer.gradient(name)][place]) if slack else 0.0
            floor = 1e-10 * scale + rounding
            fault = entry_fault(difference, analytic, scale, floor, float(array[place]), count)
            if fault:
                where = f"[{', '.join(map(str, place))}]" if place else ""
                return f"gradient of {name}{where}: {fault}"
    count.lost += 0 if exact else count.kinks + count.unsharp - before
    return ""


def _exactly(
    layer: Layer, data: Data, upstreams: Mapping[str, Any], gradients: Mapping[str, Any]
) -> tuple[bool, dict[str, np.ndarray], str]:
    """Whether dual numbers can tell, what rounding explains, the first entry that is not theirs."""
    oracle = Oracle()
    exact = dual_gradients(layer, oracle, data, upstreams)
    if exact.blurred:
        return False, {}, ""
    slack: dict[str, np.ndarray] = {}
    for name, values in exact.gradients.items():
        got, wanted = np.asarray(gradients[name], np.float64), values.astype(float)
        scale = float(np.max(np.abs(wanted), initial=0.0))
        for place in np.ndindex(*wanted.shape):
            gap = float(distance(got[place], wanted[place]))
            if gap <= CLOSE * max(float(abs(wanted[place])), 1e-3 * scale):
                continue
            # What rounding every step of the formula does is no fault of the code.
            slack = slack or rounding_errors(layer, data, upstreams, DOUBLE)
            if not gap <= slack[layer.gradient(name)][place]:
                where = f"[{', '.join(map(str, place))}]" if place else ""
                shown = f"{got[place]:.10g} given, {wanted[place]:.10g} by dual numbers"
                return True, slack, f"gradient of {name}{where}: {shown}"
    return True, slack, ""


def _stops(layer: Layer) -> bool:
    """Whether something is held fixed in a layer's equations."""
    return any(equation.value.has(stop_gradient) for equation in layer.equations)

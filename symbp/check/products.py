"""The judges of `jvp` and `hvp`: products of derivatives and tangents, against differences.

What `jvp` gives is compared with differences of the oracle's forward, what `hvp` gives with
differences of gradients by dual numbers, with so many digits that a step of 1e-18 is exact to
float64. Where something is held fixed in the equations, or at a tie, forward has no such
differences: there the sum of `jvp` weighted by upstreams must be that of the gradients weighted by
tangents, since both are upstream times Jacobian times tangent.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from types import MappingProxyType
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.budget import SECONDS, Budget, SpentError
from symbp.check.conditioning import DOUBLE, SINGLE
from symbp.check.data import Data
from symbp.check.dual_gradients import dual_gradients
from symbp.check.oracle import Oracle
from symbp.check.product import Arrays, Product
from symbp.check.product_contract import product_faults
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.check.ties import tie_points
from symbp.check.variants import every_argument_set
from symbp.notation.layer import Layer
from symbp.ops import stop_gradient

__all__ = ["check_product"]

DIGITS = 60
STEP = "1e-18"
RELATIVE, FLOOR = 1e-7, 1e-9
"""Allowed errors, relative to an entry and to the largest one."""
ONE_SIDED = 1e-6
NOISE = 1e-35
"""The rounding of the differences themselves."""
ROUNDINGS, EXCUSED = 30, 1e-6
"""Times what one trial in float32 shows of rounding, in units of float64; no more than a part of
what the upstream gradients and the tangents are."""
STOPPED = "what is held fixed has no second derivative by differences: the contract alone"
MOST, TIES = 12, 0.25
"""Points at ties, and the part of the time that they may take."""


def check_product(
    layer: Layer,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    method: str,
    *,
    seed: int = 0,
    budget: Budget | None = None,
) -> CheckResult:
    """Compares an emitted `jvp` or `hvp` with differences, and asks it for its contract.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments.
        oracle: decides what is in the domain.
        method: "jvp" or "hvp".
        seed: of the random draws.
        budget: of time; what it did not suffice for is said.

    Returns:
        Passed with the figures, or failed with the first entry that is wrong; not applicable if
        the class has no such method, or nothing could be judged.
    """
    if not hasattr(cls, method):
        return CheckResult(layer.name, method, Verdict.NOT_APPLICABLE, f"no method {method}")
    rng = np.random.default_rng(seed)
    judge = _Judge(layer, cls, method, rng)
    budget = budget or Budget()
    shown: list[str] = [STOPPED] if method == "hvp" and judge.stops else []
    skipped: list[str] = []
    try:
        for data in every_argument_set(layer, recipe, oracle, rng, skipped):
            budget.check()
            fault = judge.fault(data)
            if fault:
                return CheckResult(layer.name, method, Verdict.FAILED, f"{fault} at {data.label}")
        if method == "jvp":
            points = tie_points(layer, recipe, oracle, rng, Budget(TIES * SECONDS))
            for data, _ in islice(points, MOST):
                fault = judge.tie_fault(data)
                if fault:
                    fault = f"at a tie, {fault} at {data.label}"
                    return CheckResult(layer.name, method, Verdict.FAILED, fault)
    except SpentError:
        shown.append(f"the time was up after {judge.cases} cases")
    shown += [f"no arguments were found for {label}" for label in skipped]
    if not judge.entries:
        return CheckResult(layer.name, method, Verdict.NOT_APPLICABLE, "; ".join(shown))
    return CheckResult(layer.name, method, Verdict.PASSED, "; ".join([judge.detail(), *shown]))


class _Judge:
    """Judges one method at one set of arguments after another."""

    def __init__(self, layer: Layer, cls: type, method: str, rng: np.random.Generator) -> None:
        self._layer, self._method, self._rng = layer, method, rng
        self._product = Product(layer, cls, method)
        self._oracle = Oracle(DIGITS)
        self.stops = any(eq.value.has(stop_gradient) for eq in layer.equations)
        self.entries = self.ties = self.cases = 0
        self.worst = 0.0

    def detail(self) -> str:
        """The figures, for a verdict."""
        detail = f"{self.entries} entries in {self.cases} cases, largest error {self.worst:.0e}"
        return detail + (f", {self.ties} at ties" if self.ties else "")

    def fault(self, data: Data) -> str:
        """The first fault at some arguments; "" if there is none."""
        instance, upstreams, tangents = self._drawn(data)
        found = self._product.called(instance, tangents, upstreams)
        got = {name: np.array(array) for name, array in found.items()}
        fault = product_faults(self._product, data, upstreams, tangents, got)
        fault = fault or self._compare(data, upstreams, tangents, got)
        self.cases += not fault
        return fault

    def tie_fault(self, data: Data) -> str:
        """At a tie `jvp` has the slopes that backward has."""
        instance, upstreams, tangents = self._drawn(data)
        gradients = subject.backward(self._layer, instance, upstreams)
        got = self._product.called(instance, tangents, upstreams)
        self.ties += 1
        return _weighed(upstreams, got, tangents, gradients)

    def _drawn(self, data: Data) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        """An instance after forward, random upstream gradients and random tangents."""
        instance = self._product.ready(data)
        outputs = subject.forward(self._layer, instance, data)
        upstreams = subject.random_upstreams(outputs, self._rng)
        shapes = {name: data.arrays[name].shape for name in self._product.moved}
        return instance, upstreams, {n: self._rng.standard_normal(s) for n, s in shapes.items()}

    def _compare(self, data: Data, upstreams: Arrays, tangents: Arrays, got: Arrays) -> str:
        """Every entry against differences, all together against the gradients."""
        found = dual_gradients(self._layer, self._oracle, data, upstreams)
        if self._method == "jvp":
            fault = _weighed(upstreams, got, tangents, found.gradients)
            if fault:
                moved = self._rounding(data, upstreams, tangents)
                fault = _weighed(upstreams, got, tangents, found.gradients, moved)
            if fault:
                return fault
        if self.stops:  # differences do not hold fixed what is stopped
            weighed = self._method == "jvp"
            self.entries += weighed * sum(np.size(array) for array in got.values())
            return ""
        exact = self._differences(data, upstreams, tangents)
        rounding: dict[str, np.ndarray] = {}
        for name, array in got.items():
            values, gaps = exact[name]
            array = np.asarray(array, np.float64)
            finite = np.isfinite(values)
            scale = float(np.max(np.abs(values[finite]), initial=0.0))
            for place in map(tuple, np.argwhere(finite)):
                if gaps[place] > ONE_SIDED * max(abs(values[place]), scale) + NOISE:
                    self.ties += 1
                    continue
                self.entries += 1
                miss = abs(array[place] - values[place])
                allowed = RELATIVE * abs(values[place]) + FLOOR * scale + NOISE
                if not miss <= allowed:
                    rounding = rounding or self._rounding(data, upstreams, tangents)
                    natural = max(scale, _largest(upstreams) * _largest(tangents))
                    allowed = max(allowed, min(rounding[name][place], EXCUSED * natural))
                if not miss <= allowed:
                    where = f"{name}{[int(n) for n in place]}" if place else name
                    shown = f"{array[place]:.10g} given, {values[place]:.10g} by differences"
                    return f"{self._method} of {where}: {shown}"
                size = abs(values[place])
                self.worst = max(self.worst, miss / size if size > 1e-3 * scale else 0.0)
        return ""

    def _rounding(self, data: Data, upstreams: Arrays, tangents: Arrays) -> dict[str, np.ndarray]:
        """What rounding may do: what it does in float32, in units of float64."""
        narrow = data.cast(np.float32)
        found = []
        for dtype in (np.float32, np.float64):
            moved = {n: a.astype(np.float32).astype(dtype) for n, a in tangents.items()}
            weights = {n: a.astype(np.float32).astype(dtype) for n, a in upstreams.items()}
            found.append(
                self._product.called(self._product.ready(narrow.cast(dtype)), moved, weights)
            )
        single, double = found
        unit = ROUNDINGS * DOUBLE / SINGLE
        gaps = {n: np.abs(single[n].astype(np.float64) - double[n]) for n in single}
        return {
            n: np.full(gap.shape, unit * np.max(gap[np.isfinite(gap)], initial=0.0))
            for n, gap in gaps.items()
        }

    def _differences(
        self, data: Data, upstreams: Arrays, tangents: Arrays
    ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """By name central differences, and the gap between those of both sides."""
        oracle, step = self._oracle, self._oracle.context.mpf(STEP)

        def at(distance: Any) -> dict[str, np.ndarray]:
            moved = data
            for name, tangent in tangents.items():
                array = oracle.array(data.arrays[name]) + distance * oracle.array(tangent)
                moved = moved.with_array(name, np.asarray(array, object))
            if self._method == "jvp":
                return oracle.forward(self._layer, moved)
            return dual_gradients(self._layer, oracle, moved, upstreams).gradients

        high, middle, low = at(step), at(0 * step), at(-step)
        found = {}
        for name in self._product.names:
            right = np.asarray((high[name] - middle[name]) / step).astype(float)
            left = np.asarray((middle[name] - low[name]) / step).astype(float)
            found[name] = ((right + left) / 2, np.abs(right - left))
        return found


def _weighed(
    upstreams: Arrays,
    outputs: Arrays,
    tangents: Arrays,
    gradients: Arrays,
    rounding: Arrays = MappingProxyType({}),
) -> str:
    """Whether upstreams times outputs' tangents is gradients times tangents; "" if so."""

    def product(some: Arrays, others: Arrays, size: Callable[[Any], Any] = np.positive) -> float:
        return sum(float(np.sum(size(some[n] * np.asarray(others[n])))) for n in some)

    found, wanted = product(upstreams, outputs), product(tangents, gradients)
    room = product(tangents, gradients, np.abs) + product(upstreams, outputs, np.abs)
    allowed = RELATIVE * room + product(rounding, upstreams, np.abs) + NOISE
    if not np.isfinite(room) or abs(found - wanted) <= allowed:
        return ""
    return f"jvp: upstream times tangents is {found:.10g}, not {wanted:.10g}"


def _largest(arrays: Arrays) -> float:
    return max(
        (float(np.max(np.abs(array), initial=0.0)) for array in arrays.values()), default=0.0
    )

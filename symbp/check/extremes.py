"""The fourth judge: values and gradients over the whole range of float32 and float64.

Arguments at 0, near the smallest and the largest floats, tied, saturated and infinite are fed to
the emitted class, with every NumPy warning but underflow turned into an error, and compared with
exact values and gradients (`symbp.check.exact`) by the laws of `symbp.check.laws`, and with the
limits of `symbp.check.limits` where entries are infinite. What is forgiven, unknown or beyond the
range is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat, zip_longest
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.budget import Budget, SpentError
from symbp.check.data import Data
from symbp.check.exact import Exact, exact_numbers, names_of
from symbp.check.extreme_points import batches, infinite_batches, is_elementwise
from symbp.check.laws import FORGIVEN, Laws
from symbp.check.limits import limits
from symbp.check.oracle import Oracle
from symbp.check.plain import plain_misses
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.check.tolerances import base_tolerance
from symbp.check.trial import Numbers, Trial, is_ordinary, shown, tried
from symbp.notation.layer import Layer

__all__ = ["check_extremes"]

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
ROOM = 1 - 2**-10
"""Of the largest float: what may round beyond it is not asked for."""
ROOM_OF_MANY = 2**-14
"""The same where entries are added up and multiplied in an order that is nobody's promise."""
BLAS = "in matmul"
"""At infinite entries matrix products raise flags of their own, of entries that they pad with."""


@dataclass
class _Count:
    compared: int = 0
    forgiven: int = 0
    unknown: int = 0
    beyond: int = 0
    infinite: int = 0

    def detail(self) -> str:
        parts = [f"{self.compared} entries right and silent over the whole range"]
        if self.infinite:
            parts.append(f"{self.infinite} limits")
        if self.forgiven:
            parts.append(f"{self.forgiven} as far off as the formula as written")
        if self.beyond:
            parts.append(f"{self.beyond} without a value in the type")
        if self.unknown:
            parts.append(f"{self.unknown} that would need too many digits")
        return ", ".join(parts)


def check_extremes(
    layer: Layer, cls: type, recipe: Recipe, *, seed: int = 0, budget: Budget | None = None
) -> CheckResult:
    """Feeds extreme entries to the emitted class.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw constants that the layer assumes something of.
        seed: of the random draws.
        budget: of time; what it did not suffice for is said.

    Returns:
        Passed with the figures, failed with the first offence, or not applicable if no extreme
        arguments are in the layer's domain.
    """
    budget = budget or Budget()
    count, cut, done = _Count(), "", 0
    try:
        for dtype, judged, data in _taken_in_turn(layer, cls, recipe, seed, count, budget):
            budget.check()
            if fault := judged(data):
                detail = f"{dtype}, {fault}"
                return CheckResult(layer.name, "extremes", Verdict.FAILED, detail)
            done += 1
    except SpentError:
        cut = f"; the time was up after {done} sets of arguments"
    if not count.compared:
        detail = f"no extreme arguments are in the domain{cut}"
        return CheckResult(layer.name, "extremes", Verdict.NOT_APPLICABLE, detail)
    return CheckResult(layer.name, "extremes", Verdict.PASSED, count.detail() + cut)


def _taken_in_turn(
    layer: Layer, cls: type, recipe: Recipe, seed: int, count: _Count, budget: Budget
) -> Iterator[tuple[Any, Callable[[Data], str], Data]]:
    """Finite and infinite arguments of both types by turns, so that some of each are judged."""
    oracle = Oracle()
    kinds: list[Iterator[tuple[Any, Callable[[Data], str], Data]]] = []
    for points in (batches, infinite_batches):
        for dtype in DTYPES:
            rng = np.random.default_rng(seed + 3)
            judge = _Judge(layer, cls, dtype, rng, count, budget)
            judged = judge.finite if points is batches else judge.infinite
            made = points(layer, oracle, recipe, dtype, rng)
            kinds.append(zip(repeat(dtype), repeat(judged), made))
    for row in zip_longest(*kinds):
        yield from (item for item in row if item is not None)


class _Judge:
    """One class in one float type."""

    def __init__(
        self,
        layer: Layer,
        cls: type,
        dtype: np.dtype[Any],
        rng: np.random.Generator,
        count: _Count,
        budget: Budget,
    ) -> None:
        self.layer, self.cls, self.dtype = layer, cls, dtype
        self.rng, self.count, self.budget = rng, count, budget
        self.laws = Laws(layer, dtype)
        self.elementwise = is_elementwise(layer)
        self.gradients = subject.differentiable(layer)
        self.shapes = Oracle()

    def finite(self, data: Data) -> str:
        """Compares where the exact value is a number of the type."""
        upstreams = self._upstreams(data)
        exact = exact_numbers(
            self.layer, data, upstreams, self.dtype,
            elementwise=self.elementwise, budget=self.budget,
        )  # fmt: skip
        asked = {name: self._asked(exact, name) for name in names_of(self.layer)}
        compare = self._entries if self.elementwise else self._whole
        for names in (self.layer.outputs, self.gradients):
            if names and (fault := compare(names, data, upstreams, exact.numbers, asked)):
                return fault
        return ""

    def infinite(self, data: Data) -> str:
        """Compares with the limits where there are any."""
        upstreams = self._upstreams(data)
        expected = limits(self.layer, data, upstreams, self.dtype)
        asked = {name: ~np.isnan(array) for name, array in expected.items()}
        for names in (self.layer.outputs, self.gradients):
            if not any(asked[name].any() for name in names):
                continue
            got, warning = self._tried(data, upstreams, names)
            trial = Trial(names, data, upstreams, expected, asked, got, warning)
            if fault := self._at_infinity(trial):
                return fault
        return ""

    def _at_infinity(self, trial: Trial) -> str:
        needed = (*self.layer.outputs, *trial.names)
        silent = all(np.isfinite(trial.exact[name]).all() for name in needed)
        if silent and trial.warning and BLAS not in trial.warning:
            return f"{trial.warning} for {shown(trial.data)}"
        plain = plain_misses(
            self.layer, trial.data, trial.upstreams, self.dtype, trial.exact,
            elementwise=self.elementwise,
        )  # fmt: skip
        for name in trial.names:
            own, value = plain.misses[name], trial.exact[name]
            room = base_tolerance(value, self.dtype) + np.where(np.isfinite(own), FORGIVEN * own, 0)
            right = (trial.miss(name) <= room) & np.isfinite(value) | (trial.got[name] == value)
            self.count.infinite += int(np.count_nonzero(trial.asked[name]))
            for place in map(tuple, np.argwhere(trial.asked[name] & ~right)):
                return self.laws.told(trial, name, place)
        return ""

    def _upstreams(self, data: Data) -> dict[str, np.ndarray]:
        """Weights of the outputs, exact in every float type."""
        found = self.shapes.forward(self.layer, data)
        outputs = {name: found[name] for name in self.layer.outputs}
        drawn = subject.random_upstreams(outputs, self.rng, np.float32)
        return {name: np.asarray(array, np.float64) for name, array in drawn.items()}

    def _asked(self, exact: Exact, name: str) -> np.ndarray:
        info = np.finfo(self.dtype)
        known = exact.known(name, float(info.tiny))
        with np.errstate(invalid="ignore"):
            room = ROOM if self.elementwise else ROOM_OF_MANY
            inside = np.abs(exact.numbers[name]) <= room * float(info.max)
        self.count.unknown += int(np.count_nonzero(~known))
        self.count.beyond += int(np.count_nonzero(known & ~inside))
        return np.asarray(known & inside)

    def _whole(
        self,
        names: tuple[str, ...],
        data: Data,
        upstreams: Numbers,
        numbers: Numbers,
        asked: Numbers,
    ) -> str:
        """One set of arguments, in the domain; gradients if all outputs have values."""
        outputs = self.layer.outputs
        if any(np.isnan(numbers[name]).any() for name in outputs):
            return ""
        if names != outputs and not all(asked[name].all() for name in outputs):
            return ""
        if not any(asked[name].any() for name in names):
            return ""
        silent = all(asked[name].all() for name in (*outputs, *names))
        got, warning = self._tried(data, upstreams, names)
        warning = warning if silent else ""
        return self._broken(Trial(names, data, upstreams, numbers, asked, got, warning))

    def _entries(
        self,
        names: tuple[str, ...],
        data: Data,
        upstreams: Numbers,
        numbers: Numbers,
        asked: Numbers,
    ) -> str:
        """All entries at once; those that are amiss again, and those that warn by themselves."""
        needed = (*self.layer.outputs, *names)
        chosen = np.flatnonzero(np.logical_and.reduce([asked[name] for name in needed]))
        if not chosen.size:
            return ""

        def trial(places: Any) -> Trial:
            some = Data(_picked(data.arrays, places), data.hyper, data.label)
            weights = _picked(upstreams, places)
            got, warning = self._tried(some, weights, names)
            exact, wanted = _picked(numbers, places), _picked(asked, places)
            return Trial(names, some, weights, exact, wanted, got, warning)

        whole = trial(chosen)
        missed = np.logical_or.reduce([self.laws.missed(whole, name) for name in names])
        if not whole.warning and not missed.any():
            self.count.compared += len(chosen) * len(names)
            return ""
        for some in self._by_size(data, chosen[missed]):
            self.budget.check()
            if fault := self._broken(replace(trial(some), warning="")):
                return fault
        for place in chosen if whole.warning else ():
            self.budget.check()
            alone = trial([place])
            if alone.warning and (fault := self._broken(alone)):
                return fault
        self.count.compared += int(np.count_nonzero(~missed)) * len(names)
        return ""

    def _by_size(self, data: Data, places: np.ndarray) -> Iterator[np.ndarray]:
        """Those of ordinary size, and the others: not the same is asked of them."""
        ordinary = np.array([is_ordinary(Data(_picked(data.arrays, [n]))) for n in places], bool)
        yield from (some for some in (places[ordinary], places[~ordinary]) if some.size)

    def _broken(self, trial: Trial) -> str:
        forgiven = self.laws.forgiven
        fault = self.laws.broken(trial)
        self.count.forgiven += self.laws.forgiven - forgiven
        self.count.compared += sum(int(np.count_nonzero(trial.asked[n])) for n in trial.names)
        return fault

    def _tried(
        self, data: Data, upstreams: Numbers, names: tuple[str, ...]
    ) -> tuple[dict[str, np.ndarray], str]:
        backward = names != self.layer.outputs
        return tried(self.layer, self.cls, data, upstreams, self.dtype, backward=backward)


def _picked(arrays: Numbers, places: Any) -> dict[str, np.ndarray]:
    return {name: array[places] for name, array in arrays.items()}

"""The fourth judge: values and gradients over the whole range of float32 and float64.

Arguments at 0, near the smallest and the largest floats, tied, saturated and infinite are fed to
the emitted class, with every NumPy warning but underflow turned into an error, and compared with
exact values and gradients. Three laws are asked, wherever the exact value is a number of the type:

- right: within what a rounding of the arguments, or of the outputs, explains;
- never worse than the formula as written: an error beyond that is forgiven only where the formula
  and its plain derivative, evaluated in the same type, are as far off (they cancel, or leave the
  range, in a way that no rewrite mends; exponentials that overflow are no such way);
- up to 1e4 nothing may overflow or warn, and no output of an elementwise layer may be lost: it
  may not be 0 where it is not, unless it is so small because the arguments are, as x - tanh(x)
  near 0.

What is forgiven, unknown or beyond the range is counted. At infinite arguments the limit is asked
(see `symbp.check.limits`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.budget import Budget, SpentError
from symbp.check.data import Data
from symbp.check.exact import Exact, clean_numbers, exact_numbers, names_of
from symbp.check.extreme_points import batches, infinite_batches, is_elementwise
from symbp.check.limits import limits
from symbp.check.oracle import Oracle
from symbp.check.plain import plain_misses
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.check.tolerances import Allowance, allowances, base_tolerance
from symbp.notation.layer import Layer

__all__ = ["check_extremes"]

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
ORDINARY = 1e4
SMALL = 1e-2
FORGIVEN = 8
"""How many times the error of the formula as written may be reached by another way of rounding."""
SHOWN = 24
DIVIDES = "divide by zero"
BLAS = "in matmul"
"""At infinite entries matrix products raise flags of their own, of entries that they pad with."""
ROOM = 1 - 2**-10
"""Of the largest float: what may round beyond it is not asked for."""

Numbers = Mapping[str, np.ndarray]


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
    oracle, count, cut = Oracle(), _Count(), ""
    done = 0
    try:
        for kind in (batches, infinite_batches):
            for dtype in DTYPES:
                rng = np.random.default_rng(seed + 3)
                judge = _Judge(layer, cls, dtype, rng, count, budget)
                for data in kind(layer, oracle, recipe, dtype, rng):
                    budget.check()
                    fault = judge.infinite(data) if kind is infinite_batches else judge.finite(data)
                    if fault:
                        return CheckResult(
                            layer.name, "extremes", Verdict.FAILED, f"{dtype}, {fault}"
                        )
                    done += 1
    except SpentError:
        cut = f"; the time was up after {done} sets of arguments"
    if not count.compared:
        detail = f"no extreme arguments are in the domain{cut}"
        return CheckResult(layer.name, "extremes", Verdict.NOT_APPLICABLE, detail)
    return CheckResult(layer.name, "extremes", Verdict.PASSED, count.detail() + cut)


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
        self.elementwise = is_elementwise(layer)
        self.gradients = subject.differentiable(layer)
        self.shapes = Oracle()

    def finite(self, data: Data) -> str:
        """Compares where the exact value is a number of the type."""
        upstreams = self.upstreams(data)
        exact = exact_numbers(
            self.layer, data, upstreams, self.dtype,
            elementwise=self.elementwise, budget=self.budget,
        )  # fmt: skip
        asked = {name: self._asked(exact, name) for name in names_of(self.layer)}
        for names in (self.layer.outputs, self.gradients):
            fault = self._asked_of(names, data, upstreams, exact.numbers, asked)
            if fault:
                return fault
        return ""

    def infinite(self, data: Data) -> str:
        """Compares with the limits where there are any."""
        upstreams = self.upstreams(data)
        expected = limits(self.layer, data, upstreams, self.dtype)
        for names in (self.layer.outputs, self.gradients):
            if not names or not any(np.any(~np.isnan(expected[n])) for n in names):
                continue
            got, warning = self._run(data, upstreams, names)
            silent = all(np.isfinite(expected[n]).all() for n in (*self.layer.outputs, *names))
            if silent and warning and BLAS not in warning:
                return f"{warning} for {_shown(data)}"
            plain = plain_misses(
                self.layer, data, upstreams, self.dtype, expected, elementwise=self.elementwise
            ).misses
            for name in names:
                value = expected[name]
                room = np.where(np.isfinite(plain[name]), FORGIVEN * plain[name], 0)
                with np.errstate(all="ignore"):
                    right = np.abs(got[name] - value) <= base_tolerance(value, self.dtype) + room
                right |= np.isnan(value) | (got[name] == value)
                self.count.infinite += int(np.count_nonzero(~np.isnan(value)))
                if not right.all():
                    place = tuple(np.argwhere(~right)[0])
                    return self._told(name, place, got[name], value, data)
        return ""

    def upstreams(self, data: Data) -> dict[str, np.ndarray]:
        """Weights of the outputs, exact in every float type."""
        found = self.shapes.forward(self.layer, data)
        outputs = {name: found[name] for name in self.layer.outputs}
        return {
            name: np.asarray(array, np.float64)
            for name, array in subject.random_upstreams(outputs, self.rng, np.float32).items()
        }

    def _asked(self, exact: Exact, name: str) -> np.ndarray:
        info = np.finfo(self.dtype)
        known = exact.known(name, float(info.tiny))
        with np.errstate(invalid="ignore"):
            inside = np.abs(exact.numbers[name]) <= ROOM * float(info.max)
        self.count.unknown += int(np.count_nonzero(~known))
        self.count.beyond += int(np.count_nonzero(known & ~inside))
        return np.asarray(known & inside)

    def _asked_of(
        self,
        names: tuple[str, ...],
        data: Data,
        upstreams: Numbers,
        numbers: Numbers,
        asked: Numbers,
    ) -> str:
        """Compares the outputs, or the gradients where the outputs have values too."""
        needed = dict.fromkeys((*self.layer.outputs, *names))
        if self.elementwise:
            chosen = np.flatnonzero(np.logical_and.reduce([asked[name] for name in needed]))
            if not names or not chosen.size:
                return ""
            return self._entries(names, chosen, data, upstreams, numbers)
        if any(np.isnan(numbers[name]).any() for name in self.layer.outputs):
            return ""
        if not names or not any(asked[name].any() for name in names):
            return ""
        if names is self.gradients and not all(asked[n].all() for n in self.layer.outputs):
            return ""
        silent = all(asked[name].all() for name in needed)
        got, warning = self._run(data, upstreams, names)
        point = _Point(data, upstreams, numbers, asked, got, warning if silent else "")
        return self._verdict(names, point)

    def _entries(
        self,
        names: tuple[str, ...],
        chosen: np.ndarray,
        data: Data,
        upstreams: Numbers,
        numbers: Numbers,
    ) -> str:
        """All entries at once; if something is amiss, each of them by itself."""

        def point(places: Any) -> _Point:
            some = Data(_picked(data.arrays, places), data.hyper, data.label)
            weights, exact = _picked(upstreams, places), _picked(numbers, places)
            got, warning = self._run(some, weights, names)
            asked = {name: np.ones(array.shape, bool) for name, array in exact.items()}
            return _Point(some, weights, exact, asked, got, warning)

        whole = point(chosen)
        if not whole.warning and not any(self._missed(whole, name).any() for name in names):
            self.count.compared += len(chosen) * len(names)
            return ""
        for place in chosen:
            self.budget.check()
            fault = self._verdict(names, point([place]))
            if fault:
                return fault
        return ""

    def _missed(self, point: _Point, name: str) -> np.ndarray:
        allowed = base_tolerance(point.exact[name], self.dtype)
        return np.asarray(point.asked[name] & ~(point.miss(name) <= allowed))

    def _verdict(self, names: tuple[str, ...], point: _Point) -> str:
        """The first law that is broken at one set of arguments; "" if none is."""
        missed = {name: self._missed(point, name) for name in names}
        self.count.compared += sum(int(np.count_nonzero(point.asked[name])) for name in names)
        if not point.warning and not any(mask.any() for mask in missed.values()):
            return ""
        allowed = allowances(self.layer, point.data, point.upstreams, self.dtype, point.exact)
        ordinary = _is_ordinary(point.data)
        if not ordinary and not self.elementwise and _leaves_the_range(allowed):
            # One entry that overflows is a number to no other in a matrix product.
            self.count.forgiven += sum(int(np.count_nonzero(m)) for m in missed.values())
            return ""
        for name in names:
            miss, conditioned = point.miss(name), self._conditioned(point, allowed, name)
            for place in map(tuple, np.argwhere(missed[name] & ~(miss <= conditioned))):
                plain, size = allowed.plain[name][place], abs(point.exact[name][place])
                within = miss[place] <= FORGIVEN * plain or (not ordinary and plain > size / 2)
                if ordinary and not np.isfinite(point.got[name][place]):
                    within = False
                if not within or (ordinary and self._is_lost(name, place, point)):
                    return self._told(name, place, point.got[name], point.exact[name], point.data)
                self.count.forgiven += 1
        if not point.warning or self._is_own(point):
            return ""
        if not ordinary and not self.elementwise and allowed.overflows:
            return ""
        if ordinary or not self._formula_fails(names, point, allowed):
            return f"{point.warning} for {_shown(point.data)}"
        return ""

    def _is_own(self, point: _Point) -> bool:
        """Whether the equations name a value that is infinite: who writes log(0) is told so."""
        if DIVIDES not in point.warning:
            return False
        found = self.shapes.forward(self.layer, point.data)
        return any(abs(value) == np.inf for array in found.values() for value in array.flat)

    def _conditioned(self, point: _Point, allowed: Allowance, name: str) -> np.ndarray:
        return base_tolerance(point.exact[name], self.dtype) + allowed.conditioned[name]

    def _formula_fails(self, names: tuple[str, ...], point: _Point, allowed: Allowance) -> bool:
        """Whether the formula as written is wrong too, or no digit of its value is known."""
        for name in dict.fromkeys((*self.layer.outputs, *names)):
            conditioned = self._conditioned(point, allowed, name)
            wrong = allowed.plain[name] > FORGIVEN * conditioned
            blurred = allowed.conditioned[name] > np.abs(point.exact[name]) / 2
            if np.any(point.asked[name] & (wrong | blurred)):
                return True
        return False

    def _is_lost(self, name: str, place: tuple[int, ...], point: _Point) -> bool:
        """Whether an output is 0 that is not, and not because arguments are near 0."""
        if not self.elementwise or name not in self.layer.outputs or point.got[name][place] != 0:
            return False
        if all(np.all((a == 0) | (np.abs(a) >= SMALL)) for a in point.data.arrays.values()):
            return True
        snapped = {n: np.where(np.abs(a) < SMALL, 0.0, a) for n, a in point.data.arrays.items()}
        data = Data(snapped, point.data.hyper, point.data.label)
        at_zero = clean_numbers(self.layer, data, point.upstreams, self.dtype)[name][place]
        return bool(at_zero == at_zero and at_zero != 0)

    def _run(
        self, data: Data, upstreams: Numbers, names: tuple[str, ...]
    ) -> tuple[dict[str, np.ndarray], str]:
        """What the class gives, and the first warning."""
        arguments = data.cast(self.dtype)
        weights = {name: np.asarray(u).astype(self.dtype) for name, u in upstreams.items()}
        try:
            with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
                warnings.simplefilter("error")
                return self._called(arguments, weights, names), ""
        except (FloatingPointError, Warning) as error:
            warning = f"{'backward' if names is self.gradients else 'forward'}: {error}"
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return self._called(arguments, weights, names), warning

    def _called(
        self, data: Data, upstreams: Numbers, names: tuple[str, ...]
    ) -> dict[str, np.ndarray]:
        layer = self.layer
        instance = subject.build(layer, self.cls, data)
        arguments = [data.arrays[name] for name in (*layer.inputs, *layer.constants)]
        found = subject.outputs(layer, instance.forward(*arguments))
        if names is self.gradients:
            found = subject.gradients(layer, instance, instance.backward(*upstreams.values()))
        return {name: np.asarray(found[name], np.float64) for name in names}

    def _told(
        self, name: str, place: tuple[int, ...], got: np.ndarray, exact: np.ndarray, data: Data
    ) -> str:
        where = f"{name}{[int(n) for n in place]}" if place and not self.elementwise else name
        what = f"gradient of {where}" if name in self.gradients else where
        return f"{what} is {got[place]:.6g}, not {exact[place]:.6g}, for {_shown(data)}"


@dataclass(frozen=True)
class _Point:
    """One set of arguments, what is known of it, and what the class made of it."""

    data: Data
    upstreams: Numbers
    exact: Numbers
    asked: Numbers
    got: Numbers
    warning: str

    def miss(self, name: str) -> np.ndarray:
        """The error of each entry; infinite where what was given is no number."""
        with np.errstate(all="ignore"):
            miss = np.abs(self.got[name] - self.exact[name])
        return np.where(np.isnan(miss), np.inf, miss)


def _is_ordinary(data: Data) -> bool:
    return all(
        bool(np.all(~(np.abs(a) > ORDINARY))) for a in data.arrays.values() if a.dtype.kind == "f"
    )


def _leaves_the_range(allowed: Allowance) -> bool:
    """Whether the formula as written has an infinite value, or none."""
    return any(bool(np.isinf(plain).any()) for plain in allowed.plain.values())


def _picked(arrays: Numbers, places: Any) -> dict[str, np.ndarray]:
    return {name: array[places] for name, array in arrays.items()}


def _shown(data: Data) -> str:
    shown = (
        f"{n}={np.array2string(np.asarray(a), precision=6, threshold=SHOWN, separator=', ')}"
        for n, a in data.arrays.items()
    )
    return " ".join(", ".join(shown).split())

"""The contract that values and gradients stay finite, and warn of nothing, wherever they can be.

Entries from 1e-30 to 1e4 are fed in float32 and float64 with every NumPy warning but underflow
turned into an error, and compared with the oracle: its values, and its high-precision differences
as gradients. Where the exact result is not representable, nothing is asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.exact import Exact, exact_gradients, exact_values
from symbp.check.extreme_points import batches, is_elementwise
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe
from symbp.notation.layer import Layer

__all__ = ["check_extremes"]

DIGITS = 120
# 1 - 1/(1 + exp(-1e4)) needs 4343 digits to differ from 0, and differences need more.
DEEP = 4500
MOST_DEEP = 2
RELATIVE = {np.dtype(np.float32): 1e-3, np.dtype(np.float64): 1e-6}
# Of the effect of float32 rounding, what float64 code may show. Assumptions hold to float32
# accuracy only, in both, since the same arguments are given to both.
SHARE = 1e-6
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


@dataclass
class _Count:
    points: int = 0
    kinks: int = 0
    skipped: int = 0
    deep: int = 0


def check_extremes(layer: Layer, cls: type, recipe: Recipe, *, seed: int = 0) -> CheckResult:
    """Feeds extreme entries to the emitted class.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw constants that the layer assumes something of.
        seed: of the random draws.

    Returns:
        Passed with the figures, failed with the first offence, or not applicable if no extreme
        arguments are in the layer's domain.
    """
    rng = np.random.default_rng(seed + 3)
    oracle = Oracle(DIGITS)
    count = _Count()
    for data in batches(layer, oracle, recipe, rng):
        exact, gradients, upstreams = _exact(layer, oracle, data, rng, count)
        for dtype in DTYPES:
            fault = _judge(layer, cls, data, upstreams, exact, gradients, dtype, count)
            if fault:
                detail = f"{dtype}, {fault}"
                return CheckResult(layer.name, "extremes", Verdict.FAILED, detail)
    if not count.points:
        detail = "no extreme arguments are in the domain"
        return CheckResult(layer.name, "extremes", Verdict.NOT_APPLICABLE, detail)
    detail = f"{count.points} entries finite and without warnings up to 1e4"
    detail += f", {count.kinks} kinks" if count.kinks else ""
    detail += f", {count.skipped} beyond the range skipped" if count.skipped else ""
    return CheckResult(layer.name, "extremes", Verdict.PASSED, detail)


def _exact(
    layer: Layer, oracle: Oracle, data: Data, rng: np.random.Generator, count: _Count
) -> tuple[Exact, Exact, dict[str, np.ndarray]]:
    """Values and gradients, with more digits where those of the oracle do not suffice."""
    oracle.absorbed = False
    exact = exact_values(layer, oracle, data, rng)
    upstreams = subject.random_upstreams(exact.values, rng, np.float32)
    gradients = exact_gradients(layer, oracle, data, upstreams, rng)
    arrays = (*exact.values.values(), *gradients.values.values())
    lost = any(not oracle.context.isfinite(v) for array in arrays for v in array.flat)
    # So many digits are slow: a few sets of arguments are enough.
    if lost and oracle.absorbed and count.deep < MOST_DEEP:
        count.deep += 1
        deep = Oracle(DEEP)
        exact = exact_values(layer, deep, data, None)
        gradients = exact_gradients(layer, deep, data, upstreams, None)
    return exact, gradients, upstreams


def _judge(
    layer: Layer,
    cls: type,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    exact: Exact,
    gradients: Exact,
    dtype: np.dtype[Any],
    count: _Count,
) -> str:
    """Runs forward where it has a value, then both passes where they have one."""
    if is_elementwise(layer):
        inside = _representable(exact.values, dtype)
        smooth = inside & _representable(gradients.values, dtype)
        count.skipped += int(np.count_nonzero(~smooth))
        runs = [(inside, False), (smooth, True)]
    else:
        inside = np.asarray(all(_finite(a, dtype).all() for a in exact.values.values()))
        smooth = inside & all(_finite(a, dtype).all() for a in gradients.values.values())
        count.skipped += not smooth
        runs = [(inside, False), (smooth, True)]
    for mask, both in runs:
        if not mask.any():
            continue

        def attempt(chosen: Any, both: bool = both) -> str:
            return _run(
                layer,
                cls,
                _picked(data, chosen).cast(dtype),
                {n: np.asarray(a[chosen]).astype(dtype) for n, a in upstreams.items()},
                exact.picked(chosen),
                gradients.picked(chosen),
                both,
                count,
            )

        fault = attempt(mask if mask.ndim else ...)
        if fault:
            return _first_alone(attempt, mask, data) or f"{fault} for {_shown(data)}"
    return ""


def _first_alone(attempt: Callable[[Any], str], mask: np.ndarray, data: Data) -> str:
    """The fault of the first entry that is at fault by itself."""
    for place in np.flatnonzero(mask) if mask.ndim else ():
        fault = attempt([place])
        if fault:
            return f"{fault} for {_shown(_picked(data, [place]))}"
    return ""


def _run(
    layer: Layer,
    cls: type,
    data: Data,
    upstreams: Mapping[str, np.ndarray],
    exact: Exact,
    gradients: Exact,
    both: bool,
    count: _Count,
) -> str:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        step = "forward"
        try:
            instance = subject.build(layer, cls, data)
            arguments = [data.arrays[name] for name in layer.arguments]
            got = subject.outputs(layer, instance.forward(*arguments))
            step = "backward"
            if both:
                result = instance.backward(*upstreams.values())
                got = subject.gradients(layer, instance, result)
        except (FloatingPointError, Warning) as error:
            return f"{step}: {error}"
    expected = gradients if both else exact
    for name, value in expected.values.items():
        loose = 1.0 if layer.assumptions else SHARE
        fault = _compare(np.asarray(got[name]), value, expected, name, loose, count)
        if fault:
            return f"gradient of {fault}" if both else fault
    return ""


def _compare(
    got: np.ndarray, values: np.ndarray, exact: Exact, name: str, loose: float, count: _Count
) -> str:
    kinks, slack, scale = exact.kinks[name], exact.slack[name], exact.scale[name]
    relative = RELATIVE[got.dtype]
    epsilon = float(np.finfo(got.dtype).eps)
    for place in np.ndindex(*values.shape):
        count.points += 1
        where = f"{name}{list(place)}" if place else name
        if not np.isfinite(got[place]):
            return f"{where} is {got[place]}"
        if kinks[place]:
            count.kinks += 1
            continue
        value = float(values[place])
        # What rounding the arguments alone would do is no fault of the code.
        allowed = relative * abs(value) + 16 * epsilon * scale[place]
        allowed += 8 * slack[place] * (1.0 if got.dtype == np.float32 else loose)
        if not abs(float(got[place]) - value) <= allowed:
            return f"{where} is {float(got[place]):.6g}, not {value:.6g}"
    return ""


def _representable(values: Mapping[str, np.ndarray], dtype: np.dtype[Any]) -> np.ndarray:
    return np.asarray(np.logical_and.reduce([_finite(a, dtype) for a in values.values()]))


def _finite(array: np.ndarray, dtype: np.dtype[Any]) -> np.ndarray:
    largest = float(np.finfo(dtype).max) / 4
    result = np.empty(array.shape, bool)
    for place in np.ndindex(*array.shape):
        value = array[place]
        result[place] = bool(value == value and abs(value) < largest)
    return result


def _picked(data: Data, chosen: Any) -> Data:
    return Data({n: np.asarray(a[chosen]) for n, a in data.arrays.items()}, data.hyper, data.label)


def _shown(data: Data) -> str:
    shown: Iterator[str] = (
        f"{n}={np.array2string(np.asarray(a).ravel()[:8], precision=3)}"
        for n, a in data.arrays.items()
    )
    return ", ".join(shown).replace("\n", "")

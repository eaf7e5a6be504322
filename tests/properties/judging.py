"""The verdict on one random layer: emitted, run at a few arguments, compared with the reference."""

from __future__ import annotations

import re
import signal
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from symbp import pipeline
from symbp.errors import LoweringError, NotationError
from symbp.notation import Layer, layer

from . import rounding
from .reference import (
    Arguments,
    Gradients,
    compares_nan,
    divisors,
    gradients,
    has_values,
    jumps,
    outputs,
    overflows,
)
from .terms import DOTS, Access, Made, walk

__all__ = ["FAULTS", "Finding", "examine"]

# From the worst to the least; the rest of the verdicts are no faults.
FAULTS = ("wrong", "nan", "raises", "shape", "dtype", "crash", "slow", "warns", "contract")
LIMIT = 20
WIDE, NARROW = 2.0**-50, 2.0**-21
HUGE = 1e30
SEEDS = (1, 2, 3, 4, 5, 6)
DRAWS = 6


@dataclass(frozen=True)
class Finding:
    """What came out.

    Args:
        verdict: "right", "refused", "no layer", "no domain", or one of `FAULTS`.
        what: the fault, or why not.
        entries: numbers that were compared.
        doubts: numbers that were looked at again because they are ill-conditioned.
        kinks: gradients that were not compared, as there is none.
        lines: how long the two methods are.
        products: the contractions in them.
    """

    verdict: str
    what: str = ""
    entries: int = 0
    doubts: int = 0
    kinks: int = 0
    lines: int = 0
    products: int = 0


class _Fault(Exception):  # noqa: N818
    def __init__(self, verdict: str, what: str) -> None:
        super().__init__(verdict, what)
        self.verdict, self.what = verdict, what


class _OutOfTime(BaseException):
    """Not an Exception: nothing on the way may catch it."""


@dataclass
class _Count:
    entries: int = 0
    doubts: int = 0
    kinks: int = 0


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raises what nobody catches when the time is over; only in the main thread."""

    def stop(*_: Any) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def examine(made: Made, seed: int = 0) -> Finding:
    """Emits a layer and judges what came out."""
    count = _Count()
    sizes = {"lines": 0, "products": 0}
    try:
        with limited(LIMIT):
            source, read = _emitted(made)
        sizes = _sizes(source.text)
        with limited(LIMIT):
            cls = _loaded(source)
            judged = [_judged(made, read, cls, a, seed, count) for a in _arguments(made, seed)]
    except _OutOfTime:
        return Finding("slow", f"over {LIMIT} s", **sizes)
    except _Fault as fault:
        return Finding(fault.verdict, fault.what, count.entries, count.doubts, **sizes)
    verdict = "right" if any(judged) else "no domain"
    return Finding(verdict, "", count.entries, count.doubts, count.kinks, **sizes)


def _emitted(made: Made) -> tuple[Any, Layer]:
    try:
        read = layer("F", made.forward, **made.keywords())
    except NotationError as error:
        raise _Fault("no layer", str(error)) from None
    except Exception as error:
        raise _Fault("crash", f"read: {_short(error)}") from None
    wide = [n for n, thing in made.things.items() if not thing.axes and read.tensors[n].axes]
    if wide and any(DOTS in thing.axes for thing in made.things.values()):
        raise _Fault("no layer", f"{wide[0]} has any shape, as its equation has no brackets")
    try:
        return pipeline.emit(read), read
    except (LoweringError, NotationError) as error:
        raise _Fault("refused", str(error)) from None
    except Exception as error:
        raise _Fault("crash", _short(error)) from None


def _loaded(source: Any) -> type:
    try:
        return pipeline.load_class(source)
    except Exception as error:
        raise _Fault("raises", f"module: {_short(error)}") from None


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"


def _sizes(text: str) -> dict[str, int]:
    code = text.partition("    def forward")[2].partition("    @property")[0]
    code = re.sub(r'""".*?"""', "", code, flags=re.S)
    lines = [line.partition("  #")[0] for line in code.splitlines()]
    lines = [line for line in lines if line.strip()]
    products = len(re.findall(r" @ |np\.(?:einsum|dot|matmul|outer|tensordot)\(", "\n".join(lines)))
    return {"lines": len(lines), "products": products}


# Arguments

RECIPES = (
    lambda rng, shape: rng.standard_normal(shape),
    lambda rng, shape: rng.uniform(0.3, 2, shape),
    lambda rng, shape: rng.uniform(-0.8, 0.8, shape),
    lambda rng, shape: rng.uniform(0.2, 0.8, shape),
    lambda rng, shape: rng.uniform(1.1, 3, shape),
    lambda rng, shape: 3 * rng.standard_normal(shape),
)


def _arguments(made: Made, seed: int) -> Iterator[Arguments]:
    """Two sets of shapes: all lengths different, and some of them 1 where that is possible."""
    least = _least(made)
    kinds = sorted({*made.kinds.values()})
    rng = np.random.default_rng(seed)
    first = dict(zip(kinds, rng.permutation([3, 2, 4, 5])[: len(kinds)].tolist(), strict=True))
    second = {kind: int(rng.choice([1, 2, 3])) for kind in kinds}
    leads = [(2,), (), (3,), (2, 1), (2, 3), (1,)]
    dots = any(DOTS in thing.axes for thing in made.things.values())
    for lengths in (first, second):
        fitting = {kind: max(n, least.get(kind, 1)) for kind, n in lengths.items()}
        lead = leads[int(rng.integers(len(leads)))] if dots else ()
        found = None
        for draw in range(DRAWS):
            recipe = RECIPES[draw % len(RECIPES)]
            found = _drawn(made, fitting, lead, recipe, rng)
            values = outputs(made, found)
            finite = all(np.isfinite(values[name]).all() for name in made.outputs)
            if finite and not overflows(made, found) and not compares_nan(made, found):
                yield found
                break


def _least(made: Made) -> dict[str, int]:
    """The least length of each kind that literals ask for."""
    axes = {name: thing.axes for name, thing in made.things.items()}
    axes |= {r.target: tuple(made.kinds.get(i, DOTS) for i in r.axes) for r in made.rules}
    found: dict[str, int] = {}
    stack: list[Any] = [term for rule in made.rules for term in walk(rule.value)]
    while stack:
        term = stack.pop()
        if isinstance(term, Access):
            stack += [slot for slot in term.slots if isinstance(slot, Access)]
            for slot, kind in zip(term.slots, axes[term.name], strict=False):
                if isinstance(slot, int):
                    found[kind] = max(found.get(kind, 1), slot + 1)
    return found


def _drawn(
    made: Made, lengths: Mapping[str, int], lead: tuple[int, ...], recipe: Any, rng: Any
) -> Arguments:
    arrays = {}
    for name, thing in made.things.items():
        head = lead if DOTS in thing.axes else ()
        shape = (*head, *(lengths[axis] for axis in thing.axes if axis != DOTS))
        if thing.points:
            arrays[name] = np.asarray(rng.integers(0, lengths[thing.points], shape))
        elif thing.values == "mask":
            arrays[name] = np.asarray(rng.integers(0, 2, shape), np.float64)
        elif thing.values == "positive":
            arrays[name] = np.asarray(rng.uniform(0.2, 1, shape))
        else:
            arrays[name] = np.asarray(recipe(rng, shape))
    # What float32 holds exactly: one reference is right for both.
    arrays = {
        n: a if a.dtype.kind == "i" else a.astype("f4").astype("f8") for n, a in arrays.items()
    }
    return Arguments(arrays, lengths, lead)


# Comparison


@dataclass
class _Run:
    """Values by name, and warnings that were given on the way."""

    outputs: dict[str, Any]
    gradients: dict[str, Any]
    warned: str = ""


def _cast(arguments: Arguments, dtype: Any) -> dict[str, np.ndarray]:
    arrays = arguments.arrays.items()
    return {n: a.copy() if a.dtype.kind == "i" else a.astype(dtype) for n, a in arrays}


def _run(
    made: Made,
    read: Layer,
    cls: type,
    arguments: Arguments,
    upstream: Mapping[str, Any],
    dtype: Any,
) -> _Run:
    arrays = _cast(arguments, dtype)
    before = {name: array.copy() for name, array in arrays.items()}
    given = [upstream[name].astype(dtype) for name in read.outputs]
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        try:
            instance: Any = cls(*(arrays[name] for name in read.parameters))
            result = instance.forward(*(arrays[n] for n in (*read.inputs, *read.constants)))
            back = instance.backward(*given)
            again = instance.backward(*given)
        except Exception as error:
            raise _Fault("raises", _short(error)) from None
    results = result if len(read.outputs) > 1 else (result,)
    found = dict(zip(read.outputs, results, strict=True))
    floating = [name for name in read.inputs if not read.tensors[name].integer]
    slopes = {}
    for values in (back, again):
        handed = values if len(floating) > 1 else (values,) if floating else ()
        now = dict(zip(floating, handed, strict=True)) | dict(instance.grads)
        if slopes and not all(np.array_equal(now[n], slopes[n], equal_nan=True) for n in now):
            raise _Fault("contract", "backward twice gives two answers")
        slopes = {name: np.array(value) if value is None else value for name, value in now.items()}
    if not all(np.array_equal(before[n], arrays[n], equal_nan=True) for n in arrays):
        raise _Fault("contract", "an argument was changed")
    return _Run(found, slopes, str(caught[0].message) if caught else "")


def _judged(
    made: Made, read: Layer, cls: type, arguments: Arguments, seed: int, count: _Count
) -> bool:
    """Whether anything could be compared.

    Raises:
        _Fault: something is wrong.
    """
    rng = np.random.default_rng(seed)
    exact = outputs(made, arguments)
    if max((float(np.abs(exact[n]).max(initial=0)) for n in made.outputs), default=0) > HUGE:
        return False
    upstream = {
        name: np.asarray(
            rng.choice([-1, 1], exact[name].shape) * rng.uniform(0.5, 1.5, exact[name].shape)
        )
        .astype("f4")
        .astype("f8")
        for name in made.outputs
    }
    slopes = gradients(made, arguments, upstream)
    judge = _Judge(made, arguments, upstream, exact, slopes, count)
    for dtype in (np.float64, np.float32):
        run = _run(made, read, cls, arguments, upstream, dtype)
        judge.forms(run, dtype)
        amplitude = WIDE if dtype is np.float64 else NARROW
        if judge.rounding_decides(amplitude):
            break
        judge.values(run, amplitude)
        if run.warned and dtype is np.float64 and judge.calm:
            raise _Fault("warns", run.warned)
    return True


@dataclass
class _Judge:
    made: Made
    arguments: Arguments
    upstream: Mapping[str, np.ndarray]
    exact: Mapping[str, np.ndarray]
    slopes: Gradients
    count: _Count
    _noise: dict[float, Any] = field(default_factory=dict)

    @property
    def calm(self) -> bool:
        """Whether every value on the way is finite, every gradient exists and rounding is mild."""
        if any(kinks.any() for kinks in self.slopes.kinks.values()):
            return False
        if not all(np.isfinite(self.exact[rule.target]).all() for rule in self.made.rules):
            return False
        if not self.has_values:
            return False
        return all(np.isfinite(a).all() for a in self.noise(WIDE).values())

    @cached_property
    def has_values(self) -> bool:
        """Whether every step of the formula has a value here.

        What is divided by a difference of equals has none, whatever rounding leaves of it.
        """
        if not has_values(self.made, self.arguments):
            return False
        by = divisors(self.made, self.arguments)
        for seed in SEEDS:
            others = divisors(self.made, self.arguments, WIDE, seed)
            with np.errstate(invalid="ignore"):
                if any(
                    (np.abs(other - divisor) > np.abs(divisor)).any()
                    for divisor, other in zip(by, others, strict=True)
                ):
                    return False
        return True

    @cached_property
    def _plain(self) -> dict[str, np.ndarray]:
        return rounding.slopes(self.made, self.arguments, self.upstream)

    def _moved(self, amplitude: float, seed: int) -> Arguments:
        """The arguments with an error in every entry."""
        rng = np.random.default_rng(seed)
        arrays = {
            n: a
            if a.dtype.kind == "i"
            else a.astype(np.longdouble) * (1 + amplitude * rng.uniform(-1, 1, a.shape))
            for n, a in self.arguments.arrays.items()
        }
        return Arguments(arrays, self.arguments.lengths, self.arguments.lead)

    def rounding_decides(self, amplitude: float) -> bool:
        """Whether a sign or a comparison may come out otherwise, as of a sum that cancels."""
        gaps = jumps(self.made, self.arguments)
        for seed in SEEDS:
            others = jumps(self.made, self._moved(amplitude, seed), amplitude, seed)
            with np.errstate(invalid="ignore"):
                if any(
                    (8 * np.abs(other - gap) > np.abs(gap)).any()
                    for gap, other in zip(gaps, others, strict=True)
                ):
                    return True
        return False

    def noise(self, amplitude: float) -> dict[str, np.ndarray]:
        """By how much roundings change the values and, with a `d` in front, the gradients."""
        if amplitude not in self._noise:
            total: dict[str, Any] = {}
            for seed in SEEDS:
                moved = self._moved(amplitude, seed)
                values = outputs(self.made, moved, amplitude, seed)
                found = gradients(self.made, moved, self.upstream, amplitude, seed)
                gaps = {name: values[name] - self.exact[name] for name in self.made.outputs}
                gaps |= {f"d{n}": v - self.slopes.values[n] for n, v in found.values.items()}
                rounded = rounding.slopes(self.made, moved, self.upstream, amplitude, seed)
                gaps |= {
                    f"d{n}": np.fmax(np.abs(gaps[f"d{n}"]), np.abs(v - self._plain[n]))
                    for n, v in rounded.items()
                }
                for name, gap in gaps.items():
                    total[name] = np.maximum(total.get(name, 0), np.abs(gap).astype(float))
            self._noise[amplitude] = total
        return self._noise[amplitude]

    @cached_property
    def _sizes(self) -> dict[str, np.ndarray]:
        return rounding.sizes(self.made, self.arguments, self.upstream)

    def _rounding(self, name: str, amplitude: float) -> Any:
        """What is left where large terms cancel exactly, as a gradient that is 0 by symmetry.

        Relative errors of the steps keep such a symmetry, so that `noise` does not see it.
        Sizes beyond 1e6 excuse nothing.
        """
        terms = (np.abs(self.upstream[n] * self.exact[n]).sum() for n in self.made.outputs)
        left = 8 * amplitude * float(sum(terms))
        if name in self.made.outputs:
            return left
        sizes = self._sizes[name.removeprefix("d")].astype(float)
        return np.maximum(left, np.where(sizes < 1e6, amplitude * sizes, 0))

    def _hides_slopes(self, amplitude: float) -> bool:
        """Whether rounding moves an output by so much that nothing is left of its slopes.

        Near a pole that multiplies a relative error of the value by k, a slope's is k times that.
        """
        noise = self.noise(amplitude)
        factors = [
            np.nan_to_num(noise[n] / np.maximum(1, np.abs(self.exact[n])) / amplitude)
            for n in self.made.outputs
        ]
        largest = max((float(factor.max(initial=0)) for factor in factors), default=0)
        return largest**2 * amplitude > 0.1

    def forms(self, run: _Run, dtype: Any) -> None:
        """Shapes and dtypes; what is made of integers alone is float64."""
        if not any(array.dtype.kind == "f" for array in self.arguments.arrays.values()):
            dtype = np.float64
        expected = {name: self.exact[name].shape for name in self.made.outputs}
        expected |= {f"d{n}": v.shape for n, v in self.slopes.values.items()}
        got = run.outputs | {f"d{name}": value for name, value in run.gradients.items()}
        for name, shape in expected.items():
            value = got[name]
            kind = getattr(value, "dtype", type(value).__name__)
            if kind != np.dtype(dtype):
                raise _Fault("dtype", f"{name} is {kind}, not {np.dtype(dtype)}")
            if np.shape(value) != shape:
                raise _Fault("shape", f"{name} has shape {np.shape(value)}, not {shape}")

    def values(self, run: _Run, amplitude: float) -> None:
        """Values and gradients."""
        nothing = {name: np.zeros(self.exact[name].shape, bool) for name in self.made.outputs}
        for name in self.made.outputs:
            self._compare(name, run.outputs[name], self.exact[name], nothing[name], amplitude)
        for name, values in self.slopes.values.items():
            kinks = self.slopes.kinks[name]
            self._compare(f"d{name}", run.gradients[name], values, kinks, amplitude)

    def _compare(self, name: str, got: Any, exact: Any, kinks: Any, amplitude: float) -> None:
        got, exact = np.asarray(got, float), np.asarray(exact, float)
        scale = float(np.abs(exact[np.isfinite(exact)]).max(initial=0))
        narrow = amplitude == NARROW
        allowed = (1e-3 if narrow else 1e-7) * np.maximum(np.abs(exact), 1e-3 * scale)
        allowed = allowed + (1e-6 if narrow else 1e-12)
        with np.errstate(invalid="ignore"):
            off = ~(np.abs(got - exact) <= allowed) & ~kinks
        self.count.entries += off.size
        self.count.kinks += int(kinks.sum())
        if not off.any():
            return
        self.count.doubts += 1
        if name not in self.made.outputs and self._hides_slopes(amplitude):
            return
        noise = self.noise(amplitude)[name]
        large = np.isfinite(noise) & (np.abs(exact) < (HUGE if narrow else np.inf))
        with np.errstate(invalid="ignore"):
            off &= large & ~(
                np.abs(got - exact) <= allowed + 100 * noise + self._rounding(name, amplitude)
            )
            off &= np.isfinite(got) | self.has_values
            off &= noise <= 1e6 * amplitude * np.maximum(1, np.abs(exact))
        if not off.any():
            return
        place = tuple(int(n) for n in np.argwhere(off)[0])
        shapes = {n: a.tolist() for n, a in self.arguments.arrays.items()}
        where = f"{name}{list(place)}{' in float32' * narrow}"
        text = f"{where} is {got[place]:.9g}, not {exact[place]:.9g}, at {shapes}"
        raise _Fault("wrong" if np.isfinite(got[place]) else "nan", text)

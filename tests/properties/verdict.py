"""What symbp makes of a random layer, judged by the oracle and by differences.

Where the float64 judges object, a second opinion decides: the oracle's own derivatives, taken at
120 digits, and how much rounding of the arguments and of a naive evaluation does to them. Only
what is wrong by that measure too is a fault.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from properties.derivatives import Exact, gradients, outputs, seen
from properties.spec import Spec
from symbp import pipeline
from symbp.check import Oracle, gradient, sampling, subject
from symbp.check.contract import contract_faults
from symbp.check.data import Data
from symbp.check.forward import forward_fault
from symbp.check.integers import integer_faults
from symbp.check.plain import plain_misses
from symbp.check.refusals import refusal_faults
from symbp.check.shapes import class_counts, shape_cases
from symbp.check.variants import variants
from symbp.errors import CheckError, LoweringError, NotationError
from symbp.notation import Entry, Layer

__all__ = ["Fault", "Notes", "Opinion", "Refused", "Rejected", "examine"]

# Relative errors of every step of an evaluation: float64's and float32's, and some room.
WIDE, NARROW = 2.0**-50, 2.0**-21
# How much more than what a few random trials, and the plain derivative, show is allowed.
TRIALS, PLAIN = 30, 3
# Beyond it float32 overflows.
LARGEST = 1e37
# Beyond it float64 does, and a formula that goes there may tell of it.
WIDEST = 1e307
MOST_CASES = 5
TRIES = 24


class Rejected(Exception):  # noqa: N818
    """The text is not a layer of the notation, or has no domain: nothing can be asked."""


class Refused(Exception):  # noqa: N818
    """symbp says that it cannot emit the layer."""


class Fault(AssertionError):  # noqa: N818
    """symbp is wrong about the layer."""


@dataclass
class Notes:
    """What was judged on the way."""

    cases: int = 0
    entries: int = 0
    second_opinions: int = 0
    ill_conditioned: int = 0
    kinks: int = 0


def examine(spec: Spec, seed: int = 0, notes: Notes | None = None) -> Notes:
    """Emits and judges a layer.

    Raises:
        Rejected: it is no layer, or no finite values are found.
        Refused: it cannot be lowered.
        Fault: a number, shape, dtype or warning is wrong.
    """
    notes = notes or Notes()
    layer = read(spec)
    try:
        source = pipeline.emit(layer)
    except LoweringError as error:
        raise Refused(str(error)) from None
    cls = pipeline.load_class(source)
    oracle = Oracle()
    try:
        recipe = _recipe(layer, oracle, seed)
        cases = shape_cases(layer)
        rng = np.random.default_rng(seed)
        drawn = [sampling.draw(layer, recipe, case, oracle, rng) for case in _some(cases)]
    except CheckError as error:
        raise Rejected(f"domain: {error}") from None
    for what, judge in (("refusals", refusal_faults), ("integers", integer_faults)):
        try:
            fault = judge(layer, cls, recipe, oracle, rng)
        except CheckError as error:
            if "no finite values" in str(error):
                continue
            raise
        if fault:
            raise Fault(f"{what}: {fault}")
    for data in drawn:
        for variant in variants(layer, data):
            fault = judge_at(layer, cls, variant, oracle, rng, notes)
            if fault:
                raise Fault(f"{fault} at {variant.label}")
            notes.cases += 1
    return notes


def read(spec: Spec) -> Layer:
    """The layer, if the text is one and its integers point into one length each."""
    try:
        layer = spec.layer()
    except NotationError as error:
        raise Rejected(f"notation: {error}") from None
    if any(n in layer.constants and not layer.tensors[n].axes for n in class_counts(layer)):
        raise Rejected("integers: a number")
    spaces: dict[str, set[str]] = {}
    for equation in layer.equations:
        for entry in equation.value.atoms(Entry):
            axes = layer.tensors[entry.name].axes
            for slot, axis in zip(entry.indices, axes, strict=True):
                if isinstance(slot, Entry):
                    spaces.setdefault(slot.name, set()).add(axis.space)
    if any(len(found) > 1 for found in spaces.values()):
        raise Rejected("integers: they point into axes of several lengths")
    if not subject.differentiable(layer):
        raise Rejected("inputs: nothing has a gradient")
    return layer


def _recipe(layer: Layer, oracle: Oracle, seed: int) -> sampling.Recipe:
    tries, sampling.TRIES = sampling.TRIES, TRIES
    try:
        return sampling.find_recipe(layer, oracle, seed)
    finally:
        sampling.TRIES = tries


def _some(cases: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first ones, and the last: lengths of 1."""
    return cases if len(cases) <= MOST_CASES else (*cases[: MOST_CASES - 2], *cases[-2:])


def judge_at(
    layer: Layer,
    cls: type,
    data: Data,
    oracle: Oracle,
    rng: np.random.Generator,
    notes: Notes,
) -> str:
    """Forward, contract, gradient and warnings at one set of arguments; "" or what is wrong."""
    opinion = Opinion(layer, cls, data, notes)
    if forward_fault(layer, cls, data, oracle) and (fault := opinion.forward()):
        return f"forward: {fault}"
    try:
        fault = contract_faults(layer, cls, data, rng)
    except CheckError as error:
        # A gradient that is nan is not equal to itself.
        fault = f"{error}: is off by nan"
    if "is off by" in fault:
        fault = opinion.float32()
    if fault:
        return f"contract: {fault}"
    count = gradient.Count()
    fault = gradient.entry_faults(layer, cls, data, rng, count)
    notes.entries += count.entries
    notes.kinks += count.kinks
    lost = count.lost > gradient.MOST_LOST * max(count.entries, 1)
    if (fault or lost) and (fault := opinion.gradient()):
        return f"gradient: {fault}"
    fault = _warnings(layer, cls, data)
    if fault and opinion.smooth():
        return f"warnings: {fault}"
    return ""


def _warnings(layer: Layer, cls: type, data: Data) -> str:
    step = "forward"
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        try:
            instance = subject.build(layer, cls, data)
            arguments = [data.arrays[name] for name in (*layer.inputs, *layer.constants)]
            result = subject.outputs(layer, instance.forward(*arguments))
            step = "backward"
            instance.backward(*(np.ones_like(value) for value in result.values()))
        except (FloatingPointError, Warning) as error:
            return f"{step}: {error}"
    return ""


def _is_steep(value: float, noise: float, amplitude: float) -> bool:
    """Whether the slope of something inside is infinite here, as that of a root is at 0."""
    return not np.isfinite(noise) or noise > 1e3 * amplitude * max(1, abs(value))


@dataclass
class Opinion:
    """The oracle's own values and derivatives at many digits."""

    layer: Layer
    cls: type
    data: Data
    notes: Notes

    def __post_init__(self) -> None:
        names = {name: np.shape(a) for name, a in self._run(np.float64).items()}
        zeros = {name: np.zeros(shape) for name, shape in names.items()}
        self.upstreams = subject.random_upstreams(zeros, np.random.default_rng(5), np.float32)

    def forward(self) -> str:
        """The first output that is off by more than rounding errors explain."""
        self.notes.second_opinions += 1
        return self._judge(self._run(np.float64), outputs(self.layer, self.data, WIDE), WIDE)

    def gradient(self) -> str:
        """The first gradient that differs from the derivative of the oracle."""
        self.notes.second_opinions += 1
        return self._slopes(np.float64, WIDE)

    def float32(self) -> str:
        """The same for both in float32."""
        self.notes.second_opinions += 1
        if seen(self.layer, self.data).largest > LARGEST:
            # Whether that overflows needlessly is for the judge of extremes.
            self.notes.ill_conditioned += 1
            return ""
        data = replace(self, data=self.data.cast(np.float32).cast(np.float64))
        fault = data._judge(data._run(np.float32), outputs(self.layer, data.data, NARROW), NARROW)
        return fault or data._slopes(np.float32, NARROW)

    def _slopes(self, dtype: Any, amplitude: float) -> str:
        given, exact = self._given(dtype), self._gradients(amplitude)
        if self._judge(given, exact, amplitude):
            return self._judge(given, self._beside_plain(exact, dtype), amplitude)
        return ""

    def _beside_plain(self, exact: Exact, dtype: Any) -> Exact:
        """As uncertain as the plain derivative is in a type, infinitely where it overflows."""
        values = {name: np.asarray(array, float) for name, array in exact.values.items()}
        plain = plain_misses(
            self.layer, self.data, self.upstreams, dtype, values, elementwise=False
        )
        # Whether that overflows needlessly is for the judge of extremes.
        most = np.inf if plain.overflows else 0.0
        noise = {
            n: np.maximum(exact.noise[n], np.maximum(plain.misses[n] * PLAIN / TRIALS, most))
            for n in values
        }
        return replace(exact, noise=noise)

    def smooth(self) -> bool:
        """Whether every gradient exists, a little beside the arguments too, and has no kink."""
        exact = self._gradients(WIDE)
        found = seen(self.layer, self.data)
        if found.at_root or found.largest > WIDEST:
            return False
        if any(kinks.any() for kinks in exact.kinks.values()):
            return False
        return not any(
            _is_steep(float(value), noise, WIDE)
            for name, values in exact.values.items()
            for value, noise in zip(values.flat, exact.noise[name].flat, strict=True)
        )

    def _gradients(self, amplitude: float) -> Exact:
        return gradients(self.layer, self.data, self.upstreams, amplitude)

    def _run(self, dtype: Any) -> dict[str, Any]:
        data = self.data.cast(dtype)
        instance = subject.build(self.layer, self.cls, data, validate=False)
        return subject.forward(self.layer, instance, data)

    def _given(self, dtype: Any) -> dict[str, Any]:
        data = self.data.cast(dtype)
        instance = subject.build(self.layer, self.cls, data, validate=False)
        subject.forward(self.layer, instance, data)
        upstreams = {n: a.astype(dtype) for n, a in self.upstreams.items()}
        return subject.backward(self.layer, instance, upstreams)

    def _judge(self, got: dict[str, Any], exact: Exact, amplitude: float) -> str:
        narrow = amplitude == NARROW
        at_root = seen(self.layer, self.data).at_root
        for name, values in exact.values.items():
            if np.shape(got[name]) != values.shape:
                return f"{name} has shape {np.shape(got[name])}, not {values.shape}"
            scale = max((abs(float(v)) for v in values.flat if v == v), default=0.0)
            for place in np.ndindex(*values.shape):
                value, noise = float(values[place]), exact.noise[name][place]
                if exact.kinks[name][place]:
                    self.notes.kinks += 1
                    continue
                if not np.isfinite(noise) or (narrow and abs(value) > LARGEST):
                    continue
                given = float(got[name][place])
                if not np.isfinite(given) and (at_root or _is_steep(value, noise, amplitude)):
                    continue
                allowed = (1e-3 if narrow else 1e-10) * max(abs(value), 1e-3 * scale)
                # A slope made of a saturated output, 1 - y**2, has the rounding of that output.
                allowed += TRIALS * noise + (1e-5 if narrow else 1e-13)
                if not abs(given - value) <= allowed:
                    where = f"{name}{list(place)}" + " in float32" * narrow
                    return f"{where} is {given:.10g}, not {value:.10g}"
        self.notes.ill_conditioned += 1
        return ""

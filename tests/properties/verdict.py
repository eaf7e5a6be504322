"""What symbp makes of a random layer, judged by the oracle and by differences.

Where the float64 judges object, a second opinion decides: the oracle's own derivatives, taken at
120 digits, and how much rounding of the arguments and of a naive evaluation does to them. Only
what is wrong by that measure too is a fault.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from properties.noise import Noisy
from properties.spec import Spec

from symbp import pipeline
from symbp.check import Oracle, gradient, sampling, subject
from symbp.check.contract import contract_faults
from symbp.check.data import Data
from symbp.check.exact import Exact, exact_gradients, exact_values
from symbp.check.forward import _compare as forward_fault
from symbp.check.integers import integer_faults
from symbp.check.refusals import refusal_faults
from symbp.check.shapes import class_counts, shape_cases
from symbp.check.variants import variants
from symbp.errors import CheckError, LoweringError, NotationError
from symbp.notation import Entry, Layer

__all__ = ["Fault", "Refused", "Rejected", "examine"]

DIGITS = 120
MOST_CASES = 5
TRIES = 24


class Rejected(Exception):  # noqa: N818
    """The text is not a layer of the notation, or has no domain: nothing can be asked."""


class Refused(Exception):  # noqa: N818
    """symbp says that it cannot emit the layer."""


class Fault(AssertionError):
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
    expected = oracle.forward(layer, data)
    got = subject.forward(layer, subject.build(layer, cls, data), data)
    for name in layer.outputs:
        fault, _ = forward_fault(name, np.asarray(got[name]), expected[name], data)
        fault = fault and (opinion.forward() or "")
        if fault:
            return f"forward: {fault}"
    fault = contract_faults(layer, cls, data, rng)
    if "is off by" in fault:
        fault = opinion.float32()
    if fault:
        return f"contract: {fault}"
    count = gradient._Count()
    fault = gradient._entries(layer, cls, data, rng, count)
    notes.entries += count.entries
    notes.kinks += count.kinks
    lost = count.kinks + count.unsharp > gradient.MOST_KINKS * max(count.entries, 1)
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
            outputs = subject.outputs(layer, instance.forward(*arguments))
            step = "backward"
            instance.backward(*(np.ones_like(value) for value in outputs.values()))
        except (FloatingPointError, Warning) as error:
            return f"{step}: {error}"
    return ""


class Opinion:
    """The oracle's own values and derivatives at many digits."""

    def __init__(self, layer: Layer, cls: type, data: Data, notes: Notes) -> None:
        self.layer, self.cls, self.data, self.notes = layer, cls, data, notes
        self.oracle = Oracle(DIGITS)
        self._gradients: Exact | None = None
        self._upstreams: dict[str, Any] = {}

    def forward(self) -> str:
        """Whether the values are further off than a naive float64 evaluation and its rounding."""
        self.notes.second_opinions += 1
        exact = self._values()
        noisy = self._noisy(2.0**-51)
        got = subject.forward(
            self.layer, subject.build(self.layer, self.cls, self.data), self.data
        )
        for name, values in exact.values.items():
            if np.shape(got[name]) != values.shape:
                return f"{name} has shape {np.shape(got[name])}, not {values.shape}"
            scale = max((float(abs(v)) for v in values.flat), default=0.0)
            for place in np.ndindex(*values.shape):
                value = float(values[place])
                allowed = 1e-10 * max(abs(value), 1e-3 * scale) + 1e-15
                allowed += 1e-6 * float(exact.slack[name][place])
                allowed += 100 * _gap(noisy[name][place], values[place])
                if not abs(float(got[name][place]) - value) <= allowed and allowed < np.inf:
                    return f"{name}{list(place)} is {got[name][place]!r}, not {value!r}"
        self.notes.ill_conditioned += 1
        return ""

    def gradient(self) -> str:
        """Whether an entry of a gradient differs from the derivative of the oracle."""
        self.notes.second_opinions += 1
        self.gradients()
        return self._compare(self._given(np.float64), 2.0**-51)

    def float32(self) -> str:
        """The same for float32, and its outputs."""
        self.notes.second_opinions += 1
        self.gradients()
        values = self._values()
        noisy = self._noisy(2.0**-22)
        narrow = self.data.cast(np.float32)
        got = subject.forward(self.layer, subject.build(self.layer, self.cls, narrow), narrow)
        for name, array in values.values.items():
            scale = max(1.0, max((float(abs(v)) for v in array.flat), default=0.0))
            for place in np.ndindex(*array.shape):
                value = float(array[place])
                if not abs(value) < 1e37:
                    continue
                allowed = 1e-3 * scale + 8 * float(values.slack[name][place])
                allowed += 20 * _gap(noisy[name][place], array[place])
                if not abs(float(got[name][place]) - value) <= allowed and allowed < np.inf:
                    return f"{name}{list(place)} is {got[name][place]!r} in float32, not {value!r}"
        return self._compare(self._given(np.float32), 2.0**-22)

    def smooth(self) -> bool:
        """Whether every gradient exists and is finite, at these upstreams of 1."""
        exact, noisy = self.gradients(), self._noisy_gradients(2.0**-51)
        arrays = (*exact.values.values(), *noisy.values.values())
        finite = all(self.oracle.context.isfinite(v) for a in arrays for v in a.flat)
        return finite and not any(kinks.any() for kinks in exact.kinks.values())

    def gradients(self) -> Exact:
        if self._gradients is None:
            rng = np.random.default_rng(5)
            outputs = self.oracle.forward(self.layer, self.data)
            given = {name: outputs[name] for name in self.layer.outputs}
            self._upstreams = subject.random_upstreams(given, rng, np.float32)
            self._gradients = exact_gradients(
                self.layer, self.oracle, self.data, self._upstreams, rng
            )
        return self._gradients

    def _noisy_gradients(self, amplitude: float) -> Exact:
        noisy = Noisy(DIGITS, amplitude)
        return exact_gradients(self.layer, noisy, self.data, self._upstreams, None)

    def _given(self, dtype: Any) -> dict[str, Any]:
        data = self.data.cast(dtype)
        instance = subject.build(self.layer, self.cls, data, validate=False)
        subject.forward(self.layer, instance, data)
        upstreams = {n: a.astype(dtype) for n, a in self._upstreams.items()}
        return subject.backward(self.layer, instance, upstreams)

    def _compare(self, got: dict[str, Any], amplitude: float) -> str:
        exact, noisy = self.gradients(), self._noisy_gradients(amplitude)
        narrow = amplitude > 1e-10
        for name, values in exact.values.items():
            sizes = [abs(float(v)) for v in values.flat if v == v]
            scale = max(sizes, default=0.0)
            for place in np.ndindex(*values.shape):
                value = float(values[place])
                if value != value or exact.kinks[name][place] or (narrow and abs(value) > 1e37):
                    self.notes.kinks += 1
                    continue
                allowed = (1e-3 if narrow else 2e-5) * abs(value)
                allowed += 1e-3 * max(scale, 1.0) if narrow else 1e-10 * max(scale, 1e-3)
                allowed += 8 * float(exact.slack[name][place]) * (1.0 if narrow else 1e-6)
                allowed += 50 * _gap(noisy.values[name][place], values[place])
                if not abs(float(got[name][place]) - value) <= allowed and allowed < np.inf:
                    where = f"d{name}{list(place)}" + " in float32" * narrow
                    return f"{where} is {float(got[name][place]):.10g}, not {value:.10g}"
        self.notes.ill_conditioned += 1
        return ""

    def _values(self) -> Exact:
        return exact_values(self.layer, self.oracle, self.data, np.random.default_rng(6))

    def _noisy(self, amplitude: float) -> dict[str, np.ndarray]:
        """The values with a rounding error at every step."""
        return Noisy(DIGITS, amplitude).forward(self.layer, self.data)


def _gap(a: Any, b: Any) -> float:
    gap = float(abs(a - b))
    return gap if np.isfinite(gap) else np.inf

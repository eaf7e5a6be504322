"""What the contract of emitted classes says of arrays: shapes, dtypes, aliasing, repetition."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.caller import caller_faults
from symbp.check.conditioning import SINGLE, rounding_errors
from symbp.check.data import Data
from symbp.check.tolerances import distance
from symbp.notation.layer import Layer

__all__ = ["contract_faults"]

FLOAT32 = 1e-3
"""Float32 results agree with float64 ones to this, relative to their largest entry."""
SMALLEST, LARGEST = 1e-35, 1e37


def contract_faults(layer: Layer, cls: type, data: Data, rng: np.random.Generator) -> str:
    """Runs the emitted class on float64 and float32 copies of the data.

    Args:
        layer: the layer.
        cls: the emitted class.
        data: float64 arguments.
        rng: the source of upstream values and of the second set of arguments.

    Returns:
        "" or the first fault.
    """
    narrow = data.cast(np.float32)
    wide = narrow.cast(np.float64)
    results: list[dict[str, np.ndarray]] = []
    upstreams: dict[str, np.ndarray] = {}
    state = rng.bit_generator.state
    for dtype, arguments in ((np.float64, wide), (np.float32, narrow)):
        rng.bit_generator.state = state
        fault, values, upstreams = _run(layer, cls, arguments, rng, np.dtype(dtype))
        if fault:
            return fault
        results.append(values)
    return (
        _agreement(layer, wide, upstreams, *results)
        or _strided(layer, cls, wide, rng)
        or _proportional(layer, cls, narrow, rng)
        or _default_upstream(layer, cls, wide)
        or caller_faults(layer, cls, narrow, rng)
    )


def _strided(layer: Layer, cls: type, data: Data, rng: np.random.Generator) -> str:
    """Arrays whose entries do not lie next to each other must give the same."""
    results = []
    upstreams: dict[str, Any] | None = None
    for arguments in (data, Data({n: _spread(a) for n, a in data.arrays.items()}, data.hyper)):
        instance = subject.build(layer, cls, arguments, validate=False)
        outputs = subject.forward(layer, instance, arguments)
        if upstreams is None:
            upstreams = subject.random_upstreams(outputs, rng)
        else:
            upstreams = {name: _spread(array) for name, array in upstreams.items()}
        gradients = subject.backward(layer, instance, upstreams)
        results.append({**outputs, **{layer.gradient(n): g for n, g in gradients.items()}})
    for name, array in results[0].items():
        if not np.allclose(array, results[1][name], rtol=1e-9, atol=1e-12, equal_nan=True):
            return f"{name} is another one for strided arguments"
    return ""


def _spread(array: np.ndarray) -> np.ndarray:
    """A view with the same entries in every second place of a larger array, transposed."""
    room = np.zeros(tuple(2 * n for n in array.shape[::-1]), array.dtype)
    every_second: Any = (..., *(slice(None, None, 2) for _ in array.shape))
    view = room[every_second].T
    view[...] = array
    return view


def _default_upstream(layer: Layer, cls: type, data: Data) -> str:
    """The upstream of a single scalar output is 1 unless it is given."""
    if len(layer.outputs) != 1 or layer.tensors[layer.outputs[0]].axes:
        return ""
    instance = subject.build(layer, cls, data, validate=False)
    subject.forward(layer, instance, data)
    given = subject.backward(layer, instance, {"y": np.ones(())})
    kept = {name: np.array(value) for name, value in given.items()}
    return _same(subject.backward(layer, instance, {}), kept, "backward() without an upstream")


def _run(
    layer: Layer, cls: type, data: Data, rng: np.random.Generator, dtype: np.dtype[Any]
) -> tuple[str, dict[str, np.ndarray], dict[str, np.ndarray]]:
    before = {name: array.copy() for name, array in data.arrays.items()}
    # The arguments were rounded to float32: assumptions hold to that accuracy only.
    instance = subject.build(layer, cls, data, validate=False)
    outputs = subject.forward(layer, instance, data)
    upstreams = subject.random_upstreams(outputs, rng, dtype)
    kept_upstreams = {name: array.copy() for name, array in upstreams.items()}
    kept_outputs = {name: np.array(value) for name, value in outputs.items()}
    first = subject.backward(layer, instance, upstreams)
    kept_first = {name: np.array(value) for name, value in first.items()}

    def touched() -> str:
        """What no call may change: arguments, upstreams, and all that was handed back."""
        for kind, now, kept in (
            ("argument", data.arrays, before),
            ("upstream of", upstreams, kept_upstreams),
            ("returned output", outputs, kept_outputs),
            ("returned gradient of", first, kept_first),
        ):
            for name, array in kept.items():
                if not np.array_equal(np.asarray(now[name]), array, equal_nan=True):
                    return f"the {kind} {name} was overwritten"
        return ""

    fault = _shapes(layer, data, outputs, first, dtype) or touched()
    if fault:
        return fault, {}, {}
    again = subject.backward(layer, instance, upstreams)
    fault = _same(again, kept_first, "a second backward") or touched()
    if fault:
        return fault, {}, {}
    other = _other(layer, data, rng)
    fresh = subject.build(layer, cls, data, validate=False)
    new = _both(layer, fresh, other, upstreams)
    for name, array in _both(layer, instance, other, upstreams).items():
        if not np.array_equal(array, new[name], equal_nan=True):
            return f"{name} of a second forward and backward is not that of a new instance", {}, {}
    if fault := touched():
        return f"{fault} by a second forward and backward", {}, {}
    subject.forward(layer, instance, data)
    third = subject.backward(layer, instance, upstreams)
    fault = _same(third, kept_first, "backward after another forward")
    named = {layer.gradient(n): array for n, array in kept_first.items()}
    return fault, {**named, **kept_outputs}, upstreams


def _both(
    layer: Layer, instance: Any, data: Data, upstreams: dict[str, np.ndarray]
) -> dict[str, Any]:
    """Copies of the outputs and of the gradients, by name."""
    outputs = subject.forward(layer, instance, data)
    gradients = subject.backward(layer, instance, upstreams)
    named = {layer.gradient(name): array for name, array in gradients.items()}
    return {name: np.array(value) for name, value in {**outputs, **named}.items()}


def _other(layer: Layer, data: Data, rng: np.random.Generator) -> Data:
    """Other inputs of the same shapes, a little away so as to stay in the domain."""
    changed = data
    for name in layer.inputs:
        array = data.arrays[name]
        if array.dtype.kind == "f":
            factor = rng.uniform(0.97, 1.03, array.shape)
            changed = changed.with_array(name, np.asarray(array * factor).astype(array.dtype))
    return changed


def _shapes(
    layer: Layer, data: Data, outputs: dict[str, Any], gradients: dict[str, Any], dtype: Any
) -> str:
    for name, value in outputs.items():
        if getattr(value, "dtype", None) != dtype:
            return f"{name} is {getattr(value, 'dtype', type(value).__name__)}, not {dtype}"
    for name, value in gradients.items():
        if getattr(value, "dtype", None) != dtype:
            given = getattr(value, "dtype", type(value).__name__)
            return f"the gradient of {name} is {given}, not {dtype}"
        if np.shape(value) != data.arrays[name].shape:
            return f"the gradient of {name} has shape {np.shape(value)}"
    return ""


def _same(values: dict[str, Any], kept: dict[str, np.ndarray], what: str) -> str:
    for name, array in kept.items():
        if not np.array_equal(np.asarray(values[name]), array, equal_nan=True):
            return f"{what} gives another gradient of {name}"
    return ""


def _agreement(
    layer: Layer,
    data: Data,
    upstreams: dict[str, np.ndarray],
    wide: dict[str, np.ndarray],
    narrow: dict[str, np.ndarray],
) -> str:
    """Float32 against float64 by an array's own largest entry, where it has such numbers."""
    largest = float(np.finfo(np.float32).max)
    if any(np.any(np.abs(exact) > largest) for exact in wide.values()):
        return ""
    slack: dict[str, np.ndarray] = {}
    for name, exact in wide.items():
        scale = float(np.max(np.abs(exact), initial=0.0))
        gap = distance(exact, narrow[name])
        if np.all(gap <= FLOAT32 * scale):
            continue
        slack = slack or rounding_errors(layer, data, upstreams, SINGLE)
        if not np.all(gap <= FLOAT32 * scale + slack[name]):
            return f"{name} in float32 is off by {float(np.max(gap)):.1e}"
    return ""


def _proportional(layer: Layer, cls: type, data: Data, rng: np.random.Generator) -> str:
    """Gradients are linear in the upstream values, from 1e-6 to 1e6 of them, in float32 too."""
    instance = subject.build(layer, cls, data, validate=False)
    upstreams = subject.random_upstreams(subject.forward(layer, instance, data), rng, np.float32)
    once = {n: np.array(g) for n, g in subject.backward(layer, instance, upstreams).items()}
    for factor in (2.0**-20, 2.0**20):
        # Powers of 2 change no rounding.
        scaled = {name: np.asarray(a * np.float32(factor)) for name, a in upstreams.items()}
        for name, gradient in subject.backward(layer, instance, scaled).items():
            wanted = once[name].astype(np.float64) * factor
            size = float(np.max(np.abs(wanted), initial=0.0))
            gap = float(np.max(distance(gradient, wanted), initial=0.0))
            if SMALLEST < size < LARGEST and not gap <= FLOAT32 * size:
                return f"the gradient of {name} is not proportional to an upstream of {factor:.0e}"
    return ""

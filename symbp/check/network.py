"""A network's class as it is shipped: made to look like its layer's, and its own methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data, plain
from symbp.check.duals import dual_gradients
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw
from symbp.check.shapes import shape_cases
from symbp.check.variants import variants
from symbp.errors import CheckError
from symbp.notation.layer import Layer
from symbp.notation.network import Network

__all__ = ["as_layer_class", "method_faults"]

RELATIVE = 1e-10


def as_layer_class(network: Network, cls: type, built_by: type | None = None) -> type:
    """The shipped class, built from its parameters as the class of a layer is.

    Args:
        network: what the class claims to be.
        cls: the emitted class of the network.
        built_by: the same class, whose constructor is called; needed where `cls` computes with
            symbols, which a constructor that draws numbers cannot.

    Returns:
        A class that takes the parameters' arrays, and otherwise is the shipped one.
    """
    layer = network.layer

    class Given(cls):
        def __init__(self, *parameters: np.ndarray, **options: Any) -> None:
            found = {
                axis.space: length
                for name, array in zip(layer.parameters, parameters, strict=True)
                for axis, length in zip(layer.tensors[name].axes, array.shape, strict=True)
            }
            dtype = parameters[0].dtype if parameters else np.dtype(np.float64)
            numeric = dtype if dtype.kind == "f" else np.dtype(np.float64)
            kept = {"dtype": numeric} if parameters else {}
            sizes = [found[space] for _, space in network.sizes]
            begun = (built_by or cls)(*sizes, **kept, **options)
            for name, array in zip(layer.parameters, parameters, strict=True):
                made = getattr(begun, name)
                if (made.shape, made.dtype) != (array.shape, numeric):
                    raise CheckError(
                        f"{network.name}: the constructor makes {name} of shape {made.shape} and "
                        f"dtype {made.dtype}, not {array.shape} and {numeric}"
                    )
                setattr(begun, name, array)
            self.__dict__.update(vars(begun))

    Given.__name__ = cls.__name__
    return Given


def method_faults(
    network: Network, cls: type, recipe: Recipe, oracle: Oracle, rng: np.random.Generator
) -> str:
    """Compares `predict`, `trace`, `loss`, `accuracy` and the gradients by name with the oracle.

    Args:
        network: the network.
        cls: its shipped class, built from parameters.
        recipe: how to draw arguments.
        oracle: the scalar loops.
        rng: the source of randomness.

    Returns:
        "" or the first method that is wrong.
    """
    layer = network.layer
    cases = shape_cases(layer)
    for case in cases[: 2 + 2 * bool(len(cases) > 3)]:
        drawn = draw(layer, recipe, case, oracle, rng)
        for data in variants(layer, drawn):
            fault = _faults(network, cls, data, oracle)
            if fault:
                return f"{fault} at {data.label}"
    return ""


def _faults(network: Network, cls: type, data: Data, oracle: Oracle) -> str:
    layer = network.layer
    values = oracle.forward(layer, data)
    net = subject.build(layer, cls, data)
    given = {name: data.arrays[name] for name in (*layer.inputs, *layer.constants)}
    own = {name: given[name] for name in network.inputs if name in given}
    labels = network.labels
    checks: list[tuple[str, Callable[[], Any], Any]] = [
        ("trace", lambda: net.trace(**given), {n: a.astype(float) for n, a in values.items()}),
    ]
    if set(own) | {labels} >= set(given) or not set(given) - set(own):
        scores = values[network.scores].astype(float)
        checks.append(("predict", lambda: net.predict(**own), scores))
        if labels is not None:
            truth = _classes(layer, data, labels)
            right = float((scores.argmax(axis=-1) == truth).mean())
            checks.append(
                ("accuracy", lambda: net.accuracy(**own, **{labels: given[labels]}), right)
            )
    if hasattr(cls, "loss"):
        name = layer.outputs[0]
        checks.append(("loss", lambda: net.loss(**given), float(values[name][()])))
        exact = dual_gradients(layer, oracle, data, {name: np.ones(())}).gradients
        wanted = {n: exact[n].astype(float) for n in layer.parameters}
        checks.append(("gradient", lambda: net.gradient(**given), wanted))
    before = {name: data.arrays[name].copy() for name in layer.parameters}
    for method, call, expected in checks:
        fault = _gap(call(), expected)
        if fault:
            return f"{method}{fault}"
        for name, array in before.items():
            if not np.array_equal(data.arrays[name], array):
                return f"{method} changes the parameter {name}"
    return ""


def _classes(layer: Layer, data: Data, labels: str) -> np.ndarray:
    seen = plain(layer, data)[labels]
    tensor = layer.tensors[labels]
    if tensor.integer or tensor.one_hot is None:
        return np.asarray(seen)
    return np.asarray(seen.argmax(axis=tensor.one_hot - len(tensor.axes)))


def _gap(got: Any, wanted: Any) -> str:
    """How what was given differs; "" if it does not."""
    if isinstance(wanted, Mapping):
        if not isinstance(got, Mapping) or list(got) != list(wanted):
            return f" gives {list(got)}, not {list(wanted)}"
        for name, value in wanted.items():
            if not isinstance(got[name], np.ndarray | np.generic):
                return f"[{name!r}] is no array"
            if fault := _gap(got[name], value):
                return f"[{name!r}]{fault}"
        return ""
    if isinstance(wanted, float) and not isinstance(got, float):
        return f" is {type(got).__name__}, not a number"
    if np.shape(got) != np.shape(wanted):
        return f" has shape {np.shape(got)}, not {np.shape(wanted)}"
    scale = float(np.max(np.abs(wanted), initial=0.0))
    gap = float(np.max(np.abs(np.asarray(got) - wanted), initial=0.0))
    return "" if gap <= RELATIVE * scale + 1e-300 else f" is off by {gap:.1e}"

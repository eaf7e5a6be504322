"""A network's class as it is shipped: made to look like its layer's, and its own methods."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.conditioning import DOUBLE, rounding_errors
from symbp.check.data import Data, plain
from symbp.check.dual_gradients import dual_gradients
from symbp.check.needed import needed
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe
from symbp.check.variants import argument_sets
from symbp.errors import CheckError
from symbp.notation.layer import Layer
from symbp.notation.network import Network

__all__ = ["as_layer_class", "method_faults"]

RELATIVE = 1e-10
MOST = 4


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
    sets = argument_sets(layer, recipe, oracle, rng, [])
    for data in itertools.islice(sets, MOST):
        fault = _faults(network, cls, data, oracle)
        if fault:
            return f"{fault} at {data.label}"
    return ""


def _faults(network: Network, cls: type, data: Data, oracle: Oracle) -> str:
    layer = network.layer
    exact = oracle.forward(layer, data)
    values = {name: array.astype(float) for name, array in exact.items()}
    net = subject.build(layer, cls, data)
    given = {name: data.arrays[name] for name in (*layer.inputs, *layer.constants)}
    own = {name: given[name] for name in given if name in needed(layer, (network.scores,))}
    scores, labels, loss = network.scores, network.labels, layer.outputs[0]
    checks: list[tuple[str, Callable[[], Any], Any]] = [
        ("trace", lambda: net.trace(**given), values),
        ("predict", lambda: {scores: net.predict(**own)}, {scores: values[scores]}),
    ]
    if labels is not None:
        truth = _classes(layer, data, labels)
        right = float((values[scores].argmax(axis=-1) == truth).mean())
        marked = {**own, labels: given[labels]}
        checks.append(("accuracy", lambda: {"": net.accuracy(**marked)}, {"": right}))
    if hasattr(cls, "loss"):
        checks.append(("loss", lambda: {loss: net.loss(**given)}, {loss: float(values[loss])}))
        found = dual_gradients(layer, oracle, data, {loss: np.ones(())}).gradients
        wanted = {n: found[n].astype(float) for n in layer.parameters}
        checks.append(("gradient", lambda: net.gradient(**given), wanted))
    before = {name: data.arrays[name].copy() for name in layer.parameters}
    slack = _Slack(layer, data)
    for method, call, expected in checks:
        fault = _gap(call(), expected, slack)
        if fault:
            return f"{method}{fault}"
        for name, array in before.items():
            if not np.array_equal(data.arrays[name], array):
                return f"{method} changes the parameter {name}"
    return ""


class _Slack:
    """What rounding may do to a value, or to the gradient of a parameter; found when asked for."""

    def __init__(self, layer: Layer, data: Data) -> None:
        self._layer, self._data = layer, data

    @functools.cached_property
    def _allowed(self) -> dict[str, np.ndarray]:
        layer, first = self._layer, self._layer.outputs[0]
        ones = {} if layer.tensors[first].axes else {first: np.ones(())}
        return rounding_errors(layer, self._data, ones, DOUBLE)

    def __call__(self, name: str) -> np.ndarray:
        of_parameter = name in self._layer.parameters
        found = self._allowed.get(self._layer.gradient(name) if of_parameter else name)
        return np.zeros(()) if found is None else found


def _classes(layer: Layer, data: Data, labels: str) -> np.ndarray:
    seen = plain(layer, data)[labels]
    tensor = layer.tensors[labels]
    if tensor.integer or tensor.one_hot is None:
        return np.asarray(seen)
    return np.asarray(seen.argmax(axis=tensor.one_hot - len(tensor.axes)))


def _gap(got: Any, wanted: Mapping[str, Any], slack: Callable[[str], np.ndarray]) -> str:
    """How what was given differs; "" if it does not."""
    if not isinstance(got, Mapping) or list(got) != list(wanted):
        return f" gives {list(got)}, not {list(wanted)}"
    for name, value in wanted.items():
        where = f"[{name!r}]" if len(wanted) > 1 else ""
        given = got[name]
        if type(value) is float and type(given) is not float:
            return f"{where} is {type(given).__name__}, not a number"
        if isinstance(value, np.ndarray) and not isinstance(given, np.ndarray | np.generic):
            return f"{where} is {type(given).__name__}, not an array"
        if np.shape(given) != np.shape(value):
            return f"{where} has shape {np.shape(given)}, not {np.shape(value)}"
        gap = np.abs(np.asarray(given) - value)
        allowed = RELATIVE * float(np.max(np.abs(value), initial=0.0))
        if not np.all(gap <= allowed) and not np.all(gap <= allowed + slack(name)):
            return f"{where} is off by {float(np.max(gap)):.1e}"
    return ""

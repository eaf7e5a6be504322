"""Calls an emitted class by its contract, and hands back dictionaries."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check.data import Data
from symbp.errors import CheckError
from symbp.notation.layer import Layer

__all__ = ["backward", "build", "differentiable", "forward", "random_upstreams"]


def differentiable(layer: Layer) -> tuple[str, ...]:
    """The tensors that get a gradient: floating inputs, then parameters."""
    return tuple(n for n in (*layer.inputs, *layer.parameters) if not layer.tensors[n].integer)


def build(layer: Layer, cls: type, data: Data, *, validate: bool = True) -> Any:
    """An instance with the data's parameters and hyper-parameters."""
    options: dict[str, Any] = dict(data.hyper)
    if layer.assumptions and not validate:
        options["validate"] = False
    return cls(*(data.arrays[name] for name in layer.parameters), **options)


def forward(layer: Layer, instance: Any, data: Data) -> dict[str, Any]:
    """Outputs by name; floating-point warnings are silent unless the caller raises them."""
    arguments = [data.arrays[name] for name in layer.arguments]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return outputs(layer, instance.forward(*arguments))


def outputs(layer: Layer, result: Any) -> dict[str, Any]:
    """What `forward` returned, by name."""
    results = (result,) if len(layer.outputs) == 1 else result
    if not isinstance(results, tuple) or len(results) != len(layer.outputs):
        raise CheckError(f"{layer.name}: forward must return {', '.join(layer.outputs)}")
    return dict(zip(layer.outputs, results, strict=True))


def backward(layer: Layer, instance: Any, upstreams: Mapping[str, Any]) -> dict[str, Any]:
    """Gradients by name, of the inputs as returned and of the parameters as stored."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return gradients(layer, instance, instance.backward(*upstreams.values()))


def gradients(layer: Layer, instance: Any, result: Any) -> dict[str, Any]:
    """What `backward` returned and stored, by name."""
    inputs = [name for name in layer.inputs if not layer.tensors[name].integer]
    if not inputs:
        if result is not None and result != ():
            raise CheckError(f"{layer.name}: backward must return None, as there are no inputs")
        results: tuple[Any, ...] = ()
    else:
        results = (result,) if len(inputs) == 1 else result
        if not isinstance(results, tuple) or len(results) != len(inputs):
            raise CheckError(f"{layer.name}: backward must return gradients of {inputs}")
    found = dict(zip(inputs, results, strict=True))
    for name in layer.parameters:
        stored, listed = getattr(instance, layer.gradient(name)), instance.grads[name]
        if stored is not listed and not np.array_equal(stored, listed, equal_nan=True):
            raise CheckError(f"{layer.name}: grads[{name!r}] is not {layer.gradient(name)}")
        found[name] = stored
    return found


def random_upstreams(
    outputs: Mapping[str, Any], rng: np.random.Generator, dtype: Any = np.float64
) -> dict[str, Any]:
    """Random, non-constant upstream arrays shaped as the outputs, away from 0."""
    result = {}
    for name, value in outputs.items():
        shape = np.shape(value)
        sign = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
        result[name] = np.asarray(sign * rng.uniform(0.5, 1.5, shape)).astype(dtype)
    return result

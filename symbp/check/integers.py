"""Integer inputs count as float64 ones."""

from __future__ import annotations

import numpy as np

from symbp.check import subject
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw_second, suits
from symbp.notation.layer import Layer

__all__ = ["integer_faults"]


def integer_faults(
    layer: Layer, cls: type, recipe: Recipe, oracle: Oracle, rng: np.random.Generator
) -> str:
    """Compares the results for int64 inputs with those for the same numbers in float64.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw the arguments that are rounded.
        oracle: decides whether they are still in the domain.
        rng: the source of randomness.

    Returns:
        "" or what differs; "" too where no whole numbers are in the domain.
    """
    data = draw_second(layer, recipe, oracle, rng)
    names = [name for name in layer.inputs if data.arrays[name].dtype.kind == "f"]
    for offset in (0, 2):
        whole = data
        for name in names:
            whole = whole.with_array(name, np.asarray(np.rint(data.arrays[name]) + offset))
        if suits(layer, oracle, whole):
            break
    else:
        return ""
    integers = whole
    for name in names:
        integers = integers.with_array(name, whole.arrays[name].astype(np.int64))
    results = []
    for arguments in (whole, integers):
        instance = subject.build(layer, cls, arguments)
        outputs = subject.forward(layer, instance, arguments)
        ones = {name: np.ones(np.shape(value)) for name, value in outputs.items()}
        results.append({**outputs, **subject.backward(layer, instance, ones)})
    for name, exact in results[0].items():
        got = results[1][name]
        if getattr(got, "dtype", None) != np.float64:
            return f"{name} is {getattr(got, 'dtype', type(got).__name__)} for integer inputs"
        if not np.allclose(exact, got, rtol=1e-12, atol=1e-12, equal_nan=True):
            return f"{name} is another one for integer inputs"
    return ""

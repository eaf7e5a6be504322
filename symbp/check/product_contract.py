"""What `jvp` and `hvp` promise of arrays, of repetition, of what else follows, and of errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.product import Arrays, Product

__all__ = ["product_faults"]


def product_faults(
    product: Product, data: Data, upstreams: Arrays, tangents: Arrays, got: Arrays
) -> str:
    """What is promised of arrays, of repetition, of what else follows, and of errors."""
    layer, method = product.layer, product.method
    instance = product.ready(data)
    before = {name: array.copy() for name, array in tangents.items()}
    for array in product.called(instance, tangents, upstreams).values():
        if isinstance(array, np.ndarray) and array.flags.writeable:
            array[...] = 3 * array + 1
    for name, array in product.called(instance, tangents, upstreams).items():
        if not np.array_equal(array, got[name], equal_nan=True):
            return f"a second {method} gives another {name}"
    if any(not np.array_equal(before[name], tangents[name]) for name in before):
        return f"{method} overwrites a tangent"
    after = subject.backward(layer, instance, upstreams)
    for name, array in subject.backward(layer, product.ready(data), upstreams).items():
        if not np.array_equal(array, after[name], equal_nan=True):
            return f"backward after {method} gives another gradient of {name}"
    zeros = {name: np.zeros_like(array) for name, array in tangents.items()}
    held = product.called(instance, dict.fromkeys(tangents), upstreams)
    for name, array in product.called(instance, zeros, upstreams).items():
        if not np.array_equal(array, held[name], equal_nan=True):
            return f"{method} without tangents gives another {name} than with zeros"
    narrow = {name: array.astype(np.float32) for name, array in tangents.items()}
    weights = {name: array.astype(np.float32) for name, array in upstreams.items()}
    single = product.called(product.ready(data.cast(np.float32)), narrow, weights)
    return (
        _forms(product, data, got, np.float64)
        or _forms(product, data, single, np.float32)
        or _refusals(product, data, tangents, upstreams)
    )


def _forms(product: Product, data: Data, got: Arrays, dtype: Any) -> str:
    """Whether everything has its shape and dtype."""
    outputs = subject.forward(product.layer, product.ready(data), data)
    shapes = outputs if product.method == "jvp" else data.arrays
    for name, array in got.items():
        if np.shape(array) != np.shape(shapes[name]):
            return f"{product.method} of {name} has shape {np.shape(array)}"
        given = np.asarray(array).dtype
        if given != dtype:
            return f"{product.method} of {name} is {given}, not {dtype.__name__}"
    return ""


def _refusals(product: Product, data: Data, tangents: Arrays, upstreams: Arrays) -> str:
    """Whether a call before forward, and a tangent of a wrong shape, are errors."""
    fresh = subject.build(product.layer, product.cls, data, validate=False)
    try:
        product.called(fresh, tangents, upstreams)
        return f"{product.method} before forward is no error"
    except RuntimeError:
        pass
    instance = product.ready(data)
    for name, array in tangents.items():
        wrong = np.zeros((*np.shape(array), 2))
        try:
            product.called(instance, {**tangents, name: wrong}, upstreams)
            return f"{product.method} takes a tangent of {name} of another shape"
        except ValueError as error:
            if product.layer.tangent(name) not in str(error):
                return f"a wrong tangent of {name} is answered by: {error}"
    return ""

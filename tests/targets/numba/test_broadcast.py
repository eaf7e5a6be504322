"""Layers whose arguments broadcast against each other, in loops."""

from __future__ import annotations

import numpy as np
import pytest

from symbp import layer, pipeline
from symbp.targets.numba import NUMBA
from symbp.targets.numba.module import uncompiled
from symbp.targets.numpy import NUMPY

LAYERS = {
    "glu": "y = a*sigmoid(b)",
    "huber": "y = where(abs(a - b) < 1, (a - b)**2/2, abs(a - b) - 1/2)",
    "a power of one": "y = exp(a)*2 + a**2*b",
    "a number": "y = where(a > 0.5, b**2, 1)",
    "three": "y = a*b + exp(b)*c",
}
SHAPES = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((), (3,)),
    ((2, 2), ()),
    ((), ()),
    ((0, 3), (3,)),
    ((2, 1, 3), (4, 1)),
]


def made(forward, target):
    read = layer("Made", forward, inputs=list("abc" if "*c" in forward else "ab"))
    cls = pipeline.load_class(pipeline.emit(read, target, ("jvp", "hvp")))
    if target is NUMBA:
        uncompiled(cls.forward.__globals__)
    return cls()


def listed(values):
    return list(values) if isinstance(values, tuple) else [values]


def computed(instance, arrays, rng):
    outputs = listed(instance.forward(*arrays))
    upstreams = [rng.standard_normal(np.shape(y)).astype(arrays[0].dtype) for y in outputs]
    tangents = [rng.standard_normal(a.shape).astype(a.dtype) for a in arrays]
    found = outputs + listed(instance.backward(*upstreams))
    found += listed(instance.jvp(*tangents))
    return found + listed(instance.hvp(*tangents, dy=upstreams[0]))


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_loops_broadcast_as_numpy_does(name, shapes, dtype):
    rng = np.random.default_rng(1)
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    if "*c" in LAYERS[name]:
        arrays.append(rng.standard_normal(shapes[0][-1:]).astype(dtype))
    expected, found = (
        computed(made(LAYERS[name], target), arrays, np.random.default_rng(2))
        for target in (NUMPY, NUMBA)
    )
    assert len(found) == len(expected)
    for here, there in zip(expected, found, strict=True):
        assert (np.shape(there), there.dtype) == (np.shape(here), here.dtype)
        np.testing.assert_allclose(there, here, rtol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_what_broadcasts_is_computed_in_loops(name):
    text = pipeline.emit(layer("Made", LAYERS[name]), NUMBA).text
    assert "def _forward" in text
    assert "_run(_forward," in text.replace("\n            ", "")

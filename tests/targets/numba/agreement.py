"""What two targets emit for one layer, run on the same arguments."""

from __future__ import annotations

import warnings

import numpy as np
from properties.judging import _arguments as drawn

from symbp import pipeline
from symbp.calculus import derive
from symbp.check import subject
from symbp.check.data import Data
from symbp.targets.numba import NUMBA
from symbp.targets.numba.module import uncompiled
from symbp.targets.numpy import NUMPY
from symbp.targets.trial import load_class

__all__ = ["difference", "loops"]


def loops(text):
    """How many kernels a module has."""
    return text.count("for i in prange") + text.count("in prange(chunks")


def difference(made, read, seed, compiled=False):
    """How a layer's classes differ; "" if they agree to rounding, None without arguments."""
    derivation = derive(read, NUMPY.costs)
    plain = load_class(pipeline.emitted(read, derivation, NUMPY))
    fused = load_class(pipeline.emitted(read, derivation, NUMBA))
    if not compiled:
        uncompiled(fused.forward.__globals__)
    found = None
    for arguments in drawn(made, seed):
        data = Data(dict(arguments.arrays), dict(read.hyper), "")
        here, there = (_values(read, cls, data, seed) for cls in (plain, fused))
        for name, value in here.items():
            other = there[name]
            if value.shape != other.shape or value.dtype != other.dtype:
                return f"{name}: {other.dtype}{other.shape}, not {value.dtype}{value.shape}"
            size = np.abs(value[np.isfinite(value)]).max(initial=1)
            if not np.allclose(other, value, rtol=1e-9, atol=1e-9 * size, equal_nan=True):
                return f"{name}: {other.tolist()}, not {value.tolist()}"
        found = ""
    return found


def _values(layer, cls, data, seed):
    instance = subject.build(layer, cls, data, validate=False)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        outputs = subject.forward(layer, instance, data)
        rng = np.random.default_rng(seed)
        upstreams = {n: rng.standard_normal(np.shape(v)) for n, v in outputs.items()}
        slopes = subject.backward(layer, instance, upstreams)
    found = {**outputs, **{f"d{name}": value for name, value in slopes.items()}}
    return {name: np.asarray(value) for name, value in found.items()}

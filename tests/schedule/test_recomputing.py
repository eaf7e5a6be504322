"""Cheap entries are computed by every nest that reads them, and not written and read."""

from __future__ import annotations

import numpy as np
import pytest

from symbp import layer, pipeline
from symbp.calculus import derive
from symbp.program import lower
from symbp.schedule import Nest, passes, scheduled
from symbp.targets.numba import NUMBA
from symbp.targets.numba.lower import numba_program
from symbp.targets.numba.module import uncompiled
from symbp.targets.numpy import NUMPY

CENTRED = "m[j] = mean(x[n, j], n)\nc[n, j] = x[n, j] - m[j]\n"
SCALED = (
    CENTRED
    + """
h[n, j] = c[n, j]/sqrt(mean(c[i, j]**2, i) + 1)
y[n, j] = g[j]*h[n, j] + b[j]
"""
)


def forward_of(text, outputs=None):
    read = layer("Made", text, outputs=outputs)
    program = numba_program(lower(derive(read, NUMBA.costs), False, {}))
    return program, scheduled(program, NUMBA.habits).forward


def written(text, outputs=None):
    """The names of the arrays with all entries that forward's nests write."""
    program, plan = forward_of(text, outputs)
    names = {result.operation: result.name for result in program.forward}
    nests = [step for step in plan.steps if isinstance(step, Nest)]
    found = [n for nest in nests for n in nest.outputs if len(program.operations[n].axes) == 2]
    return [names.get(number, "") for number in found]


def test_what_is_centred_is_not_written():
    assert "c" not in written(SCALED)


def test_what_is_handed_out_is_written_once():
    assert written(SCALED, ["y", "c"]).count("c") == 1


@pytest.mark.parametrize(
    ("function", "value", "more"),
    [
        ("maximum", "maximum(x[n, j], m[j])", 1),
        ("exp", "exp(x[n, j] - m[j])", 0),
        ("maximum", "maximum(x[n, j], z[n, j]) - m[j]", 0),
    ],
)
def test_what_is_dear_or_reads_two_arrays_is_not_computed_again(function, value, more, monkeypatch):
    counts = []
    for rewrite in (passes.recomputed, lambda operations, steps, wanted: steps):
        monkeypatch.setattr(passes, "recomputed", rewrite)
        program, plan = forward_of(SCALED.replace("x[n, j] - m[j]", value))
        nests = [step for step in plan.steps if isinstance(step, Nest)]
        computed = [program.operations[n] for nest in nests for n in nest.operations]
        counts.append([getattr(operation, "function", "") for operation in computed])
    assert counts[0].count(function) == counts[1].count(function) + more


@pytest.mark.parametrize(
    "text",
    [
        SCALED,
        SCALED.replace("+ b[j]", "+ b[j] + c[n, 0]"),
        SCALED.replace("- m[j]", "- 2*m[j] + x[n, j]"),
        CENTRED + "y[j, k] = sum(c[n, j]*c[n, k], n) + m[j]\n",
        CENTRED
        + "s[j] = sum(abs(c[n, j]), n)\ny[n, j] = maximum(c[n, j], s[j]) + sum(c[n, k]**2, k)",
    ],
)
def test_both_targets_agree(text):
    read = layer("Made", text)
    plain, fused = (pipeline.load_class(pipeline.emit(read, t)) for t in (NUMPY, NUMBA))
    uncompiled(fused.forward.__globals__)
    draw = np.random.default_rng(0).standard_normal
    given = [draw((4, 3)), *(draw(3) for _ in read.inputs[1:])]
    values = []
    for cls in (plain, fused):
        made = cls()
        y = made.forward(*given)
        slopes = made.backward(np.cos(np.arange(y.size)).reshape(y.shape))
        values.append([y, *(slopes if isinstance(slopes, tuple) else [slopes])])
    for here, there in zip(*values, strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-10, atol=1e-12)

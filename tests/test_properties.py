"""Random layers in the whole notation: what is emitted agrees with the oracle, both ways.

A layer that the notation refuses counts as no example, and one that symbp says it cannot lower
is allowed: that must stay rare, which is a property too.
"""

from __future__ import annotations

import collections

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from properties import run
from properties.labelled import labelled_layers
from properties.spec import Spec
from properties.strategies import bare_layers, indexed_layers, layers
from properties.verdict import Notes, Opinion, Refused, Rejected, examine, read

from symbp import pipeline
from symbp.check.data import Data

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example]
COMMON = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=CHECKS, print_blob=False
)


def holds(spec: Spec) -> None:
    try:
        examine(spec)
    except (Rejected, Refused):
        assume(False)


@settings(COMMON, max_examples=60)
@given(bare_layers())
def test_elementwise_layers(spec):
    holds(spec)


@settings(COMMON, max_examples=120)
@given(indexed_layers())
def test_indexed_layers(spec):
    holds(spec)


@settings(COMMON, max_examples=12)
@given(labelled_layers())
def test_layers_with_labels(spec):
    holds(spec)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "count"), [(bare_layers, 400), (indexed_layers, 1100)])
def test_many_layers_of_a_new_seed(kind, count, capsys):
    number, _, _ = run.settings()
    with capsys.disabled():
        print(f"\nSYMBP_SEED={number}")
    notes, seen = Notes(), collections.Counter[str]()

    @seed(number)
    @settings(COMMON, derandomize=False, max_examples=count)
    @given(kind())
    def judge(spec):
        try:
            examine(spec, notes=notes)
        except (Rejected, Refused) as reason:
            seen[type(reason).__name__] += 1
            assume(False)
        seen["judged"] += 1

    judge()
    assert seen["Refused"] <= seen["judged"] / 20
    assert notes.second_opinions <= notes.cases / 10


def test_most_texts_are_layers():
    seen: collections.Counter[bool] = collections.Counter()

    @settings(COMMON, max_examples=150)
    @given(layers())
    def count(spec):
        try:
            read(spec)
        except Rejected:
            seen[False] += 1
        else:
            seen[True] += 1

    count()
    assert seen[True] > 2 * seen[False]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_second_opinion_sees_a_wrong_gradient(dtype):
    layer = Spec("y[i] = exp(x[i]) / sum(exp(x[k]), k)").layer()
    cls = pipeline.load_class(pipeline.emit(layer))
    off = 1 + (5e-4 if dtype == "float64" else 5e-2)

    class Wrong(cls):
        def backward(self, dy):
            dx = super().backward(dy)
            dx[1] *= off
            return dx

    data = Data({"x": np.array([0.3, 1.2, -0.7])})
    for judged, right in ((cls, True), (Wrong, False)):
        opinion = Opinion(layer, judged, data, Notes())
        fault = opinion.gradient() if dtype == "float64" else opinion.float32()
        assert (fault == "") is right


def test_a_minimum_over_leading_axes_of_a_choice_by_index():
    forward = (
        "a[..., n] = maximum((z[..., n]) / (2 + sin(x)), x)\n"
        "b[...] = sum(z[..., m] * z[..., m] * a[..., m], m)\n"
        "y[n] = where((x < 0.5) or (x < 2), min(where(n == 1, a[..., n], b[...]), ...),"
        " (size(n)) * (where(x >= 0.5, x, x)))"
    )
    holds(Spec(forward, parameters=("x", "z")))


def test_a_masked_softmax_of_diagonals_scaled_by_its_own_maximum():
    masked = "where(a[{0}] > 0 or {0} == 0, (a[{0}]) * max(a[k], k), -inf)"
    top, low = masked.format("i"), masked.format("l")
    forward = (
        "a[i] = sum(W[j, i, j] * V[j], j)\n"
        f"b[i] = exp({top} - max({low}, l)) / sum(exp({low}), l)\n"
        "y[c] = (sum(W[c, i, c] * b[i] * 1 / (1 + exp(-(V[c]))), i))"
        " - mean(sum(W[j, i, j] * b[i] * 1 / (1 + exp(-(V[j]))), i), j)"
    )
    holds(Spec(forward))


@pytest.mark.parametrize(
    ("forward", "hyper", "x"),
    [
        # The slope of tanh is 1 - t*t, with the rounding of t: 1 % here.
        ("y = 1000*tanh(x)", {}, 6.42),
        # a**(h - 1) leaves float32's range, the slope by x does not.
        ("a = (x*1e-3)**4; y = a**h", {"h": -1.5}, 0.03),
    ],
)
def test_the_second_opinion_knows_what_the_plain_derivative_misses(forward, hyper, x):
    layer = Spec(forward.replace("; ", "\n"), hyper=hyper).layer()
    cls = pipeline.load_class(pipeline.emit(layer))

    class Off(cls):
        def backward(self, dy):
            return 1.2 * super().backward(dy)

    data = Data({"x": np.array([x])})
    assert Opinion(layer, cls, data, Notes()).float32() == ""
    assert ("x[0] in float32 is" in Opinion(layer, Off, data, Notes()).float32()) == (not hyper)

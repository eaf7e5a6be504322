"""Axes that may not be empty, and why."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.notation import layer
from symbp.program import LeastLength, least_lengths, lower


def _least(some):
    program = lower(derive(some))
    return least_lengths(some, program, range(len(program.operations)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y[n] = mean(x[n, i], i)", [LeastLength("x", 1, 1, "it is averaged")]),
        ("y[n] = max(x[n, i], i)", [LeastLength("x", 1, 1, "its max is taken")]),
        ("y[n] = min(x[n, i], i)", [LeastLength("x", 1, 1, "its min is taken")]),
        ("y[n] = x[n, 0] * x[n, 2]", [LeastLength("x", 1, 3, "x is read at 2")]),
        ("y[n] = sum(x[n, i], i)", []),
        ("y = exp(x)", []),
    ],
)
def test_least_lengths(text, expected):
    assert list(_least(layer("Some", text))) == expected


def test_the_axis_of_a_defined_tensor_is_checked_where_it_is_given():
    some = layer("Some", "a[n, j] = x[n] * w[j]\ny[n] = max(a[n, j], j)")
    assert [(item.tensor, item.axis) for item in _least(some)] == [("w", 0)]

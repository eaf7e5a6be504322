"""`inputs` orders constants among inputs: forward takes them so."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.errors import NotationError
from symbp.pipeline import emit, load_class

MASKED = symbp.layer(
    "Masked", "y[n] = mask[n]*x[n] + z[n]", inputs=["x", "mask", "z"], constants=["mask"]
)


def test_forward_takes_them_in_that_order():
    made = load_class(emit(MASKED))
    assert list(inspect.signature(made.forward).parameters) == ["self", "x", "mask", "z"]
    layer = made()
    y = layer.forward(np.array([1.0, 2]), np.array([0.0, 3]), np.array([5.0, 6]))
    np.testing.assert_allclose(y, [5, 12])
    dx, dz = layer.backward(np.ones(2))
    np.testing.assert_allclose(dx, [0, 3])
    np.testing.assert_allclose(dz, [1, 1])


def test_they_stay_constants():
    assert MASKED.inputs == ("x", "z")
    assert MASKED.constants == ("mask",)
    assert MASKED.arguments == ("x", "mask", "z")


def test_constants_that_are_not_ordered_come_last():
    layer = symbp.layer("F", "y = a*x*b*z", inputs=["b", "z", "x"], constants=["a", "b"])
    assert layer.arguments == ("b", "z", "x", "a")


@pytest.mark.parametrize("inputs", [["mask", "x", "z"], ["z", "mask", "x"]])
def test_the_judges_accept_it(inputs):
    layer = symbp.layer("Masked", "y = mask*x + z", inputs=inputs, constants=["mask"])
    source = emit(layer)
    assert check_layer(layer, load_class(source), source.text).ok


def test_a_network_wires_by_that_order():
    masked, net = symbp.parse_layers(
        """
[Masked]
inputs = ["m", "x"]
constants = ["m"]
forward = "y = m*x"

[Net]
inputs = ["x", "m"]
layers = ["a = Masked(m, x)", "MeanSquaredError(a, t)"]
constants = ["t"]
"""
    )
    assert masked.arguments == ("m", "x")
    made = load_class(emit(net))()
    found = made.forward(np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]]))
    np.testing.assert_allclose(found, (6 - 5) ** 2 / 2, atol=0.51)


def test_a_name_still_stands_in_no_two_other_lists():
    with pytest.raises(NotationError, match="`a` stands in parameters and in inputs: keep one"):
        symbp.layer("F", "y = a*x", inputs=["a", "x"], parameters=["a"])

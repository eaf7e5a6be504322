"""A layer whose names are those of other tensors' gradients: emitted, judged, reported."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class
from symbp.reports import report

LAYER = symbp.layer(
    "Taken",
    "n[i] = sum(dn[j]*W[j, i], j) + dW[i]*dalpha\nq[i] = n[i]*exp(dn[i])",
    parameters=["W", "dW"],
    outputs=["n", "q"],
    hyper={"dalpha": 0.5},
)


def test_the_judges_accept_it():
    source = emit(LAYER)
    assert check_layer(LAYER, load_class(source), source.text).ok
    assert "def backward(self, grad_n, dq):" in source.text


def test_attributes_and_dictionaries_agree():
    made = load_class(emit(LAYER))(np.eye(2), np.ones(2))
    n, q = made.forward(np.array([1.0, 2.0]))
    made.backward(grad_n=np.ones_like(n), dq=np.zeros_like(q))
    assert made.grads["W"] is made.grad_W
    assert made.grads["dW"] is made.ddW
    assert made.params["dW"] is made.dW
    np.testing.assert_allclose(made.grad_W, [[1, 1], [2, 2]])
    np.testing.assert_allclose(made.ddW, [0.5, 0.5])


def test_a_wrong_shape_is_told_of_the_output():
    made = load_class(emit(LAYER))(np.eye(2), np.ones(2))
    _, q = made.forward(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"grad_n has shape \(3,\), but the output has \(2,\)"):
        made.backward(np.ones(3), np.ones_like(q))


def test_numbers_in_a_graph_and_the_report():
    graph = symbp.graph("y = x*dx", x=3, dx=4)
    assert graph.gradients == {"x": 4.0, "dx": 3.0, "y": 1.0}
    text = report(LAYER, judged=False).to_text()
    assert "grad_W" in text

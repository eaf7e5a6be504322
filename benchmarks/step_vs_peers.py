"""A training step of the two-layer network against the text's plain style and other frameworks.

784-50-10, batch 100, float32; a step is forward, backward and gradient descent. Every contender
runs in a process of its own, on the same cores; the processes take turns, block after block, and
each rests while another is measured. Medians of blocks; a ratio above 1 is slower than generated.

    pip install -e ".[peers]"
    python benchmarks/step_vs_peers.py [--rounds 40]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
INPUTS, HIDDEN, CLASSES, BATCH, RATE = 784, 50, 10, 100, 0.1
BLOCK, WARM, BATCHES, REST = 60, 10, 20, 0.05


def problem():
    """Parameters, and batches of images (a fifth of the pixels is not black) and labels."""
    import numpy as np

    rng = np.random.default_rng(0)
    params = {
        "W1": (0.01 * rng.standard_normal((INPUTS, HIDDEN))).astype("float32"),
        "b1": np.zeros(HIDDEN, "float32"),
        "W2": (0.01 * rng.standard_normal((HIDDEN, CLASSES))).astype("float32"),
        "b2": np.zeros(CLASSES, "float32"),
    }
    x = rng.random((BATCHES, BATCH, INPUTS)) * (rng.random((BATCHES, BATCH, INPUTS)) < 0.2)
    return params, list(x.astype("float32")), list(rng.integers(0, CLASSES, (BATCHES, BATCH)))


def generated():
    """The emitted class, and SGD of symbp.training."""
    sys.path.insert(0, str(ROOT))
    from generated.two_layer_net import TwoLayerNet
    from symbp.training import SGD

    params, xs, ts = problem()
    net, rule = TwoLayerNet(INPUTS, HIDDEN, CLASSES, seed=0, dtype="float32"), SGD(RATE)
    for name, value in net.params.items():
        value[...] = params[name]

    def step(k):
        loss = net.forward(xs[k], ts[k])
        net.backward()
        rule.update(net.params, net.grads, {})
        return loss

    return step


def plain():
    """The text's style: a dictionary of layers, each as a textbook writes it."""
    import numpy as np

    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, x):
            self.shape = x.shape
            self.x = x.reshape(x.shape[0], -1)
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
            dout[self.mask] = 0
            return dout

    class SoftmaxWithLoss:
        def forward(self, x, t):
            x = x.T
            x = x - np.max(x, axis=0)
            self.t, self.y = t, (np.exp(x) / np.sum(np.exp(x), axis=0)).T
            return -np.sum(np.log(self.y[np.arange(len(t)), t] + 1e-7)) / len(t)

        def backward(self, dout=1):
            dx = self.y.copy()
            dx[np.arange(len(self.t)), self.t] -= 1
            return dx / len(self.t)

    params, xs, ts = problem()
    layers = {
        "Affine1": Affine(params["W1"], params["b1"]),
        "Relu1": Relu(),
        "Affine2": Affine(params["W2"], params["b2"]),
    }
    last = SoftmaxWithLoss()

    def step(k):
        x = xs[k]
        for layer in layers.values():
            x = layer.forward(x)
        loss = last.forward(x, ts[k])
        dout = last.backward(1)
        for layer in reversed(layers.values()):
            dout = layer.backward(dout)
        grads = {}
        for number in ("1", "2"):
            grads["W" + number] = layers["Affine" + number].dW
            grads["b" + number] = layers["Affine" + number].db
        for name in params:
            params[name] -= RATE * grads[name]
        return loss

    return step


def tuned():
    """NumPy by an expert who gives up every convenience: buffers, fused rate, no checks."""
    import numpy as np

    params, xs, ts = problem()
    W1, b1, W2, b2 = params.values()
    hidden, below = np.empty((2, BATCH, HIDDEN), "float32")
    y, rows = np.empty((BATCH, CLASSES), "float32"), np.arange(BATCH)
    dW1, dW2, mask = np.empty_like(W1), np.empty_like(W2), np.empty(hidden.shape, bool)
    zero, scale = np.float32(0).reshape(()), np.array(RATE / BATCH, "float32")
    ones, wide = np.ones(BATCH, "float32"), np.ones(CLASSES, "float32")

    def step(k):
        x, t = xs[k], ts[k]
        np.dot(x, W1, hidden)
        np.add(hidden, b1, hidden)
        np.maximum(hidden, zero, out=hidden)
        np.dot(hidden, W2, y)
        np.add(y, b2, y)
        np.subtract(y, y[rows, y.argmax(1)][:, None], y)
        picked = y[rows, t]
        np.exp(y, y)
        total = y.dot(wide)
        loss = (np.log(total).dot(ones) - picked.dot(ones)) / BATCH
        np.divide(y, total[:, None], y)
        y[rows, t] -= 1
        np.multiply(y, scale, y)
        np.dot(y, W2.T, below)
        np.multiply(below, np.greater(hidden, zero, mask), below)
        np.dot(x.T, below, dW1)
        np.dot(hidden.T, y, dW2)
        np.subtract(W1, dW1, W1)
        np.subtract(b1, ones.dot(below), b1)
        np.subtract(W2, dW2, W2)
        np.subtract(b2, ones.dot(y), b2)
        return loss

    return step


def autograd():
    """HIPS autograd."""
    import autograd.numpy as np
    from autograd import value_and_grad

    params, xs, ts = problem()
    rows = np.arange(BATCH)

    def loss(params, x, t):
        hidden = np.maximum(np.dot(x, params["W1"]) + params["b1"], 0)
        y = np.dot(hidden, params["W2"]) + params["b2"]
        y = y - np.max(y, axis=1, keepdims=True)
        return np.mean(np.log(np.sum(np.exp(y), axis=1)) - y[rows, t])

    both = value_and_grad(loss)

    def step(k):
        value, grads = both(params, xs[k], ts[k])
        for name, w in params.items():
            w -= RATE * grads[name]
        return value

    return step


def torch():
    """PyTorch, eager."""
    import torch
    from torch.nn.functional import cross_entropy

    params, xs, ts = problem()
    W1, b1, W2, b2 = weights = [torch.tensor(w, requires_grad=True) for w in params.values()]
    xs, ts = [torch.tensor(x) for x in xs], [torch.tensor(t) for t in ts]

    def step(k):
        hidden = torch.relu(torch.addmm(b1, xs[k], W1))
        loss = cross_entropy(torch.addmm(b2, hidden, W2), ts[k])
        loss.backward()
        with torch.no_grad():
            for w in weights:
                w.sub_(w.grad, alpha=RATE)
                w.grad = None
        return loss.item()

    return step


def jax():
    """JAX, the whole step in one jitted function, parameters donated."""
    import functools

    import jax
    import jax.numpy as jnp

    params, xs, ts = problem()
    held = [{name: jnp.array(w) for name, w in params.items()}]
    xs, ts = [jnp.array(x) for x in xs], [jnp.array(t) for t in ts]

    def loss(params, x, t):
        hidden = jax.nn.relu(x @ params["W1"] + params["b1"])
        logs = jax.nn.log_softmax(hidden @ params["W2"] + params["b2"])
        return -jnp.take_along_axis(logs, t[:, None], axis=1).mean()

    @functools.partial(jax.jit, donate_argnums=0)
    def update(params, x, t):
        value, grads = jax.value_and_grad(loss)(params, x, t)
        return value, {name: w - RATE * grads[name] for name, w in params.items()}

    def step(k):
        value, held[0] = update(held[0], xs[k], ts[k])
        held[0]["b2"].block_until_ready()
        return value

    return step


CONTENDERS = {
    "generated": generated,
    "tuned NumPy": tuned,
    "plain NumPy": plain,
    "autograd": autograd,
    "torch eager": torch,
    "jax.jit": jax,
}


def threads_of(name: str) -> str:
    """How many threads this process computes with."""
    if name == "torch eager":
        return str(sys.modules["torch"].get_num_threads())
    if name == "jax.jit":  # XLA's pool has one thread for every core that the process may use
        return str(len(os.sched_getaffinity(0)))
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return os.environ[THREADS[0]]
    return str(max(pool["num_threads"] for pool in threadpool_info()))


def work(name: str) -> None:
    """A contender's process: one block of steps for every line that it is sent."""
    step = CONTENDERS[name]()
    losses = [float(step(k % BATCHES)) for k in range(5 * BATCHES)]
    print(f"{threads_of(name)} {losses[-1]}", flush=True)
    for _ in sys.stdin:
        for k in range(WARM):
            step(k)
        start = time.perf_counter()
        for k in range(BLOCK):
            step(k % BATCHES)
        print((time.perf_counter() - start) / BLOCK, flush=True)


def measure(cores: set[int], rounds: int) -> None:
    """Starts the contenders on these cores, lets them take turns, and prints the medians."""
    load = os.getloadavg()[0]  # others on these cores spoil the figures of two threads
    environment = {name: value for name, value in os.environ.items() if name not in SLOWING}
    environment |= dict.fromkeys(THREADS, str(len(cores)))
    os.sched_setaffinity(0, cores)
    children = {}
    for name in CONTENDERS:
        children[name] = subprocess.Popen(
            [sys.executable, __file__, "--work", name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    starts = {name: child.stdout.readline().split() for name, child in children.items()}
    if missing := [name for name, words in starts.items() if not words]:
        sys.exit(f"step_vs_peers: could not start {', '.join(missing)}; see the extra `peers`")
    assert max(abs(float(v[1]) - float(starts["generated"][1])) for v in starts.values()) < 1e-3
    times = {name: [] for name in children}
    for _ in range(rounds):
        for name in random.sample(list(children), len(children)):
            child = children[name]
            time.sleep(REST)  # until the last one's threads sleep too
            child.stdin.write("go\n")
            child.stdin.flush()
            times[name].append(float(child.stdout.readline()))
    for child in children.values():
        child.stdin.close()
        child.wait()
    medians = {name: statistics.median(values) * 1e6 for name, values in times.items()}
    print(
        f"cores {sorted(cores)}, {rounds} blocks of {BLOCK} steps each, interleaved; "
        f"load average before {load:.1f}"
    )
    for name, median in medians.items():
        ratio = median / medians["generated"]
        threads = starts[name][0]
        print(f"  {name:12} {median:8.1f} us  {ratio:5.2f} x generated  threads {threads}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--work", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    cores = sorted(os.sched_getaffinity(0))[:2]
    for count in sorted({1, len(cores)}, reverse=True):
        measure(set(cores[:count]), given.rounds)


if __name__ == "__main__":
    main()

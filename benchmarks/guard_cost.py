"""What the guard of saved arrays costs: a training step with it, and without it.

784-50-10, batch 100, picked anew for every step as in a training loop. A step is forward, backward
and gradient descent, by the emitted layers and by the emitted network, in float32 and float64. The
version without the guard is the same module less the lines that copy what was given and that make
what is handed out read-only. Both take turns in one process; the ratio is that of the medians.

    python benchmarks/guard_cost.py [--steps 3000]
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
CHILD = "SYMBP_BENCHMARK_CHILD"
SAMPLES, INPUTS, HIDDEN, CLASSES, BATCH, RATE = 6000, 784, 50, 10, 100, 0.01
MODULES = {
    "Affine": "affine",
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "SoftmaxWithLoss": "softmax_with_loss",
    "TwoLayerNet": "two_layer_net",
}
GUARD = re.compile(r"\n[^\n]*(\.setflags\(|= _private\()[^\n]*")


def classes(guarded):
    """The emitted classes by name, with the guard or without it."""
    found = {}
    for name, stem in MODULES.items():
        text = (ROOT / "generated" / f"{stem}.py").read_text(encoding="utf-8")
        module = types.ModuleType(stem)
        code = text if guarded else GUARD.sub("", text)
        exec(compile(code, stem, "exec"), module.__dict__)
        found[name] = getattr(module, name)
    return found


def steps(made, dtype):
    """Functions that take one training step each, by what they train."""
    import numpy as np

    rng = np.random.default_rng(0)
    first, second = (
        made["Affine"]((rng.standard_normal(shape) * 0.01).astype(dtype), np.zeros(shape[1], dtype))
        for shape in ((INPUTS, HIDDEN), (HIDDEN, CLASSES))
    )
    last = made["SoftmaxWithLoss"]()
    net = made["TwoLayerNet"](INPUTS, HIDDEN, CLASSES, seed=0, dtype=dtype)

    def chain(between):
        def step(x, t):
            last.forward(second.forward(between.forward(first.forward(x))), t)
            first.backward(between.backward(second.backward(last.backward())))
            for layer in (first, second):
                for name, parameter in layer.params.items():
                    parameter -= RATE * layer.grads[name]

        return step

    def network(x, t):
        for name, gradient in net.gradient(x, t).items():
            net.params[name][...] -= RATE * gradient

    return {
        "layers, ReLU": chain(made["Relu"]()),
        "layers, sigmoid": chain(made["Sigmoid"]()),
        "network": network,
    }


def measure(count):
    """Print the medians and their ratio."""
    import numpy as np

    rng = np.random.default_rng(0)
    for dtype in ("float32", "float64"):
        images = rng.random((SAMPLES, INPUTS)).astype(dtype)
        labels = rng.integers(0, CLASSES, SAMPLES)
        with_guard, without = (steps(classes(guarded), dtype) for guarded in (True, False))
        for name in with_guard:
            pair, times = (with_guard[name], without[name]), ([], [])
            for k in range(count):
                for place in (k % 2, 1 - k % 2):
                    picked = rng.integers(0, SAMPLES, BATCH)
                    x, t = images[picked], labels[picked]
                    start = time.perf_counter()
                    pair[place](x, t)
                    times[place].append(time.perf_counter() - start)
            guard, plain = (statistics.median(values) * 1e6 for values in times)
            print(f"  {dtype} {name:16} {guard:7.1f} us, {plain:7.1f} without: {guard / plain:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=3000)
    count = parser.parse_args().steps
    if CHILD in os.environ:
        measure(count)
        return
    clean = {name: value for name, value in os.environ.items() if name not in SLOWING}
    for title, threads in (("one thread", {"OPENBLAS_NUM_THREADS": "1"}), ("default threads", {})):
        print(title, flush=True)
        command = [sys.executable, __file__, "--steps", str(count)]
        subprocess.run(command, env={**clean, **threads, CHILD: "1"}, check=True)


if __name__ == "__main__":
    main()

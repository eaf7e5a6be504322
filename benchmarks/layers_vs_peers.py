"""Layers, forward and backward, against PyTorch and JAX: emitted NumPy and emitted loops.

float32. Every contender is a process of its own; the processes take turns, block after block, in
an order that is drawn anew, and each rests while another is measured. What is printed is the median
time of emitted loops, and how many times as long the others take; `copy` copies what the layer is
given.

    pip install -e ".[peers]"
    python benchmarks/layers_vs_peers.py [--threads 1 2] [--rounds 9] [--only gelu norm]
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
CONTENDERS = ("numba", "numpy", "torch", "jax", "copy")
BLOCK, REST = 0.03, 0.05
ACTIVATIONS = ("Sigmoid", "Tanh", "Gelu", "GeluTanh", "Silu", "Mish", "Softplus", "Relu", "Elu")
WORK = {
    **{
        f"{name} {size:.0e}": (name, (size,))
        for name in ACTIVATIONS
        for size in (10**3, 10**5, 10**7)
    },
    **{
        f"SoftmaxWithLoss {n}x{k}": ("SoftmaxWithLoss", (n, k))
        for n, k in ((100, 10), (1024, 1000), (64, 50257))
    },
    **{f"{name} 1024x1024": (name, (1024, 1024)) for name in ("LayerNorm", "RMSNorm", "BatchNorm")},
    "Attention 8x512x64": ("ScaledDotProductAttention", (8, 512, 64)),
    "Embedding 10000x256, 4096": ("Embedding", (10_000, 256, 4096)),
}


def arrays(name, shape):
    """What a layer is given: its parameters, its arguments, and the upstream gradient."""
    import numpy as np

    rng = np.random.default_rng(0)

    def draw(*lengths):
        return rng.standard_normal(lengths).astype("float32")

    if name == "SoftmaxWithLoss":
        return [], [draw(*shape), rng.integers(0, shape[1], shape[0])], np.float32(1)
    if name == "Embedding":
        count, width, places = shape
        table, places = draw(count, width), rng.integers(0, count, places)
        return [table], [places], draw(len(places), width)
    if name == "ScaledDotProductAttention":
        return [], [draw(*shape) for _ in range(3)], draw(*shape)
    parameters = {"LayerNorm": 2, "BatchNorm": 2, "RMSNorm": 1}.get(name, 0)
    return [draw(shape[-1]) for _ in range(parameters)], [draw(*shape)], draw(*shape)


def emitted(folder):
    """A class of symbp's, from a folder of modules."""

    def maker(name, shape):
        sys.path.insert(0, folder)
        from symbp.notation.names import snake_case

        parameters, given, upstream = arrays(name, shape)
        layer = getattr(importlib.import_module(snake_case(name)), name)(*parameters)

        def step():
            layer.forward(*given)
            layer.backward(upstream)

        return step

    return maker


def formula(name, library):
    """A layer as a user of a framework writes it: `library` has its names."""
    f = library
    return {
        "Sigmoid": f["sigmoid"],
        "Tanh": f["tanh"],
        "Gelu": f["gelu"],
        "GeluTanh": f["gelu_tanh"],
        "Silu": f["silu"],
        "Mish": f["mish"],
        "Softplus": f["softplus"],
        "Relu": f["relu"],
        "Elu": f["elu"],
        "SoftmaxWithLoss": f["cross_entropy"],
        "LayerNorm": f["layer_norm"],
        "RMSNorm": f["rms_norm"],
        "BatchNorm": f["batch_norm"],
        "ScaledDotProductAttention": f["attention"],
        "Embedding": f["embedding"],
    }[name]


def torch(name, shape):
    """PyTorch, eager."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    library = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu": functional.gelu,
        "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
        "silu": functional.silu,
        "mish": functional.mish,
        "softplus": functional.softplus,
        "relu": torch.relu,
        "elu": functional.elu,
        "cross_entropy": functional.cross_entropy,
        "layer_norm": lambda g, b, x: functional.layer_norm(x, x.shape[-1:], g, b),
        "rms_norm": lambda g, x: functional.rms_norm(x, x.shape[-1:], g),
        "batch_norm": lambda g, b, x: functional.batch_norm(x, None, None, g, b, training=True),
        "attention": functional.scaled_dot_product_attention,
        "embedding": lambda table, places: functional.embedding(places, table),
    }
    parameters, given, upstream = arrays(name, shape)
    tensors = [torch.from_numpy(value) for value in (*parameters, *given)]
    leaves = [t.requires_grad_() for t in tensors if t.is_floating_point()]
    run, dy = formula(name, library), torch.as_tensor(upstream)

    def step():
        for leaf in leaves:
            leaf.grad = None
        run(*tensors).backward(dy)

    return step


def jax(name, shape):
    """JAX, compiled."""
    import jax
    import jax.numpy as jnp
    from jax import nn

    def norm(x, axis):
        centred = x - x.mean(axis, keepdims=True)
        return centred / jnp.sqrt((centred**2).mean(axis, keepdims=True) + 1e-5)

    def attention(q, k, v):
        return nn.softmax(q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5) @ v

    library = {
        "sigmoid": nn.sigmoid,
        "tanh": jnp.tanh,
        "gelu": lambda x: nn.gelu(x, approximate=False),
        "gelu_tanh": nn.gelu,
        "silu": nn.silu,
        "mish": lambda x: x * jnp.tanh(nn.softplus(x)),
        "softplus": nn.softplus,
        "relu": nn.relu,
        "elu": nn.elu,
        "cross_entropy": lambda x, t: (
            -jnp.take_along_axis(nn.log_softmax(x), t[:, None], axis=1).mean()
        ),
        "layer_norm": lambda g, b, x: g * norm(x, -1) + b,
        "rms_norm": lambda g, x: g * x / jnp.sqrt((x**2).mean(-1, keepdims=True) + 1e-5),
        "batch_norm": lambda g, b, x: g * norm(x, 0) + b,
        "attention": attention,
        "embedding": lambda table, places: table[places],
    }
    parameters, given, upstream = arrays(name, shape)
    values = [jnp.asarray(value) for value in (*parameters, *given)]
    moved = [k for k, value in enumerate(values) if value.dtype == jnp.float32]
    run, dy = formula(name, library), jnp.asarray(upstream)

    @jax.jit
    def both(values, dy):
        def of(*chosen):
            full = list(values)
            for k, value in zip(moved, chosen, strict=True):
                full[k] = value
            return run(*full)

        y, pull = jax.vjp(of, *(values[k] for k in moved))
        return y, pull(dy)

    return lambda: jax.block_until_ready(both(values, dy))


def copy(name, shape):
    """The bytes of the least: what is given and handed out, both ways."""
    import numpy as np

    _, given, upstream = arrays(name, shape)
    sources = [np.ravel(value) for value in (*given, upstream)]

    def step():
        for value in sources:
            value.copy()

    return step


def serve(contender, folder):
    """Times blocks of calls: a name and the least seconds come in, the seconds of a call go out."""
    makers = {"torch": torch, "jax": jax, "copy": copy}
    maker = makers.get(contender) or emitted(folder)
    step, ready = None, ""
    for line in sys.stdin:
        wanted, _, least = line.rstrip("\n").rpartition("|")
        if wanted != ready:
            step, ready = maker(*WORK[wanted]), wanted
            for _ in range(3):
                step()
        count, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < float(least) or not count:
            step()
            count += 1
        print(spent / count, flush=True)


def started(contender, folder, threads):
    environment = {key: value for key, value in os.environ.items() if key not in SLOWING}
    environment |= dict.fromkeys(THREADS, str(threads))
    if contender == "jax":
        one = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        environment |= {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": one if threads == 1 else ""}
    return subprocess.Popen(
        [sys.executable, __file__, "--serve", contender, "--folder", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ask(process, work):
    time.sleep(REST)  # the threads of the last one spin for a while
    process.stdin.write(f"{work}|{BLOCK}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    return float(answer) if answer else float("nan")


def measured(work, processes, rounds):
    """Median seconds of a call, by contender."""
    for process in processes.values():
        ask(process, work)
    found = {name: [] for name in processes}
    for _ in range(rounds):
        for name in random.sample(list(processes), len(processes)):
            found[name].append(ask(processes[name], work))
    return {name: statistics.median(times) for name, times in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("--serve", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "symbp", "generate", "--target", "numba", "--out", folder]
        subprocess.run(command, check=True, cwd=ROOT)
        folders = {"numpy": str(ROOT / "generated")}
        for threads in options.threads:
            processes = {
                name: started(name, folders.get(name, folder), threads) for name in CONTENDERS
            }
            print(f"\n{threads} thread(s)", f"{'loops':>30}", *(f"{n:>8}" for n in CONTENDERS[1:]))
            for work in WORK:
                if any(word.lower() in work.lower() for word in options.only):
                    times = measured(work, processes, options.rounds)
                    own = times.pop("numba")
                    ratios = (f"{value / own:8.2f}" for value in times.values())
                    print(f"{work:<28} {own * 1e6:9.1f} us", *ratios, flush=True)
            for process in processes.values():
                process.terminate()


if __name__ == "__main__":
    main()

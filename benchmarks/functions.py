"""What an element of each elementary function costs, compiled by Numba and as NumPy's own.

A loop over an array in cache, one thread, and the ufunc of NumPy (of SciPy for erf and erfc) with
`out=`. Both take turns; the figures are medians in ns an element.

    python benchmarks/functions.py [--size 100000] [--rounds 200]
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

import numba
import numpy as np
import scipy.special

from symbp.targets.numba.functions import NAMES, source

ENDS = {"log": (1e-3, 10.0), "log1p": (-0.9, 10.0), "sin": (-100.0, 100.0), "cos": (-100.0, 100.0)}


def loops():
    """Compiled loops by name and type."""
    module = {"math": math, "np": np, "numba": numba}
    exec(compile(source(NAMES), "emitted", "exec"), module)
    return {
        (name, dtype): loop(module[f"_{name}_{dtype[-2:]}"])
        for name in NAMES
        if name != "is_far"
        for dtype in ("float32", "float64")
    }


def loop(function):
    @numba.njit(error_model="numpy", fastmath={"contract"})
    def looped(x, y):
        for i in range(x.size):
            y[i] = function(x[i])

    return looped


def seconds(work, x, y):
    start = time.perf_counter()
    work(x, y)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    print(f"{'':>16} {'Numba':>8} {'NumPy':>8} {'ratio':>6}")
    for (name, dtype), compiled in loops().items():
        x = rng.uniform(*ENDS.get(name.removeprefix("near_"), (-8.0, 8.0)), options.size).astype(
            dtype
        )
        y = np.empty_like(x)
        plain = name.removeprefix("near_")
        ufunc = getattr(np, plain, None) or getattr(scipy.special, plain)
        compiled(x, y)
        times = [(seconds(compiled, x, y), seconds(ufunc, x, y)) for _ in range(options.rounds)]
        ours, theirs = (
            statistics.median(one) / options.size * 1e9 for one in zip(*times, strict=True)
        )
        print(f"{name:>8} {dtype} {ours:8.2f} {theirs:8.2f} {theirs / ours:6.2f}")


if __name__ == "__main__":
    main()

"""Many random layers: `SYMBP_SEED=1 SYMBP_LAYERS=5000 python -m tests.properties`.

Each fault is printed with the layer that shows it; layer n of a seed is always the same one.
"""

from __future__ import annotations

import sys

from .run import report, run, settings

if __name__ == "__main__":
    seed, layers, processes = settings()
    print(f"SYMBP_SEED={seed} SYMBP_LAYERS={layers}", flush=True)
    counts = run(seed, layers, processes, show=lambda text: print(text, flush=True))
    print(report(counts))
    sys.exit(counts["faults"] > 0)

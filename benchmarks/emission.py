"""How long deriving and emitting a layer takes, in seconds of the processor.

    python benchmarks/emission.py [--target numpy] [FILE]...

Each layer is emitted in fresh processes, as what was derived before is remembered; the figure is
the median. Without a file: the layers that are long to derive. The limit is 3 seconds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from symbp.catalogue import read_layers
from symbp.targets.registry import TARGETS

REPEATS = 3
LARGE = Path(__file__).resolve().parent / "large_layers.toml"
ONE = """
import sys, time
from symbp import pipeline
from symbp.catalogue import read_layers
from symbp.targets.registry import TARGETS
(layer,) = (item for item in read_layers(sys.argv[1]) if item.name == sys.argv[2])
begin = time.process_time()
pipeline.emit(layer, TARGETS[sys.argv[3]])
print(time.process_time() - begin)
"""


def seconds(file: str, name: str, target: str) -> float:
    """The median time of a layer."""
    command = [sys.executable, "-c", ONE, file, name, target]
    runs = (subprocess.run(command, check=True, capture_output=True) for _ in range(REPEATS))
    return statistics.median(float(run.stdout) for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="numpy", choices=TARGETS)
    parser.add_argument("files", nargs="*", default=[str(LARGE)])
    chosen = parser.parse_args()
    for file in chosen.files:
        for layer in read_layers(file):
            print(f"{layer.name:24}{seconds(file, layer.name, chosen.target):7.2f} s")


if __name__ == "__main__":
    main()

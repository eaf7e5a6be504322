"""How long a cold start takes: the catalogue, one layer, the import of one generated layer.

    python benchmarks/startup.py

Each figure is the median of fresh processes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds(arguments: list[str], repeats: int = 5) -> float:
    """The median time of a fresh Python process."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        generate = ["-m", "symbp", "generate", "--out", folder]
        everything = seconds(generate, repeats=3)
        one = seconds([*generate, "--only", "Sigmoid"])
        sympy = seconds(["-c", "import sympy"])
        numpy = seconds(["-c", "import numpy"])
        layer = seconds(["-c", f"import sys; sys.path.insert(0, {folder!r}); import sigmoid"])
        package = seconds(["-c", f"import sys; sys.path.insert(0, {folder!r}); import affine"])
        empty = seconds(["-c", ""])
        helped = seconds(["-m", "symbp", "--help"])
    print(f"generate, whole catalogue   {everything:7.3f} s   (limit 10)")
    print(f"generate, one layer         {one:7.3f} s   (limit 1.5; importing SymPy {sympy:.3f})")
    print(f"import of Sigmoid           {layer:7.3f} s   (importing NumPy {numpy:.3f})")
    print(f"import of Affine            {package:7.3f} s")
    print(f"symbp --help                {helped:7.3f} s   (an empty Python {empty:.3f})")


if __name__ == "__main__":
    main()

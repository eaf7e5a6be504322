"""Draws and judges many random layers, in one or more processes."""

from __future__ import annotations

import collections
import multiprocessing
import os
import random
import secrets
from collections.abc import Callable

from .author import made
from .judging import FAULTS, Finding, examine
from .naming import named

__all__ = ["Counts", "report", "run", "settings"]

Counts = collections.Counter[str]


def settings(layers: int = 1000) -> tuple[int, int, int]:
    """The seed, the number of layers and of processes, from the environment.

    Without SYMBP_SEED the seed is a new one every time.
    """
    seed = int(os.environ.get("SYMBP_SEED") or secrets.randbelow(10**9))
    count = int(os.environ.get("SYMBP_LAYERS") or layers)
    return seed, count, int(os.environ.get("SYMBP_PROCESSES") or 2)


def _judge(place: tuple[int, int]) -> list[tuple[str, Finding]]:
    """A layer as it is, and with half of its subexpressions named."""
    seed, number = place
    rng = random.Random(f"{seed}:{number}")
    layer = made(rng)
    finding = examine(layer, number)
    judged = [(str(layer), finding)]
    if finding.verdict in ("right", *FAULTS):
        apart = named(layer, rng)
        judged.append((str(apart), examine(apart, number)))
    return judged


def run(
    seed: int, layers: int, processes: int = 1, show: Callable[[str], object] = print
) -> Counts:
    """How often each verdict fell.

    Args:
        seed: with the number of a layer it fixes the layer and its arguments.
        layers: how many.
        processes: at once.
        show: is given every fault.
    """
    counts: Counts = collections.Counter()
    places = [(seed, number) for number in range(layers)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        judged = pool.imap_unordered(_judge, places, chunksize=4)
        for findings in judged:
            for kind, (layer, finding) in zip(("", "named: "), findings, strict=False):
                counts[kind + finding.verdict] += 1
                counts["entries compared"] += finding.entries
                counts["kinks left out"] += finding.kinks
                counts["second looks"] += finding.doubts
                counts[kind + "lines"] += finding.lines * (len(findings) == 2)
                counts[kind + "contractions"] += finding.products * (len(findings) == 2)
                if finding.verdict in FAULTS:
                    counts["faults"] += 1
                    show(f"seed {seed}: {kind}{finding.verdict}: {finding.what}\n  {layer}")
    return counts


def report(counts: Counts) -> str:
    """The counts as a table."""
    return "\n".join(f"{name:>18} {count:8d}" for name, count in sorted(counts.items()))

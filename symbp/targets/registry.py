"""All targets by name."""

from __future__ import annotations

from symbp.targets.numba import NUMBA
from symbp.targets.numpy import NUMPY
from symbp.targets.text import TEXT

__all__ = ["TARGETS"]

TARGETS = {target.name: target for target in (NUMPY, NUMBA, TEXT)}

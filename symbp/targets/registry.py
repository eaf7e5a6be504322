"""All targets by name."""

from __future__ import annotations

from symbp.targets.numpy import NUMPY
from symbp.targets.text import TEXT

__all__ = ["TARGETS"]

TARGETS = {target.name: target for target in (NUMPY, TEXT)}

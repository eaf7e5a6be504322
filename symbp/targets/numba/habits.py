"""What the schedule has to know of loops that Numba compiles."""

from __future__ import annotations

from dataclasses import replace

from symbp.targets.numba.scalars import FUNCTIONS
from symbp.targets.numpy.habits import HABITS as NUMPY_HABITS

__all__ = ["HABITS"]

HABITS = replace(NUMPY_HABITS, in_nests=FUNCTIONS)
"""As NumPy's, beside its nests."""

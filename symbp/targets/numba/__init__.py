"""Numba: the same classes as NumPy's, with loops that are compiled when they are first needed."""

from symbp.ops import MEASURED
from symbp.targets.numba.habits import HABITS
from symbp.targets.numba.lower import numba_program
from symbp.targets.numba.module import numba_module
from symbp.targets.package import render_package
from symbp.targets.target import Target

__all__ = ["NUMBA"]

NUMBA = Target(
    "numba", numba_program, MEASURED, HABITS, numba_module, render_package, needs=("numba",)
)

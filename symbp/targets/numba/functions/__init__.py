"""Elementary functions as text that Numba compiles to vector code."""

from symbp.targets.numba.functions.source import NAMES, definitions, source

__all__ = ["NAMES", "definitions", "source"]

"""Array operations and the lowering of equations to them."""

from symbp.program.closure import closure
from symbp.program.least import LeastLength, least_lengths
from symbp.program.lower import lower
from symbp.program.program import AssumedEqual, Phase, Program, Result

__all__ = [
    "AssumedEqual",
    "LeastLength",
    "Phase",
    "Program",
    "Result",
    "closure",
    "least_lengths",
    "lower",
]

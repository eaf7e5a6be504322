"""Array operations and the lowering of equations to them."""

from symbp.program.least import LeastLength, least_lengths
from symbp.program.lower import lower
from symbp.program.memory import owner
from symbp.program.program import AssumedEqual, Program, Result
from symbp.program.saving import closure

__all__ = [
    "AssumedEqual",
    "LeastLength",
    "Program",
    "Result",
    "closure",
    "least_lengths",
    "lower",
    "owner",
]

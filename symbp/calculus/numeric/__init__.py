"""Derivations with numbers: every value and gradient of a graph that a person looks at."""

from symbp.calculus.numeric.arrays import Value
from symbp.calculus.numeric.evaluate import (
    Evaluated,
    evaluate,
    evaluate_derivation,
    sizes_of,
)

__all__ = ["Evaluated", "Value", "evaluate", "evaluate_derivation", "sizes_of"]

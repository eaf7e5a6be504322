"""Local derivatives, the reverse sweep, rewrites: from a `Layer` to its `Derivation`."""

from symbp.calculus.conventions import conventions
from symbp.calculus.deltas import by_delta
from symbp.calculus.derivation import Derivation, Step
from symbp.calculus.derive import derive
from symbp.calculus.indices import rename
from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.calculus.sums import expand_sums
from symbp.calculus.sweep import adjoint, total_adjoint
from symbp.calculus.text import equation_text, expression_text

__all__ = [
    "ArgMaxOver",
    "ArgMinOver",
    "Delta",
    "Derivation",
    "Step",
    "adjoint",
    "by_delta",
    "conventions",
    "derive",
    "equation_text",
    "expand_sums",
    "expression_text",
    "rename",
    "total_adjoint",
]

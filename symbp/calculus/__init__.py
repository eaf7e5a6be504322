"""Local derivatives, the reverse sweep, rewrites: from a `Layer` to its `Derivation`."""

from symbp.calculus.chain import Chain
from symbp.calculus.conventions import Kink, conventions, kinks
from symbp.calculus.deltas import by_delta
from symbp.calculus.derivation import Derivation, Step
from symbp.calculus.derive import derive
from symbp.calculus.indices import rename
from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.calculus.numeric import Evaluated, Value, evaluate, evaluate_derivation
from symbp.calculus.proofs import FreeShift, Guard, Identity, Proof
from symbp.calculus.sums import expand_sums
from symbp.calculus.sweep import Contribution, Sweep, adjoint, selector, total_adjoint
from symbp.calculus.text import equation_text, expression_text

__all__ = [
    "ArgMaxOver",
    "ArgMinOver",
    "Chain",
    "Contribution",
    "Delta",
    "Derivation",
    "Evaluated",
    "FreeShift",
    "Guard",
    "Identity",
    "Kink",
    "Proof",
    "Step",
    "Sweep",
    "Value",
    "adjoint",
    "by_delta",
    "conventions",
    "derive",
    "equation_text",
    "evaluate",
    "evaluate_derivation",
    "expand_sums",
    "expression_text",
    "kinks",
    "rename",
    "selector",
    "total_adjoint",
]

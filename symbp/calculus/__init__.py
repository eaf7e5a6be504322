"""Local derivatives, the reverse sweep, rewrites: from a `Layer` to its `Derivation`."""

from symbp.calculus.bounds import shifts_in, signed
from symbp.calculus.chain import Chain
from symbp.calculus.conventions import Kink, conventions, kinks
from symbp.calculus.cost import is_contraction
from symbp.calculus.deltas import by_delta
from symbp.calculus.derivation import Derivation, Derived, Step
from symbp.calculus.derive import derive
from symbp.calculus.function import Function
from symbp.calculus.hyperbolic import with_hyperbolics
from symbp.calculus.indices import rename
from symbp.calculus.named_values import named_values
from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.calculus.proofs import FreeShift, Guard, Identity, Proof
from symbp.calculus.pushforward import hvp, jvp
from symbp.calculus.sums import expand_sums
from symbp.calculus.sweep import Contribution, Sweep, adjoint, selector, total_adjoint, totalled
from symbp.calculus.text import equation_text, expression_text

__all__ = [
    "ArgMaxOver",
    "ArgMinOver",
    "Chain",
    "Contribution",
    "Delta",
    "Derivation",
    "Derived",
    "FreeShift",
    "Function",
    "Guard",
    "Identity",
    "Kink",
    "Proof",
    "Step",
    "Sweep",
    "adjoint",
    "by_delta",
    "conventions",
    "derive",
    "equation_text",
    "expand_sums",
    "expression_text",
    "hvp",
    "is_contraction",
    "jvp",
    "kinks",
    "named_values",
    "rename",
    "selector",
    "shifts_in",
    "signed",
    "total_adjoint",
    "totalled",
    "with_hyperbolics",
]

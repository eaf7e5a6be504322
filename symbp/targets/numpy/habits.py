"""How NumPy's operations are written, for the schedule."""

from __future__ import annotations

from symbp.program.operations import Cast, Choose, Map
from symbp.schedule import Habits
from symbp.targets.numpy.calls import AddInto, Copy, Einsum, Matmul, Merge, Placing, Tensordot
from symbp.targets.numpy.expressions import SCIPY

__all__ = ["HABITS"]

HABITS = Habits(
    fresh=(Map, Choose, Matmul, Tensordot, Einsum, Cast, Copy),
    statements=(Placing,),
    onto=(AddInto,),
    repeating=(Merge,),
    not_in_place=SCIPY,
    weights={Merge: 3},
    most=5,
)
"""A statement of five operations on names of some ten letters fills a line."""

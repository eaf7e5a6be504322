"""What a target is to the stages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.ops import Costs
from symbp.program import Program
from symbp.schedule import Habits, Schedule
from symbp.targets.code import Equations, SourceFile

__all__ = ["Target"]


@dataclass(frozen=True)
class Target:
    """Where a program is run, and what it looks like there.

    Args:
        name: on the command line.
        lower: brings a program into the target's own operations.
        costs: what operations cost there, for the choice among equal formulas.
        habits: how it writes operations, for the schedule.
        module: the file of a layer or a network.
        package: the file that stands beside those of some classes, by name; None if none does.
        runs: whether what it emits is Python that can be run.
        needs: the packages that what it emits imports beside NumPy.
    """

    name: str
    lower: Callable[[Program], Program]
    costs: Costs
    habits: Habits
    module: Callable[[Layer | Network, Schedule, Equations], SourceFile]
    package: Callable[[Iterable[str]], SourceFile] | None = None
    runs: bool = True
    needs: tuple[str, ...] = ()

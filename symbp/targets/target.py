"""What a target is to the stages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symbp.notation.layer import Layer
from symbp.notation.network import Network
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
        habits: how it writes operations, for the schedule.
        module: the file of a layer or a network.
        package: the file that stands beside those of some classes, by name; None if none does.
    """

    name: str
    lower: Callable[[Program], Program]
    habits: Habits
    module: Callable[[Layer | Network, Schedule, Equations], SourceFile]
    package: Callable[[Iterable[str]], SourceFile] | None = None

"""What a schedule has to know of a target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from symbp.program.operations import Operation

__all__ = ["Habits"]


@dataclass(frozen=True)
class Habits:
    """How a target writes operations.

    Args:
        fresh: whose values are arrays of their own, which nobody else sees.
        statements: which take a statement of their own.
        onto: which write into the array of operand 1.
        repeating: whose text has that of their operand twice.
        not_in_place: functions that cannot write into an array that is given.
        weights: of operations that are longer than others in a statement; others have 1.
        most: how much a statement may weigh before a part of it gets a name.
        in_nests: the functions that a loop nest can hold; none where there are no nests.
    """

    fresh: tuple[type[Operation], ...]
    statements: tuple[type[Operation], ...]
    onto: tuple[type[Operation], ...]
    repeating: tuple[type[Operation], ...]
    not_in_place: Collection[str]
    weights: Mapping[type[Operation], int]
    most: int
    in_nests: Collection[str] = ()

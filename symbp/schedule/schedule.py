"""What is decided about a program before it is printed, as data."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program import Program
from symbp.schedule.saving import choose_saved

__all__ = ["Schedule", "scheduled"]


@dataclass(frozen=True)
class Schedule:
    """A program and what becomes of its values.

    Args:
        program: what is computed.
        saved: the operations whose values forward keeps for backward, in order.
    """

    program: Program
    saved: tuple[int, ...]


def scheduled(program: Program) -> Schedule:
    """The schedule of a program."""
    return Schedule(program, choose_saved(program))

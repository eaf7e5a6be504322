"""What is decided about a program before it is printed, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from symbp.program import Phase, Program, Result
from symbp.program.operations import Argument
from symbp.schedule.habits import Habits
from symbp.schedule.passes import Pass, planned
from symbp.schedule.saving import choose_saved

__all__ = ["Schedule", "scheduled"]


@dataclass(frozen=True)
class Schedule:
    """A program and what becomes of its values.

    Args:
        program: what is computed.
        saved: the operations whose values forward keeps for what follows it, in order.
        forward: from the arguments to the outputs and to what is saved.
        phases: from arguments of their own and what is saved to what they return, by name.
        assumptions: what the check of each assumption computes.
        slices: parts of the forward pass by name, which save nothing.
    """

    program: Program
    saved: tuple[int, ...]
    forward: Pass
    phases: Mapping[str, Pass]
    assumptions: tuple[Pass, ...]
    slices: Mapping[str, Pass]


def scheduled(
    program: Program, habits: Habits, slices: Mapping[str, Collection[str]] | None = None
) -> Schedule:
    """The schedule of a program.

    Args:
        program: what is computed.
        habits: of the target.
        slices: the names of the values that parts of the forward pass return, by name.
    """
    saved = choose_saved(program, hoists=bool(habits.in_nests))
    kept = [n for n in saved if not isinstance(program.operations[n], Argument)]
    outputs = [r.operation for r in program.forward if r.name in program.outputs]
    forward = planned(
        program,
        outputs + kept,
        [n for n in saved if n not in kept],
        _by_operation(program.forward, program.outputs),
        kept,
        habits,
        program.fixed_shapes,
    )
    phases = {name: _phase(program, phase, saved, habits) for name, phase in program.phases.items()}
    by_calls = replace(habits, in_nests=())
    assumptions = tuple(
        planned(program, [item.left, item.right], (), {}, (), by_calls, in_place=False)
        for item in program.assumptions
    )
    parts = {name: _slice(program, wanted, habits) for name, wanted in (slices or {}).items()}
    return Schedule(program, saved, forward, phases, assumptions, parts)


def _phase(program: Program, phase: Phase, saved: Collection[int], habits: Habits) -> Pass:
    wanted = [result.operation for result in phase.results if result.name in phase.returned]
    results = _by_operation((*phase.before, *phase.results), phase.returned)
    return planned(program, wanted, saved, results, wanted, habits, program.fixed_shapes)


def _slice(program: Program, names: Collection[str], habits: Habits) -> Pass:
    wanted = [result.operation for result in program.values if result.name in names]
    results = _by_operation(program.values, tuple(names))
    return planned(program, wanted, (), results, wanted, habits, program.fixed_shapes)


def _by_operation(results: Sequence[Result], returned: Sequence[str]) -> dict[int, Result]:
    """The named values by operation; of several names of one value that which is returned."""
    last = [result for result in results if result.name in returned]
    return {result.operation: result for result in (*results, *last)}

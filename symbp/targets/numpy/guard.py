"""What a caller could change between forward and backward."""

from __future__ import annotations

from collections.abc import Mapping

from symbp.notation.layer import Layer
from symbp.program import closure
from symbp.program.operations import Argument
from symbp.schedule import Schedule
from symbp.targets.code import Guard
from symbp.targets.numpy.memory import owner

__all__ = ["guard_of"]


def guard_of(layer: Layer, schedule: Schedule, names: Mapping[int, str]) -> Guard:
    """What a caller could change.

    Args:
        layer: read for the roles of its tensors.
        schedule: its program, and what of it is saved.
        names: what forward calls the values that are saved.
    """
    program, saved = schedule.program, schedule.saved
    operations = program.operations

    def argument(number: int) -> str | None:
        """The argument in whose memory a value lies, if it lies in one's."""
        operation = operations[owner(operations, number)]
        return operation.name if isinstance(operation, Argument) else None

    of_caller = {*layer.inputs, *layer.constants}
    lent = {number: argument(number) for number in saved}
    given = [n for n, name in lent.items() if name in of_caller and owner(operations, n) == n]
    copied = {lent[number] for number in given}
    memory = {owner(operations, number) for number in saved}
    later = [result.operation for part in program.phases.values() for result in part.results]
    read = {argument(n) for n in (*saved, *closure(operations, later, saved))}
    return Guard(
        given=tuple(names[number] for number in given),
        views=tuple(names[n] for n, name in lent.items() if name in of_caller - copied),
        handed_out=tuple(
            result.name
            for result in program.forward
            if result.name in program.outputs and owner(operations, result.operation) in memory
        ),
        parameters=tuple(name for name in layer.parameters if name in read),
    )

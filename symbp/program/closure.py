"""What a value is made of."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from symbp.program.operations import Operation

__all__ = ["closure"]


def closure(
    operations: Sequence[Operation], wanted: Iterable[int], given: Container[int]
) -> tuple[int, ...]:
    """The operations needed for the wanted ones when the given ones are there already, in order."""
    found: set[int] = set()
    waiting = [number for number in wanted if number not in given]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        waiting.extend(o for o in operations[number].operands if o not in given)
    return tuple(sorted(found))

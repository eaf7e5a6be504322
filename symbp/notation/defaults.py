"""Refuses numbers that have no value at the hyper-parameters' defaults, as log(h) at h = -1.

A number that depends on no tensor is worked out in Python, which raises where it has no value,
whatever the data are. Where a condition on numbers chooses, only the chosen branch counts.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping

from symbp.errors import NotationError
from symbp.notation.functions import CONSTANTS, FUNCTIONS
from symbp.notation.tree import (
    Call,
    Compare,
    Constant,
    Hyper,
    Logic,
    Node,
    Number,
    Reduce,
    Statement,
)

__all__ = ["check_defaults"]

_COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def check_defaults(statement: Statement, hyper: Mapping[str, int | float]) -> None:
    """Evaluate the numbers of a statement in float64.

    Args:
        statement: with names written out, and buildable.
        hyper: the hyper-parameters with their defaults.

    Raises:
        NotationError: one has no value.
    """
    defaults = _Defaults(statement, hyper)
    for side in statement.sides:
        defaults.value(side)


class _Defaults:
    """Values at the defaults; None where they depend on tensors, lengths or indices."""

    def __init__(self, statement: Statement, hyper: Mapping[str, int | float]) -> None:
        self.statement = statement
        self.hyper = hyper

    def value(self, node: Node) -> float | None:
        match node:
            case Number(value=value):
                return float(value)
            case Constant(name=name):
                return CONSTANTS[name][1]
            case Hyper(name=name):
                return float(self.hyper[name])
            case Reduce(body=body):
                self.value(body)
            case Call(function="where", arguments=(condition, yes, no)):
                return self.where(condition, yes, no)
            case Call(arguments=arguments):
                values = [self.value(argument) for argument in arguments]
                if node.function == "/" and values[1] == 0 and _hypers(arguments[1]):
                    raise self.error(node)
                known = [value for value in values if value is not None]
                return self.call(node, known) if len(known) == len(values) else None
        return None

    def where(self, condition: Node, yes: Node, no: Node) -> float | None:
        holds = self.condition(condition)
        if holds is not None:
            return self.value(yes if holds else no)
        self.value(yes)
        self.value(no)
        return None

    def condition(self, node: Node) -> bool | None:
        match node:
            case Compare(operator=sign, left=left, right=right):
                a, b = self.value(left), self.value(right)
                return None if a is None or b is None else _COMPARED[sign](a, b)
            case Logic(word=word, arguments=arguments):
                parts = [self.condition(argument) for argument in arguments]
                known = [part for part in parts if part is not None]
                if len(known) < len(parts):
                    return None
                return {"and": all(known), "or": any(known), "not": not known[0]}[word]
        raise AssertionError(node)

    def call(self, node: Call, numbers: list[float]) -> float | None:
        """The call on numbers; None where float64 is too narrow for it."""
        try:
            result = float(FUNCTIONS[node.function].number(*numbers))
        except OverflowError:
            return None
        except (ZeroDivisionError, ValueError):
            raise self.error(node) from None
        if math.isnan(result):
            raise self.error(node)
        may_underflow = node.function not in "+-" and 0 not in numbers
        return None if result == 0 and may_underflow else result

    def error(self, node: Call) -> NotationError:
        used = ", ".join(f"{name} = {self.hyper[name]}" for name in sorted(_hypers(node)))
        message = f"{node.shown} has no value at the default {used}"
        return self.statement.error_at(node, message)


def _hypers(node: Node) -> set[str]:
    match node:
        case Hyper(name=name):
            return {name}
        case Call(arguments=parts) | Logic(arguments=parts):
            return set().union(*map(_hypers, parts))
        case Compare(left=left, right=right):
            return _hypers(left) | _hypers(right)
    return set()

"""What a local is worth at the end of some statements."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.targets.format import text
from symbp.targets.tree import Assign, Augment, Binary, Call, Do, Expression, Name, Statement

__all__ = ["meaning"]


def meaning(name: str, statements: Iterable[Statement]) -> str:
    """The right side of the equation that a local has, or its value in terms of other locals."""
    value: Expression = Name(name)
    said = ""
    for statement in statements:
        match statement:
            case Assign(target=Name(text=target), value=assigned) if target == name:
                value, said = assigned, statement.equation
            case Augment(target=Name(text=target), sign=sign, value=other) if target == name:
                value, said = Binary(value, sign, other), statement.equation
            case Do(value=Call(named=(("out", Name(text=target)),)) as made) if target == name:
                own = (value if argument == Name(name) else argument for argument in made.arguments)
                value, said = Call(made.function, tuple(own)), statement.equation
    _, _, right = said.partition(" = ")
    return right or text(value).replace("np.", "").replace("self.", "")

"""Lays statements and functions out: 88 columns, as `ruff format` would leave them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symbp.targets.blocks import Code, Def, For, If, Raise, Return, Shared, Verbatim
from symbp.targets.breaks import assigned, broken
from symbp.targets.format import text
from symbp.targets.prose import WIDTH, sentence, wrapped
from symbp.targets.tree import Assign, Augment, Do, Statement

__all__ = ["Piece", "formatted", "laid_out", "lines_of"]


@dataclass(frozen=True)
class Piece:
    """The lines of one statement, or of the head of a block.

    Args:
        lines: indented.
        origin: the name of what is defined by the equation that it is a part of.
    """

    lines: list[str]
    origin: str = ""


def lines_of(code: Iterable[Code], depth: int) -> list[str]:
    """Some statements, indented by `depth`."""
    return [line for piece in laid_out(code, depth) for line in piece.lines]


def laid_out(code: Iterable[Code], depth: int) -> Iterator[Piece]:
    """Some statements, indented by `depth`, one after the other."""
    for statement in code:
        match statement:
            case Def():
                yield from _function(statement, depth)
            case If():
                yield from _conditional("if", statement, depth)
            case For(target=target, values=values, body=body):
                yield _piece(broken(f"for {text(target)} in ", values, ":", WIDTH - depth), depth)
                yield from laid_out(body, depth + 4)
            case Assign() | Augment() | Do():
                lines = formatted(statement, WIDTH - depth)
                lines = _commented(lines, _equation(statement), depth)
                yield _piece(lines, depth, statement.origin)
            case Verbatim(text=lines):
                yield Piece(lines.splitlines())
            case _:
                yield _piece(formatted(statement, WIDTH - depth), depth)


def formatted(statement: Statement | Shared | Return | Raise, width: int) -> list[str]:
    """A statement on lines of at most `width` columns, where that is possible."""
    match statement:
        case Assign(target=target, value=value):
            return assigned(target, value, width)
        case Augment(target=target, sign=sign, value=value):
            return broken(f"{text(target)} {sign}= ", value, "", width)
        case Do(value=value):
            return broken("", value, "", width)
        case Shared(targets=targets, value=value):
            one = " = ".join(map(text, (*targets, value)))
            apart = [f"{text(target)} = {text(value)}" for target in targets]
            return [one] if len(one) <= width else apart
        case Return(value=value):
            return broken("return ", value, "", width)
        case Raise(error=error, cause=cause):
            return broken("raise ", error, f" from {cause}" if cause else "", width)


def _function(made: Def, depth: int) -> Iterator[Piece]:
    if made.decorator:
        yield _piece([f"@{made.decorator}"], depth)
    yield _piece(_head(made, WIDTH - depth), depth)
    if made.doc:
        yield _piece(sentence(made.doc, depth + 4), depth + 4)
    yield from laid_out(made.body, depth + 4)


def _head(made: Def, width: int) -> list[str]:
    """`def name(arguments):` on one line, or one argument a line."""
    given = ", ".join(made.arguments)
    if len(f"def {made.name}({given}):") <= width:
        return [f"def {made.name}({given}):"]
    if len(given) + 4 <= width and "*" not in made.arguments:
        return [f"def {made.name}(", f"    {given}", "):"]
    return [f"def {made.name}(", *(f"    {argument}," for argument in made.arguments), "):"]


def _conditional(word: str, made: If, depth: int) -> Iterator[Piece]:
    head = broken(f"{word} ", made.test, ":", WIDTH - depth)
    yield _piece(_commented(head, made.remark, depth), depth)
    yield from laid_out(made.body, depth + 4)
    if made.otherwise is not None:
        yield from _conditional("elif", made.otherwise, depth)


def _piece(lines: list[str], depth: int, origin: str = "") -> Piece:
    return Piece([" " * depth + line for line in lines], origin)


def _commented(code: list[str], remark: str, depth: int) -> list[str]:
    """Code with a remark beside it, or above it where both do not fit in one line."""
    beside = f"{code[0]}  # {remark}"
    if not remark or (len(code) == 1 and depth + len(beside) <= WIDTH):
        return [beside] if remark else code
    return [*wrapped(remark, depth, first="# ", rest="#     "), *code]


def _equation(statement: Statement) -> str:
    """What a statement computes, unless the code itself says no less."""
    (one,) = formatted(statement, 10**9)
    return "" if _bare(one) == _bare(statement.equation) else statement.equation


def _bare(text: str) -> str:
    return re.sub(r"\bnp\.|\bself\.|\s", "", text)

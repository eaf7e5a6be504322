"""Laying out emitted text: already formatted, 88 columns, as `ruff format` would leave it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from symbp.targets.format import formatted, one_line
from symbp.targets.tree import Statement

__all__ = [
    "WIDTH",
    "assignment",
    "call_statement",
    "commented",
    "def_statement",
    "indented",
    "listed",
    "raise_lines",
    "raise_statement",
    "sentence",
    "statements",
    "string_list",
    "tuple_statement",
    "unless",
    "unpacking",
    "wrapped",
]

WIDTH = 88


def indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    """Lines moved to the right by `depth` columns; empty ones stay empty."""
    return (" " * depth + line if line else "" for line in lines)


def commented(statement: Statement, depth: int) -> list[str]:
    """A statement with its equation beside it, or above it where both do not fit in one line.

    An equation that says no more than the code is left out.
    """
    code, equation = formatted(statement, WIDTH - depth), statement.equation
    if not equation or _bare(one_line(statement)) == _bare(equation):
        return code
    beside = f"{code[0]}  # {equation}"
    if len(code) == 1 and depth + len(beside) <= WIDTH:
        return [beside]
    return [*wrapped(equation, depth, first="# ", rest="#     "), *code]


def _bare(text: str) -> str:
    return re.sub(r"\bnp\.|\bself\.|\s", "", text)


def sentence(text: str, depth: int) -> list[str]:
    """A docstring of one sentence, broken at spaces where it is long."""
    if depth + len(text) + 6 <= WIDTH:
        return [f'"""{text}"""']
    room = 3 if depth + len(text) + 3 <= WIDTH else 0  # one line has its quotes beside it
    return [*wrapped(f'"""{text}', depth + room, rest=""), '"""']


def statements(mathematics: Iterable[Statement], depth: int) -> list[str]:
    """All lines of a piece of mathematics, laid out."""
    return [line for statement in mathematics for line in commented(statement, depth)]


def wrapped(text: str, depth: int, first: str = "", rest: str = "    ") -> list[str]:
    """Text broken at spaces so that it ends at column 88 when indented by `depth`."""
    return textwrap.wrap(
        text,
        WIDTH - depth,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def def_statement(head: str, arguments: tuple[str, ...], depth: int) -> list[str]:
    """`def head(arguments):` on one line, or one argument a line."""
    one = f"def {head}({', '.join(arguments)}):"
    if depth + len(one) <= WIDTH:
        return [one]
    inside = f"    {', '.join(arguments)}"
    if depth + len(inside) <= WIDTH and "*" not in arguments:
        return [f"def {head}(", inside, "):"]
    return [f"def {head}(", *(f"    {argument}," for argument in arguments), "):"]


def raise_statement(message: str, error: str, depth: int, cause: str = "") -> str:
    """`raise error(f"message")`, its message split over lines where it is long.

    The first line is not indented, the others by `depth`: it stands in a template. A cause is
    put after it: `from None`.
    """
    cause = f" from {cause}" if cause else ""
    one = f"raise {error}({_literal(message)}){cause}"
    if depth + len(one) <= WIDTH:
        return one
    inner = " " * (depth + 4)
    if len(inner) + len(_literal(message)) <= WIDTH:
        pieces = [message]
    else:
        pieces = _pieces(message, WIDTH - len(inner) - len('f""'))
    lines = [f"raise {error}(", *(inner + _literal(piece) for piece in pieces)]
    return "\n".join([*lines, " " * depth + ")" + cause])


def raise_lines(message: str, error: str, depth: int, cause: str = "") -> list[str]:
    """A raise in a block: its lines indented by 4, in a file at `depth`."""
    first, *others = raise_statement(message, error, depth, cause).split("\n")
    return [f"    {first}", *(line[depth - 4 :] for line in others)]


def string_list(name: str, strings: Iterable[str]) -> list[str]:
    """`name = ["a", "b"]` on one line, or one string a line."""
    quoted = [f'"{string}"' for string in strings]
    one = f"{name} = [{', '.join(quoted)}]"
    if len(one) <= WIDTH:
        return [one]
    return [f"{name} = [", *(f"    {string}," for string in quoted), "]"]


def assignment(left: str, call: str, depth: int) -> list[str]:
    """`left = call(...)`, broken inside the call's brackets where it is long."""
    if depth + len(left) + len(" = ") + len(call) <= WIDTH:
        return [f"{left} = {call}"]
    head, arguments = call.split("(", 1)
    given = _arguments(arguments[:-1])
    if depth + len(left) + len(" = (") > WIDTH:
        names = left.split(", ")
        first, *others = call_statement(head, given, depth + len(") = "))
        return ["(", *(f"    {name}," for name in names), f") = {first}", *others]
    if depth + len(left) + len(" = (") + len(head) > WIDTH:
        return [f"{left} = (", *indented(call_statement(head, given, depth + 4), 4), ")"]
    first, *others = call_statement(head, given, depth, broken=True)
    return [f"{left} = {first}", *others]


def call_statement(
    function: str, arguments: list[str], depth: int, broken: bool = False
) -> list[str]:
    """`function(a, b)` on one line, or broken inside its brackets."""
    inside = ", ".join(arguments)
    if not broken and depth + len(function) + len(inside) + 2 <= WIDTH:
        return [f"{function}({inside})"]
    if depth + 4 + len(inside) <= WIDTH:
        return [f"{function}(", f"    {inside}", ")"]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def tuple_statement(
    before: str, values: Iterable[str], depth: int, brackets: str = "()"
) -> list[str]:
    """`before a, b` on one line, or in brackets one value a line; `{}` stand in any case."""
    values = list(values)
    inside = ", ".join(values)
    one = f"{before}{{{inside}}}" if brackets == "{}" else before + inside
    if depth + len(one) <= WIDTH or len(values) == 1:
        return [one]
    return [before + brackets[0], *(f"    {value}," for value in values), brackets[1]]


def unpacking(names: Iterable[str], value: str, depth: int) -> list[str]:
    """`a, b = value` on one line, or in brackets."""
    names = list(names)
    left = ", ".join(names)
    if depth + len(left) + len(" = ") + len(value) <= WIDTH:
        return [f"{left} = {value}"]
    if depth + len(left) + len(" = (") <= WIDTH:
        return [f"{left} = (", f"    {value}", ")"]
    return ["(", *(f"    {name}," for name in names), f") = {value}"]


def unless(tests: list[str], depth: int, joint: str = "and", before: str = "if ") -> list[str]:
    """`if not (a and b):` on one line, or broken inside its brackets."""
    after = ":" if before == "if " else ""
    inside = f" {joint} ".join(tests)
    if depth + len(f"{before}not ({inside}){after}") <= WIDTH:
        return [f"{before}not ({inside}){after}"]
    lines = [inside]
    if depth + 4 + len(inside) > WIDTH:
        lines = []
        for test in tests:
            one = f"{joint} {test}" if lines else test
            lines += [one] if depth + 4 + len(one) <= WIDTH else re.split(" (?=is |== )", one)
    return [f"{before}not (", *indented(lines, 4), f"){after}"]


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _arguments(text: str) -> list[str]:
    """The arguments of a call, split at its own commas."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [argument.strip() for argument in found]


def _literal(text: str) -> str:
    return ('f"' if "{" in text else '"') + text + '"'


def _pieces(message: str, width: int) -> list[str]:
    """The message in pieces, broken after a space outside of braces."""
    words = re.findall(r"(?:\{[^{}]*\}|[^ {])+ ?", message)
    pieces = [""]
    for word in words:
        if pieces[-1] and len(pieces[-1]) + len(word) > width:
            pieces.append("")
        pieces[-1] += word
    return pieces

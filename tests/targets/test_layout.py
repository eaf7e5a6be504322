"""Laid-out text is as `ruff format` leaves it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from reading import statement

from symbp.targets.layout import (
    assignment,
    call_statement,
    commented,
    def_statement,
    indented,
    listed,
    raise_statement,
    string_list,
    unless,
)


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    command += ["--line-length", "88"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def test_statements_are_formatted():
    names = [f"argument_{number}" for number in range(12)]
    blocks = []
    for count in range(1, len(names) + 1):
        some = names[:count]
        blocks.append(call_statement("function", some, 4))
        blocks.append(assignment("left", f"function({', '.join(some)})", 4))
        blocks.append([*unless([f"{name}.ok" for name in some], 4), "    pass"])
    body = "\n".join(indented([line for block in blocks for line in block], 4))
    text = f"def f():\n{body}\n"
    assert formatted(text) == text


@pytest.mark.parametrize("count", range(1, 12))
def test_definitions_are_formatted(count):
    arguments = ("self", *(f"parameter_{number}" for number in range(count)), "*", "validate=True")
    text = "\n".join([*def_statement("__init__", arguments, 0), "    pass", ""])
    assert formatted(text) == text
    text = "\n".join([*string_list("__all__", arguments), ""])
    assert formatted(text) == text


@pytest.mark.parametrize("depth", [4, 8, 12, 16])
@pytest.mark.parametrize("cause", ["", "None"])
def test_raises_are_formatted_and_whole(depth, cause):
    words = [
        "Layer:",
        "{x.shape}",
        "has",
        "{len(y)}",
        "entries",
        "along",
        "one",
        "axis,",
        "but",
        "must",
        "have",
        "{z[0]}",
    ]
    for count in range(1, 3 * len(words)):
        message = " ".join((words * 3)[:count])
        raised = " " * depth + raise_statement(message, "ValueError", depth, cause)
        opening = "".join(f"{' ' * 4 * level}if a:\n" for level in range(depth // 4))
        text = f"{opening}{raised}\n"
        assert formatted(text) == text
        literals = [line.strip().lstrip("f") for line in raised.split("\n")]
        if len(literals) > 1:
            assert "".join(text.strip('"') for text in literals[1:-1]) == message


def test_equation_beside_or_above():
    assert commented(statement("y = x * x", "y = x**2"), 8) == ["y = x * x  # y = x**2"]
    assert commented(statement("y = np.exp(self.a)", "y = exp(a)"), 8) == ["y = np.exp(self.a)"]
    above, code = commented(statement("y = x", "y = " + " + ".join(["x"] * 18)), 8)
    assert above.startswith("# y = x + x")
    assert code == "y = x"
    assert commented(statement("y = x"), 8) == ["y = x"]


def test_listed():
    assert [listed("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]

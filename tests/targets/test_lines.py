"""Laid-out statements and functions are as `ruff format` leaves them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from reading import expression, statement

from symbp.targets.blocks import Def, If, Raise, Return, Shared, names_in
from symbp.targets.lines import laid_out, lines_of
from symbp.targets.prose import listed
from symbp.targets.reading import parsed, refusal
from symbp.targets.tree import HELPERS, Assign, Display, Do, Literal, Message, Name, call

PASS = Do(Name("pass"))


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    command += ["--line-length", "88"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def text_of(*code) -> str:
    return "\n".join([*lines_of(code, 0), ""])


def function(body, arguments=()) -> Def:
    return Def("f", arguments, "", tuple(body))


def method(body) -> str:
    return "class A:\n" + "\n".join([*lines_of([function(body)], 4), ""])


def some(count: int) -> list[str]:
    return [f"argument_{number}" for number in range(count)]


def test_statements_are_formatted():
    body = []
    for count in range(1, 13):
        given = ", ".join(some(count))
        body += parsed(f"function({given})\nleft = function({given})")
        tests = " and ".join(f"{name}.ok" for name in some(count))
        body.append(If(expression(f"not ({tests})"), (PASS,)))
    text = text_of(function(body))
    assert formatted(text) == text


UNPACKED = [
    "{several} = function({several})",
    "{several} = self._saved",
    "{several} = {several}",
    "{several} = {indexed}",
    "self.x = {several}",
    "return {several}",
    "return {{{items}}}",
    "return float(self.forward({several}))",
    "single = not ({several_or})",
    "place[x] = (above - self.loss({several})) / (2 * h)",
    "{first} = {first}[None]",
]


@pytest.mark.parametrize("template", UNPACKED)
@pytest.mark.parametrize("stem", ["a", "an_argument", "the_argument_of_a_function_number"])
def test_what_is_unpacked_and_handed_back_is_formatted(template, stem):
    for count in range(2, 9):
        given = [f"{stem}_{number}" for number in range(count)]
        text = template.format(
            first=given[0] * 2,
            several=", ".join(given),
            indexed=", ".join(f"{name}[0]" for name in given),
            several_or=" or ".join(f"{name}.ndim" for name in given),
            items=", ".join(f'"{name}": self.{name}' for name in given),
        )
        whole = method(parsed(text))
        assert formatted(whole) == whole


@pytest.mark.parametrize("length", range(4, 60, 3))
def test_conditions_are_formatted(length):
    x, y, z = ("xyz"[n] * (length - n) for n in range(3))
    body = [
        If(expression(test), (PASS,))
        for test in (
            f"type({x}) is not np.ndarray or {x}.dtype is not {y}.dtype",
            f"not (type({x}) is type({y}) is np.ndarray and {x}.dtype is {y}.dtype)",
            f"not (type({x}) is np.ndarray and {x}.dtype is {y}.dtype is {z}.dtype)",
            f"not ({x}.shape == {y}.shape == {z}.shape)",
            f"{x}.shape[0] != {y}.shape[1]",
            f"math.prod({x}.shape[1:]) != {y}.shape[0]",
            f"{x}.shape[:-1] != {y}.shape[:-2]",
            f"{x}.ndim < 2",
            f"not {x}.ndim",
            f"self.validate and not {x}",
        )
    ]
    text = method(body)
    assert formatted(text) == text


@pytest.mark.parametrize("count", range(1, 12))
def test_definitions_are_formatted(count):
    parameters = tuple(f"parameter_{number}" for number in range(count))
    arguments = ("self", *parameters, "*", "validate=True")
    for given in (arguments, arguments[:-2]):
        text = text_of(Def("__init__", given, "", (PASS,)))
        assert formatted(text) == text
    strings = Display(tuple(Literal(f'"{argument}"') for argument in arguments))
    text = text_of(Assign(Name("__all__"), strings))
    assert formatted(text) == text


def test_a_function_has_its_decorator_its_docstring_and_its_body():
    made = Def("params", ("self",), "The parameters.", (Return(Name("x")),), "property")
    assert text_of(made).splitlines() == [
        "@property",
        "def params(self):",
        '    """The parameters."""',
        "    return x",
    ]


def test_one_value_of_many_names():
    def shared(count):
        return lines_of([Shared(tuple(map(Name, some(count))), Literal("None"))], 0)

    assert shared(2) == ["argument_0 = argument_1 = None"]
    assert shared(9) == [f"{name} = None" for name in some(9)]


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
        raised = lines_of([Raise(call("ValueError", Message(message)), cause)], depth)
        opening = "".join(f"{' ' * 4 * level}if a:\n" for level in range(depth // 4))
        text = opening + "\n".join([*raised, ""])
        assert formatted(text) == text
        literals = [line.strip().lstrip("f") for line in raised]
        if len(literals) > 1:
            assert "".join(text.strip('"') for text in literals[1:-1]) == message


def test_equation_beside_or_above():
    def commented(*said):
        return [line[8:] for line in lines_of([statement(*said)], 8)]

    assert commented("y = x * x", "y = x**2") == ["y = x * x  # y = x**2"]
    assert commented("y = np.exp(self.a)", "y = exp(a)") == ["y = np.exp(self.a)"]
    above, code = commented("y = x", "y = " + " + ".join(["x"] * 18))
    assert above.startswith("# y = x + x")
    assert code == "y = x"
    assert commented("y = x") == ["y = x"]


def test_a_remark_stands_beside_a_condition():
    made = If(expression("x.ndim != 2"), (PASS,), If(expression("y"), (PASS,)), "a remark")
    lines = ["if x.ndim != 2:  # a remark", "    pass", "elif y:", "    pass"]
    assert lines_of([made], 0) == lines


def test_lines_know_what_they_compute():
    body = (statement("y = x", "y = sin(x) + cos(x)", "y"), statement("z = x"))
    pieces = [(len(piece.lines), piece.origin) for piece in laid_out([function(body)], 4)]
    assert pieces == [(1, ""), (1, "y"), (1, "")]


def test_what_is_imported_is_told_by_the_tree():
    made = refusal("x.ndim", "ValueError", "x has {math.prod(x.shape)} entries")
    body = (made, *parsed("x = _private(FLOATS)"), *parsed("math_prod = x.math"))
    homes = {(name.text, name.home) for name in names_in(function(body)) if name.home}
    assert homes == {("math.prod", "math"), ("_private", HELPERS), ("FLOATS", HELPERS)}


def test_listed():
    assert [listed("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]

"""What forward keeps for backward: as little as possible, nothing dear computed again."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.notation import layer
from symbp.program import lower
from symbp.program.operations import Argument, Length, Map, ShapeOf

CASES = {
    "y = 1 / (1 + exp(-x))": {"y"},
    "p = 1 / (1 + exp(-q))": {"p"},
    "y = exp(x) / (exp(x) + 1)": {"y"},
    "y = tanh(x)": {"y"},
    "y = exp(x)": {"y"},
    "y = sqrt(x)": {"y"},
    "y = 1 / x": {"y"},
    "y = x**2": {"x"},
    "y = log(x)": {"x"},
    "y = a * b": {"a", "b"},
    "y = a + b": set(),
    "y = a - 2 * b": set(),
    "y[n] = sum(x[n, i], i)": set(),
    "y[n] = mean(x[n, i], i)": set(),
    "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)": {"y"},
    "w[r, a] = exp(s[r, a]) / sum(exp(s[r, b]), b)": {"w"},
    "y[n, j] = sum(x[n, i] * W[i, j], i) + b[j]": {"x"},
}


@pytest.mark.parametrize("text", CASES)
def test_saves_no_array_but(text):
    parameters = ["W", "b"] if "W" in text else []
    program = lower(derive(layer("Some", text, parameters=parameters)))
    names = {result.operation: result.name for result in program.forward}
    found = set()
    for number in program.saved:
        operation = program.operations[number]
        if isinstance(operation, Argument):
            found.add(operation.name)
        elif not isinstance(operation, ShapeOf | Length):
            found.add(names[number])
    assert found == CASES[text]


def test_a_dear_value_is_not_computed_twice():
    program = lower(derive(layer("Some", "y = x * erf(x)")))
    assert sum(isinstance(o, Map) and o.function == "erf" for o in program.operations) == 1


def test_parameters_are_not_saved():
    some = layer("Some", "y[j] = sum(x[i] * W[i, j], i)", parameters=["W"])
    program = lower(derive(some))
    saved = [program.operations[n] for n in program.saved]
    assert "W" not in [o.name for o in saved if isinstance(o, Argument)]

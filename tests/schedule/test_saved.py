"""What forward keeps for backward: as little as possible, nothing dear computed again."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.catalogue import layers
from symbp.notation import layer
from symbp.pipeline import composed
from symbp.program import closure, lower
from symbp.program.operations import Argument, Length, Map, ShapeOf
from symbp.schedule import scheduled
from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program

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
    schedule = scheduled(
        numpy_program(lower(derive(layer("Some", text, parameters=parameters)))), HABITS
    )
    program = schedule.program
    names = {result.operation: result.name for result in program.forward}
    found = set()
    for number in schedule.saved:
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
    schedule = scheduled(numpy_program(lower(derive(some))), HABITS)
    program = schedule.program
    saved = [program.operations[n] for n in schedule.saved]
    assert "W" not in [o.name for o in saved if isinstance(o, Argument)]


LAYERS = {item.name: composed(item) for item in layers()} | {
    "picked": layer("Picked", "y[n] = log(z[n, t[n]])", constants=["t"]),
    "kernel": layer("Kernel", "y[q, k] = exp(-sum((Q[q, d] - K[k, d])**2, d))"),
    "two": layer("Two", "a[i] = x[i]\nb[i] = x[i] * w[i]", outputs=["a", "b"]),
    "counted": layer("Counted", "y[n, i] = t[n]*x[t[n], i] + max(t[m], m)", constants=["t"]),
}


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_reached_from_what_is_saved(name):
    """From saved values, parameters and upstreams alone: no input slips in unsaved."""
    some = LAYERS[name]
    schedule = scheduled(numpy_program(lower(derive(some))), HABITS)
    program = schedule.program
    backward = program.phases["backward"]
    wanted = [r.operation for r in backward.results if r.name in backward.returned]
    allowed = {*some.parameters, *map(some.gradient, some.outputs)}
    reached = closure(program.operations, wanted, set(schedule.saved))
    for number in reached:
        operation = program.operations[number]
        if isinstance(operation, Argument) and operation.name not in allowed:
            users = [u for u in reached if number in program.operations[u].operands]
            assert all(isinstance(program.operations[u], ShapeOf) for u in users), operation.name

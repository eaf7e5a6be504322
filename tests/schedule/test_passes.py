"""What becomes a statement, and what takes over an operand's buffer."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.notation import layer
from symbp.program import lower
from symbp.program.operations import Map
from symbp.schedule import scheduled
from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program


def forward_of(text, **options):
    schedule = scheduled(numpy_program(lower(derive(layer("Some", text, **options)))), HABITS)
    return schedule.program.operations, schedule.forward


def functions(operations, numbers):
    return [o.function for o in (operations[n] for n in sorted(numbers)) if isinstance(o, Map)]


def test_what_is_used_once_stands_where_it_is_used():
    operations, plan = forward_of("y[n] = sum(sin(x[n, i])*w[i], i)", constants=["w"])
    assert "sin" not in functions(operations, plan.statements)


def test_what_is_used_twice_is_a_statement():
    operations, plan = forward_of("y = sin(x)*exp(sin(x))")
    assert "sin" in functions(operations, plan.statements)


def test_what_the_user_names_is_a_statement():
    operations, plan = forward_of("s = sin(x)\ny = s + 1")
    assert "sin" in functions(operations, plan.statements)
    assert sorted(plan.names.values()) == ["s", "y"]


def test_a_chain_writes_into_one_array():
    operations, plan = forward_of("y = 2*exp(sin(x)) + 1")
    assert functions(operations, plan.reuses) == ["exp", "multiply", "add"]
    for number, operand in plan.reuses.items():
        assert operand in operations[number].operands


@pytest.mark.parametrize("text", ["y = a*sin(x) + 1", "y = a + 2*exp(x)"])
def test_nothing_writes_where_operands_may_broadcast(text):
    _, plan = forward_of(text)
    assert not plan.reuses


def test_arguments_results_and_what_is_saved_are_not_written_to():
    _, plan = forward_of("s = exp(x)\ny = s*s + 1\nz = s + 2", outputs=["y", "z"])
    written = set(plan.reuses.values())
    assert not written & {*plan.results, *plan.given}


def test_a_long_statement_gives_a_part_a_name():
    operations, plan = forward_of("y[n] = sum(x[n, i]*v[i]/(2 + u[n]*w[n]*t[n]*r[n]*s[n]), i)")
    known = plan.statements | plan.given

    def weight(number):
        parts = [p for p in operations[number].operands if p not in known]
        own = isinstance(operations[number], Map)
        return own + sum(weight(part) for part in parts)

    assert all(weight(number) <= HABITS.most for number in plan.statements)

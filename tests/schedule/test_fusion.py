"""Loop nests: what they hold, and in which order."""

from __future__ import annotations

import random

import pytest
from properties.author import made

from symbp.calculus import derive
from symbp.catalogue import find
from symbp.errors import LoweringError, NotationError
from symbp.notation import layer
from symbp.program import lower
from symbp.program.operations import Argument
from symbp.schedule import Level, Nest, scheduled
from symbp.targets.numba import NUMBA


def passes(read):
    derivation = derive(read, NUMBA.costs)
    schedule = scheduled(NUMBA.lower(lower(derivation)), NUMBA.habits)
    return schedule.program, {"forward": schedule.forward, **schedule.phases}


def nests(plan):
    return [step for step in plan.steps if isinstance(step, Nest)]


def the(name):
    (found,) = find([name])
    return found


@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm", "Softmax", "LogSoftmax"])
def test_a_row_is_one_nest_both_ways(name):
    _, plans = passes(the(name))
    for plan in plans.values():
        assert len(plan.steps) == 1
        assert isinstance(plan.steps[0], Nest)


def test_what_is_added_up_over_rows_is_in_the_nest():
    _, plans = passes(the("LayerNorm"))
    (nest,) = nests(plans["backward"])
    sums = [nest.levels[number] for number in nest.outputs]
    assert sums.count(Level.COLUMN) == 2


def test_contractions_stand_between_nests():
    _, plans = passes(
        layer("F", "y[n, j] = tanh(sum(x[n, i]*W[i, j], i) + b[j])", parameters=["W", "b"])
    )
    (nest,) = nests(plans["forward"])
    assert len(plans["forward"].steps) == 2
    assert nest.rows
    assert nest.columns


def test_an_activation_keeps_one_array():
    """Its slope, or what it hands out."""
    for name in ("Gelu", "GeluTanh", "Mish", "Elu", "Sigmoid", "Tanh"):
        derivation = derive(the(name), NUMBA.costs)
        schedule = scheduled(NUMBA.lower(lower(derivation)), NUMBA.habits)
        arrays = [n for n in schedule.saved if schedule.program.operations[n].axes]
        assert len(arrays) == 1, name


def computed(plan):
    """The operations that are steps, or parts of nests."""
    found = set()
    for step in plan.steps:
        found |= {*step.operations} if isinstance(step, Nest) else {step}
    return found


def read_by(program, number, steps, given):
    """The steps that an operation waits for, through what stands where it is used."""
    found, waiting = set(), [*program.operations[number].operands]
    while waiting:
        operand = waiting.pop()
        if operand in steps:
            found.add(operand)
        elif operand not in given:
            waiting += program.operations[operand].operands
    return found


@pytest.mark.parametrize("seed", range(40))
def test_every_step_comes_after_what_it_reads(seed):
    drawn = made(random.Random(f"fusion:{seed}"))
    try:
        program, plans = passes(layer("F", drawn.forward, **drawn.keywords()))
    except (LoweringError, NotationError):
        return
    for plan in plans.values():
        known = set(plan.given)
        for step in plan.steps:
            inside = step.operations if isinstance(step, Nest) else (step,)
            behind = {o for n in inside for o in read_by(program, n, computed(plan), plan.given)}
            assert behind <= known | {*inside}
            known |= {*inside}
        arguments = {n for n, o in enumerate(program.operations) if isinstance(o, Argument)}
        assert {*plan.wanted} <= known | arguments

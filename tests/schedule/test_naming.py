"""What is computed does not depend on how many intermediates have names."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from properties.author import made
from properties.naming import named

from symbp import pipeline
from symbp.calculus import derive
from symbp.catalogue import read_layers
from symbp.notation import Layer, layer
from symbp.program import Program, lower
from symbp.program.closure import closure
from symbp.program.operations import (
    Expand,
    Length,
    Scalar,
    Shape,
    ShapeOf,
    Transpose,
)
from symbp.schedule import Schedule, scheduled
from symbp.targets.numpy.calls import Einsum, Matmul, Merge
from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "large_layers.toml"
LAYERS = {item.name: item for item in read_layers(FILE) if isinstance(item, Layer)}
LSTM = [name for name in LAYERS if name.startswith("LSTM")]
MOST = {"Encoder": 22, "Routing": 8} | dict.fromkeys(LSTM, 4)
SEED = 6
NUMBERS = (3, 7, 9, 12, 13, 16, 18, 20, 22, 23, 25, 28, 29, 30, 32, 37, 38, 43, 47, 48, 50, 51, 56)
FREE = (Scalar, Transpose, Expand, Merge, Length, Shape, ShapeOf)


def contractions(program: Program, numbers: set[int]) -> set[int]:
    return {n for n in numbers if isinstance(program.operations[n], Einsum | Matmul)}


def made_of(some: Layer) -> Schedule:
    return scheduled(numpy_program(lower(derive(some))), HABITS)


def passes(schedule: Schedule) -> tuple[set[int], set[int]]:
    """The operations that forward and backward carry out."""
    program = schedule.program
    forward = closure(program.operations, [r.operation for r in program.forward], ())
    wanted = [result.operation for result in program.phases["backward"].results]
    return set(forward), set(closure(program.operations, wanted, schedule.saved))


def work(schedule: Schedule) -> int:
    numbers = [number for part in passes(schedule) for number in part]
    return sum(not isinstance(schedule.program.operations[n], FREE) for n in numbers)


@pytest.mark.parametrize("name", LAYERS)
def test_no_contraction_is_computed_again(name):
    schedule = made_of(LAYERS[name])
    forward, backward = passes(schedule)
    assert not contractions(schedule.program, forward & backward)
    assert len(contractions(schedule.program, backward)) <= MOST[name]


def test_named_gates_make_the_same_lines():
    def lines(name: str) -> int:
        text = pipeline.emit(LAYERS[name]).text
        code = text.partition("def backward")[2].partition("@property")[0]
        return sum(
            bool(re.match(r" {8}[\w.\[\]:, ]+ (=|\+=) ", line)) for line in code.splitlines()
        )

    counts = [lines(name) for name in LSTM]
    assert max(counts) - min(counts) <= 4


@pytest.mark.parametrize("number", NUMBERS)
def test_names_make_no_work(number):
    """Random layers, and the same with a random half of their subexpressions named."""
    rng = random.Random(f"{SEED}:{number}")
    inline = made(rng)
    counts = []
    for version in (inline, named(inline, rng)):
        schedule = made_of(layer("F", version.forward, **version.keywords()))
        assert not contractions(schedule.program, set.intersection(*passes(schedule)))
        counts.append(work(schedule))
    assert max(counts) <= min(counts) + 6

"""What is computed does not depend on how many intermediates have names."""

from __future__ import annotations

import random
import re
import time

import pytest
from properties.author import made
from properties.naming import named

from symbp import pipeline
from symbp.calculus import derive
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

PARAMETERS = ["W", "U", "b"]
PRODUCTS = "a[q,n,k] = sum(x[n,m]*W[q,m,k], m) + sum(h[n,j]*U[q,j,k], j) + b[q,k]\n"
SIGMOID = "1/(1 + exp(-a[{0},n,k]))"
LSTM = {
    "inline": PRODUCTS
    + f"c[n,k] = {SIGMOID.format(1)}*d[n,k] + {SIGMOID.format(0)}*tanh(a[2,n,k])\n"
    + f"y[n,k] = {SIGMOID.format(3)}*tanh(c[n,k])",
    "gates": PRODUCTS
    + "".join(f"{gate}[n,k] = {SIGMOID.format(q)}\n" for q, gate in enumerate("if"))
    + f"g[n,k] = tanh(a[2,n,k])\no[n,k] = {SIGMOID.format(3)}\n"
    + "c[n,k] = f[n,k]*d[n,k] + i[n,k]*g[n,k]\ny[n,k] = o[n,k]*tanh(c[n,k])",
    "sigmoid of all": PRODUCTS
    + f"s[q,n,k] = {SIGMOID.format('q')}\n"
    + "c[n,k] = s[1,n,k]*d[n,k] + s[0,n,k]*tanh(a[2,n,k])\ny[n,k] = s[3,n,k]*tanh(c[n,k])",
}
ENCODER = """
q[n,t,h,d] = sum(x[n,t,i]*Q[i,h,d], i)
k[n,t,h,d] = sum(x[n,t,i]*K[i,h,d], i)
v[n,t,h,d] = sum(x[n,t,i]*V[i,h,d], i)
s[n,h,t,u] = sum(q[n,t,h,d]*k[n,u,h,d], d)/sqrt(size(d))
p[n,h,t,u] = exp(s[n,h,t,u])/sum(exp(s[n,h,t,w]), w)
z[n,t,h,d] = sum(p[n,h,t,u]*v[n,u,h,d], u)
r[n,t,i] = x[n,t,i] + sum(z[n,t,h,d]*Z[h,d,i], h, d)
m[n,t] = mean(r[n,t,i], i)
a[n,t,i] = (r[n,t,i] - m[n,t])/sqrt(mean((r[n,t,j] - m[n,t])**2, j) + 1e-5)*g[i] + b[i]
f[n,t,e] = maximum(sum(a[n,t,i]*W[i,e], i) + c[e], 0)
y[n,t,i] = a[n,t,i] + sum(f[n,t,e]*U[e,i], e)
"""
SQUASHED = "v{0}[n,j,d] = s{0}[n,j,d]*sqrt(l{0}[n,j])/(1 + l{0}[n,j])\n"
ROUND = (
    "s{0}[n,j,d] = sum(c{0}[n,i,j]*u[n,i,j,d], i)\nl{0}[n,j] = sum(s{0}[n,j,k]**2, k)\n" + SQUASHED
)
WEIGHTS = """b{1}[n,i,j] = {2}sum(u[n,i,j,d]*v{0}[n,j,d], d)
c{1}[n,i,j] = exp(b{1}[n,i,j])/sum(exp(b{1}[n,i,m]), m)
"""
ROUTING = (
    "u[n,i,j,d] = sum(W[i,j,d,e]*x[n,i,e], e)\n"
    "s0[n,j,d] = mean(u[n,i,j,d], i)\nl0[n,j] = sum(s0[n,j,k]**2, k)\n"
    + SQUASHED.format(0)
    + WEIGHTS.format(0, 1, "")
    + ROUND.format(1)
    + WEIGHTS.format(1, 2, "b1[n,i,j] + ")
    + ROUND.format(2).replace("v2", "y")
)
LAYERS = {
    **{f"lstm, {name}": (text, PARAMETERS, ["y", "c"]) for name, text in LSTM.items()},
    "encoder": (ENCODER, list("QKVZgbWcU"), ["y"]),
    "routing": (ROUTING, ["W"], ["y"]),
}
MOST = {"encoder": 22, "routing": 8} | {f"lstm, {name}": 4 for name in LSTM}
SEED = 6
NUMBERS = (3, 7, 9, 12, 13, 16, 18, 20, 22, 23, 25, 28, 29, 30, 32, 37, 38, 43, 47, 48, 50, 51, 56)
FREE = (Scalar, Transpose, Expand, Merge, Length, Shape, ShapeOf)


def read(name: str) -> Layer:
    text, parameters, outputs = LAYERS[name]
    return layer("F", text, parameters=parameters, outputs=outputs)


def contractions(program: Program, numbers: set[int]) -> set[int]:
    return {n for n in numbers if isinstance(program.operations[n], Einsum | Matmul)}


def made_of(some: Layer) -> Schedule:
    return scheduled(numpy_program(lower(derive(some))), HABITS)


def passes(schedule: Schedule) -> tuple[set[int], set[int]]:
    """The operations that forward and backward carry out."""
    program = schedule.program
    forward = closure(program.operations, [r.operation for r in program.forward], ())
    wanted = [result.operation for result in program.backward]
    return set(forward), set(closure(program.operations, wanted, schedule.saved))


def work(schedule: Schedule) -> int:
    numbers = [number for part in passes(schedule) for number in part]
    return sum(not isinstance(schedule.program.operations[n], FREE) for n in numbers)


@pytest.mark.parametrize("name", LAYERS)
def test_no_contraction_is_computed_again(name):
    schedule = made_of(read(name))
    forward, backward = passes(schedule)
    assert not contractions(schedule.program, forward & backward)
    assert len(contractions(schedule.program, backward)) <= MOST[name]


@pytest.mark.parametrize("name", LAYERS)
def test_is_emitted_without_delay(name):
    before = time.process_time()
    pipeline.emit(read(name))
    assert time.process_time() - before < 3


def test_named_gates_make_the_same_lines():
    def lines(name: str) -> int:
        text = pipeline.emit(read(f"lstm, {name}")).text
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

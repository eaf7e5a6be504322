"""Definitions read backwards hold, and lose no digits."""

from __future__ import annotations

import numpy as np
import pytest
from calculus.by_numbers import Evaluator, lengths, numbers, sample

from symbp.calculus.decompose import decompose
from symbp.calculus.inverses import inverses
from symbp.notation import layer

LAYERS = {
    "sigmoid": "y = 1 / (1 + exp(-x))",
    "tanh by exp": "y = (exp(2 * x) - 1) / (exp(2 * x) + 1)",
    "softmax": "y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)",
    "root": "y = sqrt(1 + x**2)",
    "softsign": "y = x / (1 + abs(x))",
    "norm": "m[n] = mean(x[n, i]**2, i)\ny[n, i] = x[n, i] / sqrt(m[n] + 0.1)",
    "transposed": "s[j, i] = exp(x[i, j])\ny[i, j] = 1 / s[j, i]",
    "several": "a = 2 * sin(x)\nb = a - 3\nc = b * exp(x)\ny = 1 / c",
    "gather": "y[n] = exp(z[n, t[n]]) * z[n, 0]",
}


def evaluated(text: str, seed: int = 0):
    some = layer("Some", text, constants=["t"] if "t[" in text else [])
    sizes = lengths(some)
    nodes = decompose(some)
    evaluate = Evaluator(sample(some, sizes, seed), sizes)
    evaluate.run(nodes)
    return some, nodes, evaluate


@pytest.mark.parametrize("name", LAYERS)
def test_an_inverse_gives_the_operand_back(name):
    _, nodes, evaluate = evaluated(LAYERS[name])
    for inverse in inverses(nodes):
        found = evaluate.array(inverse.value, inverse.axes)
        np.testing.assert_allclose(
            numbers(found), numbers(evaluate.tensors[inverse.operand]), rtol=1e-14
        )


def test_the_sigmoid_is_read_backwards_all_the_way():
    _, nodes, _ = evaluated(LAYERS["sigmoid"])
    found = [(i.result, i.operand) for i in inverses(nodes)]
    assert ("y", "u3") in found


@pytest.mark.parametrize(
    "text", ["y = x**2", "y = sin(x)", "y = abs(x)", "y = maximum(x, 0)", "y[n] = sum(x[n, i], i)"]
)
def test_what_has_no_inverse_has_none(text):
    _, nodes, _ = evaluated(text)
    assert inverses(nodes) == ()


def test_a_sum_of_tensors_is_not_solved():
    """y - x loses the digits of what was added to a large x."""
    _, nodes, _ = evaluated("y = x + exp(v)")
    assert "u1" not in {inverse.operand for inverse in inverses(nodes)}

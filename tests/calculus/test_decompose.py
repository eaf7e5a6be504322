"""The decomposed graph: elementary nodes, in order, each subexpression once."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from calculus.by_numbers import Evaluator, lengths, numbers, sample
from sympy import exp

from symbp.calculus.decompose import decompose
from symbp.notation import Entry, MaxOver, SumOver, layer

LAYERS = {
    "sigmoid": "y = 1 / (1 + exp(-x))",
    "softmax": "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)",
    "two sums": "y[i] = x[i] * sum(exp(x[j]), j) + sum(exp(x[k]), k)",
    "gather": "y[n] = log(z[n, t[n]]) * z[n, 0]",
    "max": "y[n] = max(x[n, i]**2, i) - min(sin(x[n, j]), j)",
    "where": "y = where(x > 1, sin(x), x**2) + maximum(x, exp(x))",
    "nested": "y[n] = sum(w[i] * sum(x[n, j] * w[j], j), i)",
}


def some_layer(text: str):
    return layer("Some", text, constants=["t"] if "t[" in text else [])


def nodes_of(text: str):
    return decompose(some_layer(text))


def test_sigmoid_has_the_four_nodes_of_the_text():
    nodes = nodes_of("y = 1 / (1 + exp(-x))")
    axes = nodes[0].axes
    u1, u2, u3 = (Entry(node.target, *axes) for node in nodes[:3])
    assert [node.value for node in nodes] == [-Entry("x", *axes), exp(u1), 1 + u2, 1 / u3]
    assert nodes[-1].target == "y"


@pytest.mark.parametrize("name", LAYERS)
def test_nodes_compute_what_the_equations_say(name):
    some = some_layer(LAYERS[name])
    sizes = lengths(some)
    given = sample(some, sizes)
    whole = Evaluator(given, sizes).run(some.equations)
    decomposed = Evaluator(given, sizes).run(decompose(some))
    for equation in some.equations:
        np.testing.assert_allclose(
            numbers(whole[equation.target]), numbers(decomposed[equation.target]), rtol=1e-14
        )


@pytest.mark.parametrize("name", LAYERS)
def test_every_node_is_one_operation_on_earlier_entries(name):
    some = some_layer(LAYERS[name])
    defined = {*some.inputs, *some.constants}
    for node in decompose(some):
        assert {entry.name for entry in node.value.atoms(Entry)} <= defined
        parts = node.value.args
        if isinstance(node.value, SumOver | MaxOver):
            parts = (node.value.body,)
        for part in parts:
            is_condition = part.is_Relational or part.is_Boolean
            assert isinstance(part, Entry) or not part.has(Entry) or is_condition
        defined.add(node.target)


def test_equal_up_to_index_names_is_one_node():
    nodes = nodes_of("y[i] = x[i] * sum(exp(x[j]), j) + sum(exp(x[k]), k)")
    assert sum(isinstance(node.value, SumOver) for node in nodes) == 1
    assert sum(isinstance(node.value, exp) for node in nodes) == 1


def test_what_differs_in_more_than_names_is_not_one_node():
    nodes = nodes_of("y[i] = sum(s[i, j], j) + sum(s[k, i], k)")
    assert sum(isinstance(node.value, SumOver) for node in nodes) == 2


def test_a_named_equation_is_found_again():
    nodes = nodes_of("p[i] = exp(x[i])\ny[i] = p[i] / sum(exp(x[k]), k)")
    assert [node.target for node in nodes if isinstance(node.value, exp)] == ["p"]


def test_node_names_avoid_the_users():
    some = layer("Some", "y[u1] = exp(-x[u1]) * u2[u1] * a", hyper={"a": 2.0})
    names = [node.target for node in decompose(some)]
    assert len(set(names)) == len(names)
    assert not {"u1", "u2", "a", "x"} & set(names)


def test_numbers_alone_are_no_nodes():
    nodes = nodes_of("y = x * (2 + sqrt(3)) / 7")
    assert [node.target for node in nodes] == ["y"]
    assert nodes[0].value == Entry("x", *nodes[0].axes) * sympy.expand((2 + sympy.sqrt(3)) / 7) or (
        sympy.simplify(nodes[0].value / Entry("x", *nodes[0].axes) - (2 + sympy.sqrt(3)) / 7) == 0
    )

"""The one rule, against central differences of NumPy code written here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from calculus.by_numbers import Evaluator, central_differences, lengths, numbers, sample
from sympy import Integer

from symbp.calculus.decompose import decompose
from symbp.calculus.sweep import reverse_sweep
from symbp.notation import Entry, layer


class Case(NamedTuple):
    text: str
    function: Callable[..., Any]
    constants: tuple[str, ...] = ()


def pick(z: Any, t: Any) -> Any:
    return z[np.arange(len(t)), t]


CASES = {
    "broadcast": Case("y[n, j] = x[n, j] * b[j] + c[n]", lambda x, b, c: x * b + c[:, None]),
    "sum": Case("y[n] = sum(x[n, i]**2, i)", lambda x: (x**2).sum(1)),
    "sum of all": Case("y = sum(x[n, i] * w[i], n, i)", lambda x, w: (x * w).sum()),
    "mean over leading axes": Case("y = mean(exp(x[...]), ...)", lambda x: np.exp(x).mean()),
    "matrix product": Case("y[n, j] = sum(x[n, i] * W[i, j], i)", lambda x, W: x @ W),
    "transposed operand": Case("y[i, j] = a[i, j] * b[j, i]", lambda a, b: a * b.T),
    "max": Case("y[n] = max(x[n, i], i)**2", lambda x: x.max(1) ** 2),
    "min": Case("y[i] = min(x[n, i], n)", lambda x: x.min(0)),
    "max of a product": Case("y[n] = max(x[n, i] * w[i], i)", lambda x, w: (x * w).max(1)),
    "diagonal": Case("y[i] = s[i, i] * x[i]", lambda s, x: np.diag(s) * x),
    "trace": Case("y = sum(s[i, i], i)", lambda s: np.trace(s)),
    "diagonal and rows": Case("y[i] = s[i, i] + sum(s[i, j], j)", lambda s: np.diag(s) + s.sum(1)),
    "gather": Case("y[n] = log(z[n, t[n]])", lambda z, t: np.log(pick(z, t)), ("t",)),
    "gather of rows": Case("y[n, d] = E[t[n], d]**2", lambda E, t: E[t] ** 2, ("t",)),
    "gather of both": Case(
        "y[n, m] = s[t[n], q[m]] * w[n]",
        lambda s, t, q, w: s[np.ix_(t, q)] * w[:, None],
        ("t", "q"),
    ),
    "literal": Case("y[n] = x[n, 0] * x[n, 1]", lambda x: x[:, 0] * x[:, 1]),
    "literals only": Case("y = s[0, 1] * s[1, 0] - s[0, 0]", lambda s: s[0, 1] * s[1, 0] - s[0, 0]),
    "index as number": Case("y[n] = sum(x[n, i] * i, i)", lambda x: x @ np.arange(x.shape[1])),
    "same tensor twice": Case("y[i, j] = x[i] * x[j]", lambda x: np.outer(x, x)),
    "where": Case("y = where(x > 1, x**2, sin(x))", lambda x: np.where(x > 1, x**2, np.sin(x))),
    "maximum of two": Case("y = maximum(a, b) * a", lambda a, b: np.maximum(a, b) * a),
    "power of tensors": Case("y = a**b", lambda a, b: a**b),
    "softmax": Case(
        "y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)",
        lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True),
    ),
    "chain": Case(
        "a[n] = sum(x[n, i]**2, i)\nb[n, i] = x[n, i] / sqrt(a[n])\ny[i] = sum(b[n, i] * a[n], n)",
        lambda x: (x * np.sqrt((x**2).sum(1, keepdims=True))).sum(0),
    ),
}


def swept(text: str, constants: tuple[str, ...], seed: int = 3) -> tuple[Any, ...]:
    """Gradients by adding up what the nodes hand back, with the arguments and upstream."""
    some = layer("Some", text, constants=constants)
    sizes = lengths(some)
    given = sample(some, sizes, seed)
    nodes = decompose(some)
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in some.tensors.items()}
    sweep = reverse_sweep(nodes, axes, some.outputs, some.constants)
    evaluate = Evaluator(given, sizes)
    evaluate.run(nodes)
    evaluate.run(sweep.selectors)
    upstream = np.random.default_rng(seed + 1).uniform(0.5, 1.5, evaluate.tensors["y"].shape)
    evaluate.tensors["dy"] = upstream
    names = [*(node.target for node in reversed(nodes)), *some.inputs]
    for name in names:
        if name in some.outputs:
            continue
        total: Any = 0
        for part in sweep.contributions.get(name, ()):
            total = total + evaluate.array(part.value, axes[name])
        evaluate.tensors[f"d{name}"] = np.asarray(total)
    gradients = {name: numbers(evaluate.tensors[f"d{name}"]) for name in some.inputs}
    return gradients, given, upstream


@pytest.mark.parametrize("name", CASES)
def test_contributions_add_up_to_the_gradient(name):
    case = CASES[name]
    gradients, given, upstream = swept(case.text, case.constants)
    for tensor, gradient in gradients.items():
        expected = central_differences(case.function, given, tensor, upstream)
        np.testing.assert_allclose(gradient, expected, rtol=2e-7, atol=1e-8)


def contributions(text: str, constants: tuple[str, ...] = ()):
    some = layer("Some", text, constants=constants)
    nodes = decompose(some)
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in some.tensors.items()}
    return reverse_sweep(nodes, axes, some.outputs, some.constants), nodes


def test_constants_get_nothing():
    sweep, _ = contributions("y = x * t", ("t",))
    assert "t" not in sweep.contributions


def test_conditions_and_indices_hand_nothing_back():
    sweep, _ = contributions("y[n] = where(c[n] > 0, z[n, t[n]], 0)", ("t",))
    assert "c" not in sweep.contributions
    assert "t" not in sweep.contributions
    assert "z" in sweep.contributions


def test_local_derivatives_of_the_sigmoid_nodes_are_those_of_the_text():
    sweep, nodes = contributions("y = 1 / (1 + exp(-x))")
    y, e = (Entry(nodes[place].target, *nodes[0].axes) for place in (3, 1))
    found = [sweep.contributions[n][0].local for n in ("u3", "u2", "u1", "x")]
    assert found == [-(y**2), Integer(1), e, Integer(-1)]


def test_a_node_that_reaches_no_output_is_not_swept():
    some = layer("Some", "a = sin(x)\ny = x**2\nz = a + y", outputs=["y", "z"])
    nodes = decompose(some)
    axes = {n.target: n.axes for n in nodes} | {k: t.axes for k, t in some.tensors.items()}
    assert "a" not in reverse_sweep(nodes, axes, ("y",), ()).contributions

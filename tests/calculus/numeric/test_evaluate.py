from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from calculus import by_numbers
from sympy import Rational

from symbp.calculus import derive
from symbp.calculus.numeric import evaluate, evaluate_derivation, sizes_of
from symbp.catalogue import layers
from symbp.errors import SymbpError
from symbp.notation import Layer, layer
from symbp.pipeline import composed, emit, load_class

CATALOGUE = {item.name: item for item in layers()}
LAYERS = {name: item for name, item in CATALOGUE.items() if isinstance(item, Layer)}
LEADING = (2, 2)


def arguments(some: Layer, seed: int = 0, leading: tuple[int, ...] = LEADING) -> dict[str, Any]:
    """Random arguments; every axis has a length of its own, from 2 on."""
    rng = np.random.default_rng(seed)
    spaces = {axis.space for tensor in some.tensors.values() for axis in tensor.axes} - {"..."}
    lengths = {space: 2 + place for place, space in enumerate(sorted(spaces))}
    found: dict[str, Any] = {}
    for name in (*some.inputs, *some.parameters, *some.constants):
        tensor = some.tensors[name]
        own = tuple(lengths[axis.space] for axis in tensor.axes if not axis.variadic)
        shape = (leading if tensor.variadic else ()) + own
        if tensor.integer:
            found[name] = rng.integers(0, 2, shape)
        elif tensor.one_hot is not None:
            found[name] = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        elif name in some.constants:
            found[name] = rng.integers(0, 2, shape).astype(float)
        else:
            found[name] = rng.uniform(0.3, 1.7, shape).round(6)
    return found


def upstreams(some: Layer, values: Any, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"d{y}": rng.uniform(-1, 1, np.shape(values[y])).round(6) for y in some.outputs}


def close(found: Any, expected: Any, rtol: float = 1e-11) -> None:
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("name", LAYERS)
def test_values_and_gradients_are_those_of_the_emitted_class(name):
    some = LAYERS[name]
    given = arguments(some)
    derivation = derive(some)
    upstream = upstreams(some, evaluate_derivation(derivation, given).values)
    done = evaluate_derivation(derivation, given, upstream)

    emitted = load_class(emit(some))(*(given[n] for n in some.parameters))
    outputs = emitted.forward(*(given[n] for n in (*some.inputs, *some.constants)))
    gradients = emitted.backward(*upstream.values())
    outputs = outputs if len(some.outputs) > 1 else (outputs,)
    gradients = gradients if len(some.inputs) > 1 else (gradients,)[: len(some.inputs)]
    for output, expected in zip(some.outputs, outputs, strict=True):
        close(done.values[output], expected)
    for tensor, expected in zip(some.inputs, gradients, strict=True):
        close(done.gradients[tensor], expected)
    for tensor in some.parameters:
        close(done.gradients[tensor], emitted.grads[tensor])


@pytest.mark.parametrize("name", CATALOGUE)
def test_derived_equations_have_the_same_values(name):
    some = composed(CATALOGUE[name])
    given = arguments(some, leading=(2,))
    derivation = derive(some)
    upstream = upstreams(some, evaluate_derivation(derivation, given).values)
    done = evaluate_derivation(derivation, given, upstream)
    found = evaluate(
        (*derivation.vjp.function.primal, *derivation.vjp.function.equations),
        {**given, **some.hyper, **upstream},
        sizes_of(some, given),
    )
    for tensor in (*some.inputs, *some.parameters):
        close(done.gradients[tensor], found[f"d{tensor}"])


GRAPHS = {
    "max": "m[n] = max(x[n, i]**2, i)\ny[n] = m[n] * x[n, 0]",
    "min": "y = min(exp(x[n, i]) * w[i], n, i)",
    "diagonal": "y[n] = s[n, n]**2 / sum(s[n, k], k)",
    "kinks": "y = maximum(x, w) * minimum(x * w, 1) * where(x > w and x != 1, x, w**2)",
    "index": "y[n] = sum(i * x[n, i] / size(i), i) - n",
    "reused": "q = exp(-x)\ny = q / (1 + q) + q * w",
    "functions": "y = tanh(x) * log(x) + erf(x) * erfc(-x) / lgamma(x + 3) + arctan(x)**w",
    "contraction": "S[q, k] = sum(Q[q, d] * K[k, d], d) / sqrt(size(d))\ny[q] = sum(S[q, k]**2, k)",
}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_gradient_of_every_node_is_how_the_output_follows_it(name):
    """Every node is moved in turn, and the nodes after it are computed anew by other code."""
    some = layer("Some", GRAPHS[name])
    given = arguments(some, seed=3, leading=(3,))
    derivation = derive(some)
    upstream = upstreams(some, evaluate_derivation(derivation, given).values)
    done = evaluate_derivation(derivation, given, upstream)
    sizes = sizes_of(some, given)
    (output,) = some.outputs

    def objective(moved: dict[str, Any]) -> float:
        rest = [node for node in derivation.nodes if node.target not in moved]
        found = by_numbers.Evaluator(moved, sizes).run(rest)
        return float(np.sum(np.asarray(found[output]) * upstream[f"d{output}"]))

    tensors: dict[str, Any] = dict(given)
    for name in [*some.inputs, *(node.target for node in derivation.nodes)]:
        tensors[name] = np.array(done.values[name])
        expected = np.empty(tensors[name].shape)
        for place in np.ndindex(expected.shape):
            step = np.zeros(expected.shape)
            step[place] = 1e-5
            ends = [objective({**tensors, name: tensors[name] + s * step}) for s in (1, -1)]
            expected[place] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(done.gradients[name], expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["Sigmoid", "SoftmaxWithLoss", "LayerNorm", "Bilinear"])
def test_what_is_handed_back_adds_up(name):
    derivation = derive(LAYERS[name])
    done = evaluate_derivation(derivation, arguments(LAYERS[name]))
    for tensor, gradient in done.gradients.items():
        parts = [v for (_, operand), v in done.handed_back.items() if operand.name == tensor]
        own = [np.ones(np.shape(gradient))] if tensor in derivation.layer.outputs else []
        assert parts or own
        close(sum(map(np.asarray, [*parts, *own])), gradient)


def test_a_wrong_contribution_is_a_wrong_gradient():
    """The comparisons above would see a derivation that is off by 0.05%."""
    derivation = derive(LAYERS["Sigmoid"])
    given = arguments(LAYERS["Sigmoid"])
    right = evaluate_derivation(derivation, given)
    for name, (part, *_) in derivation.sweep.contributions.items():
        wrong = (replace(part, value=part.value * Rational(10005, 10000)),)
        sweep = replace(
            derivation.sweep,
            contributions=MappingProxyType({**derivation.sweep.contributions, name: wrong}),
        )
        done = evaluate_derivation(replace(derivation, sweep=sweep), given)
        with pytest.raises(AssertionError):
            close(done.gradients["x"], right.gradients["x"])


def test_softmax_of_numpy():
    x = np.random.default_rng(2).normal(size=(3, 10)).round(4)
    expected = np.exp(x) / np.exp(x).sum(-1, keepdims=True)
    close(evaluate(LAYERS["Softmax"].equations, {"x": x})["y"], expected)
    close(evaluate(LAYERS["Softmax"].equations, {"x": x[0].tolist()})["y"], expected[0])


@pytest.mark.parametrize(
    ("labels", "scores", "expected"),
    [
        ((0, 1, 0), ("0.3", "0.2", "0.5"), (0.3, -0.8, 0.5)),
        ((0, 1, 0), ("0.01", "0.99", "1e-30"), (0.01, -0.01, 1e-30)),
    ],
    ids=["wrong", "right"],
)
def test_the_texts_labels_minus_scores(labels, scores, expected):
    """y - t, where x = log(y)."""
    some = layer(
        "Loss",
        "y[c] = exp(log(s[c])) / sum(exp(log(s[k])), k)\nloss = -sum(t[c] * log(y[c]), c)",
        constants=["t"],
    )
    derivation = derive(some)
    done = evaluate_derivation(derivation, {"s": scores, "t": labels})
    # s itself is the softmax of x = log(s), so d/dx is s * d/ds.
    close(np.multiply(done.gradients["s"], np.asarray(scores, float)), expected, rtol=1e-14)


def test_trailing_axes_are_flattened_and_come_back():
    some = LAYERS["Affine"]
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    W, b = np.random.default_rng(0).normal(size=(12, 2)).round(3), [0.5, 1]
    done = evaluate_derivation(derive(some), {"x": x, "W": W, "b": b})
    close(done.values["y"], x.reshape(2, 12) @ W + b)
    close(done.values["x"], x)
    close(done.gradients["x"], (np.ones((2, 2)) @ W.T).reshape(x.shape))
    (handed_back,) = (v for (_, operand), v in done.handed_back.items() if operand.name == "x")
    assert handed_back == done.gradients["x"]
    close(done.gradients["W"], x.reshape(2, 12).T @ np.ones((2, 2)))
    assert sizes_of(some, {"x": x, "W": W, "b": b}) == {"n": 2, "i": 12, "j": 2}


def test_decimals_are_exact():
    some = layer("Some", "y = where(a + b == c, max(x[i], i), 0)\nz[i] = y * x[i]")
    given = {"a": 0.1, "b": np.float32(0.2), "c": "0.3", "x": [0.7, 2.1]}
    assert evaluate(some.equations, given)["z"] == (1.47, 4.41)


def test_ties_go_to_the_first():
    some = layer("Some", "y = max(a[i] * b[i], i)")
    done = evaluate_derivation(derive(some), {"a": [0.1, 0.3, 0.6], "b": [3, 2, 1]})
    assert done.values["_y_at"] == 1
    assert done.gradients["a"] == (0, 2, 0)


def test_roots_that_come_out_even_are_exact():
    some = layer("Some", "y[i] = where(sqrt(s[i]) == r[i] and s[i]**(-1/2) * r[i] == 1, 1, 0)")
    roots = [Fraction(k, 10) for k in range(1, 30)]
    assert evaluate(some.equations, {"s": [r**2 for r in roots], "r": roots})["y"] == (1,) * 29


INFINITE = {
    "reciprocal": ("y = 1 / x", 0, np.inf),
    "undefined": ("y = exp(x) / x - 1 / x", 0, np.nan),
    "log": ("y = log(x)", 0, -np.inf),
    "log of a negative": ("y = log(x)", -1, np.nan),
    "root of a negative": ("y = sqrt(x)", -1, np.nan),
    "cube root of a negative": ("y = x**(1/3)", -8, np.nan),
    "overflow": ("y = exp(x) * exp(x)", 500, np.inf),
    "tower": ("y = -exp(exp(exp(exp(x))))", 10, -np.inf),
    "large power": ("y = x**2", "1e300", np.inf),
    "large but not the result": ("y = exp(x) / exp(x + 1)", 10_000, np.exp(-1)),
    "cancellation": ("y = 1 - tanh(x)**2", 60, 4 * np.exp(-120.0)),
    "infinite input": ("y = exp(-x) + 1 / x", np.inf, 0),
}


@pytest.mark.parametrize(("text", "x", "expected"), INFINITE.values(), ids=INFINITE)
def test_what_has_no_finite_value_is_no_traceback(text, x, expected):
    found = evaluate(layer("Some", text).equations, {"x": x})["y"]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_branch_not_taken_hands_nothing_back():
    done = evaluate_derivation(derive(layer("Some", "y = where(x > 0, log(x), 0)")), {"x": [0, 2]})
    assert done.gradients["x"] == (0, 0.5)


def test_a_number_for_upstream_stands_for_every_entry():
    derivation = derive(layer("Some", "a[i] = x[i]**2\ny = sum(a[i], i)", outputs=["a", "y"]))
    assert evaluate_derivation(derivation, {"x": [1, 2]}).gradients["a"] == (2, 2)
    assert evaluate_derivation(derivation, {"x": [1, 2]}, 3).gradients["x"] == (12, 24)
    done = evaluate_derivation(derivation, {"x": [1, 2]}, {"da": [0.5, 0]})
    assert done.gradients == {"x": (3, 4), "a": (1.5, 1), "y": 1}


def test_what_has_no_part_in_the_output_gets_zero():
    derivation = derive(layer("Some", "y = where(x > c, x, 0) * 3"))
    done = evaluate_derivation(derivation, {"x": 2, "c": 1})
    assert done.gradients == {"x": 3, "c": 0, "u1": 3, "y": 1}


def test_fractions_come_in_and_the_nearest_floats_come_out():
    some = layer("Some", "y[i] = x[i] / 7")
    assert evaluate(some.equations, {"x": [Fraction(1, 3), 10]})["y"] == (1 / 21, 10 / 7)


AFFINE = {"x": [[1, 2]], "W": [[1, 2, 3], [4, 5, 6]], "b": [0, 0, 0]}
FAULTS = {
    "unknown": ({"dWx": 1}, "`dWx` is not used by Linear"),
    "computed": ({"y": 1}, "`y` is computed by Linear: leave it out"),
    "missing": ({"b": None}, "`b` of Linear has no value: give it a number or an array"),
    "contradiction": (
        {"b": [1, 2]},
        "axis 0 of `b`, called j, has the length 2, and `W` says 3",
    ),
    "ragged": (
        {"W": [[1, 2, 3], [4, 5]]},
        "`W` is ragged: W[1] has the shape (2,) and W[0] (3,); give all of them the same",
    ),
    "too few axes": (
        {"W": [1, 2, 3]},
        "`W[i, j]` takes 2 axes, and was given 1 axis: the shape (3,)",
    ),
    "too few axes beside ...": (
        {"x": 3},
        "`x[..., i]` takes 1 or more axes, and was given 0 axes: the shape ()",
    ),
    "empty": ({"b": []}, "`b` is empty: give it one number at least"),
    "words": ({"b": [0, "one", 0]}, "`b[1]`: 'one' is no number"),
    "huge": ({"b": [0, "1e999999999", 0]}, "`b[1]`: 1e999999999 is beyond the range of float64"),
}


@pytest.mark.parametrize(("change", "message"), FAULTS.values(), ids=FAULTS)
def test_faults_are_named(change, message):
    given = {n: v for n, v in {**AFFINE, **change}.items() if v is not None}
    with pytest.raises(SymbpError) as caught:
        evaluate_derivation(derive(LAYERS["Linear"]), given)
    assert str(caught.value) == message


def test_other_faults_are_named():
    add = derive(layer("Plus", "y = a + b"))
    with pytest.raises(SymbpError, match=r"leading axes of `b` .* not broadcast here"):
        evaluate_derivation(add, {"a": [1, 2], "b": 1})
    with pytest.raises(SymbpError, match=r"`dx` is no upstream gradient of Plus: write dy"):
        evaluate_derivation(add, {"a": 1, "b": 1}, {"dx": 1})
    with pytest.raises(SymbpError, match=r"`dy` has the shape \(2,\), and `y` \(\)"):
        evaluate_derivation(add, {"a": 1, "b": 1}, {"dy": [1, 2]})
    gather = layer("Gather", "y[n] = x[t[n]]", constants=["t"])
    with pytest.raises(
        SymbpError, match=r"reads `x` at 2 along axis 0: write integers from 0 to 1"
    ):
        evaluate(gather.equations, {"x": [1, 2], "t": [0, 2]})
    with pytest.raises(SymbpError, match=r"reads `x` at 1/2 along axis 0"):
        evaluate(gather.equations, {"x": [1, 2], "t": [0.5]})
    with pytest.raises(SymbpError, match="`t` has no value"):
        evaluate(gather.equations, {"x": [1, 2]}, {"n": 2})
    rows = derive(layer("Rows", "y[n] = x[t[n]]", constants=["t"])).vjp.function.equations
    with pytest.raises(SymbpError, match="the length of `x_0` is fixed by no array"):
        evaluate(rows, {"t": [0, 2], "dy": [1, 1]})
    assert evaluate(rows, {"t": [0, 2], "dy": [3, 1]}, {"x_0": 3})["dx"] == (3, 0, 1)
    with pytest.raises(SymbpError, match=r"`dy`, called n'?, has the length 2, and `\w+` says 3"):
        evaluate(rows, {"t": [0, 2, 1], "dy": [3, 1]}, {"x_0": 3})

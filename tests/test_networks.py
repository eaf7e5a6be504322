"""Networks against their single layers, against the judges, and on images of real digits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from symbp.catalogue import layers, parse_layers
from symbp.check import check_layer
from symbp.notation import Network
from symbp.pipeline import composed, emit, load_class

OWN = """
[Swish]
forward = "y = x / (1 + exp(-beta * x))"
hyper = { beta = 1.5 }

[Project]
parameters = ["W"]
forward = "y[b, s, d] = sum(x[b, s, i] * W[i, d], i)"

[Pair]
outputs = ["u", "v"]
forward = "u[n, i] = sin(x[n, i])\\nv[n, i] = x[n, i]**2"

[Block]
layers = ["Affine", "Tanh"]

[Stack]
layers = ["Block", "h = Block", "k = LayerNorm", "Add(h, k)"]
init = { W1 = "normal(0.5)", W2 = "normal(0.5)" }
"""


@dataclass(frozen=True)
class Case:
    """A network, and the same by hand.

    Args:
        net: its keys.
        by_hand: what each step defines, its layer, what it takes, the network's parameters that it
            has, and hyper-parameters.
        sizes: for the constructor.
        given: shapes of the arguments; a tuple that ends in "<3" is of integers below 3.
    """

    net: str
    by_hand: tuple[tuple[str, str, str, str] | tuple[str, str, str, str, dict[str, float]], ...]
    sizes: tuple[int, ...]
    given: dict[str, tuple[Any, ...]]
    outputs: tuple[str, ...] = ("loss",)
    judges: tuple[str, ...] = ("oracle", "gradient", "certificate")


ROWS, LABELS = (6, 4), (6, "<3")
CASES = {
    "TwoLayerNet": Case(
        'layers = ["Affine", "Relu", "Affine", "SoftmaxWithLoss"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("r", "Relu", "a", ""),
            ("s", "Affine", "r", "W2 b2"),
            ("loss", "SoftmaxWithLoss", "s t", ""),
        ),
        (4, 5, 3), {"x": ROWS, "t": LABELS},
    ),
    "flattens images": Case(
        'layers = ["Affine", "Relu", "Affine", "SoftmaxWithLoss"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("r", "Relu", "a", ""),
            ("s", "Affine", "r", "W2 b2"),
            ("loss", "SoftmaxWithLoss", "s t", ""),
        ),
        (12, 5, 3), {"x": (6, 2, 3, 2), "t": LABELS}, judges=(),
    ),
    "residual": Case(
        'layers = ["h = Affine", "r = Relu", "k = Affine(r)", "s = Add(h, k)", "SoftmaxWithLoss"]',
        (
            ("h", "Affine", "x", "W1 b1"),
            ("r", "Relu", "h", ""),
            ("k", "Affine", "r", "W2 b2"),
            ("s", "Add", "h k", ""),
            ("loss", "SoftmaxWithLoss", "s t", ""),
        ),
        (4, 3), {"x": ROWS, "t": LABELS},
    ),
    "residual of the input": Case(
        'layers = ["h = BatchNorm", "s = Add(h, x)", "y = Affine"]\ninput_gradient = true',
        (
            ("h", "BatchNorm", "x", "gamma1 beta1"),
            ("s", "Add", "h x", ""),
            ("y", "Affine", "s", "W2 b2"),
        ),
        (4, 3), {"x": ROWS}, ("y",),
    ),
    "squared by itself": Case(
        'layers = ["h = Affine", "m = Mul(h, h)", "y = Mul(m, h)"]',
        (
            ("h", "Affine", "x", "W1 b1"),
            ("m", "Mul", "h h", ""),
            ("y", "Mul", "m h", ""),
        ),
        (4, 3), {"x": ROWS}, ("y",),
    ),
    "two heads": Case(
        'layers = ["h = Affine", "r = Tanh", "a = Affine(r)", "b = Affine(r)"]\n'
        'outputs = ["a", "b"]',
        (
            ("h", "Affine", "x", "W1 b1"),
            ("r", "Tanh", "h", ""),
            ("a", "Affine", "r", "W2 b2"),
            ("b", "Affine", "r", "W3 b3"),
        ),
        (4, 5, 2, 3), {"x": ROWS}, ("a", "b"),
    ),
    "an output that is used": Case(
        'layers = ["h = Affine", "a = Sigmoid", "y = Affine"]\noutputs = ["y", "a"]',
        (
            ("h", "Affine", "x", "W1 b1"),
            ("a", "Sigmoid", "h", ""),
            ("y", "Affine", "a", "W2 b2"),
        ),
        (4, 5, 2), {"x": ROWS}, ("y", "a"),
    ),
    "two losses": Case(
        'layers = ["h = Affine", "r = Relu", "a = Affine(r)", "b = Affine(r)", '
        '"l = SoftmaxWithLoss(a, t)", "m = MeanSquaredError(b, u)", "s = Add(l, m)"]\n'
        'constants = ["t", "u"]\nscores = "a"',
        (
            ("h", "Affine", "x", "W1 b1"),
            ("r", "Relu", "h", ""),
            ("a", "Affine", "r", "W2 b2"),
            ("b", "Affine", "r", "W3 b3"),
            ("l", "SoftmaxWithLoss", "a t", ""),
            ("m", "MeanSquaredError", "b u", ""),
            ("s", "Add", "l m", ""),
        ),
        (4, 5, 3, 2), {"x": ROWS, "t": LABELS, "u": (6, 2)}, ("s",),
    ),
    "two inputs": Case(
        'layers = ["a = Affine(v)", "b = Affine(u)", "s = Mul(a, b)", "SigmoidWithLoss"]\n'
        'inputs = ["u", "v"]',
        (
            ("a", "Affine", "v", "W1 b1"),
            ("b", "Affine", "u", "W2 b2"),
            ("s", "Mul", "a b", ""),
            ("loss", "SigmoidWithLoss", "s t", ""),
        ),
        (2, 3, 4), {"u": ROWS, "v": (6, 2), "t": (6, 3)},
    ),
    "any order": Case(
        'layers = ["s = Sub(a, b)", "a = Affine(x)", "b = Affine(x)", "y = Softplus(s)"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("b", "Affine", "x", "W2 b2"),
            ("s", "Sub", "a b", ""),
            ("y", "Softplus", "s", ""),
        ),
        (4, 3), {"x": ROWS}, ("y",),
    ),
    "several outputs of a layer": Case(
        'layers = ["p = Pair", "m = Mul(p.v, p.u)", "y = Affine"]\ninput_gradient = true',
        (
            ("p.u p.v", "Pair", "x", ""),
            ("m", "Mul", "p.v p.u", ""),
            ("y", "Affine", "m", "W1 b1"),
        ),
        (4, 3), {"x": ROWS}, ("y",),
    ),
    "BatchNorm": Case(
        'layers = ["Affine", "BatchNorm", "Relu", "Affine", "SoftmaxWithLoss"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("n", "BatchNorm", "a", "gamma2 beta2"),
            ("r", "Relu", "n", ""),
            ("s", "Affine", "r", "W3 b3"),
            ("loss", "SoftmaxWithLoss", "s t", ""),
        ),
        (4, 5, 3), {"x": ROWS, "t": LABELS},
    ),
    "leading axes and LayerNorm": Case(
        'layers = ["Linear", "LayerNorm", "Gelu", "y = Linear"]',
        (
            ("a", "Linear", "x", "W1 b1"),
            ("n", "LayerNorm", "a", "gamma2 beta2"),
            ("g", "Gelu", "n", ""),
            ("y", "Linear", "g", "W3 b3"),
        ),
        (4, 5, 3), {"x": (2, 3, 4)}, ("y",),
    ),
    "hyper-parameters": Case(
        'layers = ["Affine", "LeakyRelu(alpha=0.25)", "Elu(alpha=1.5)", "LeakyRelu", '
        '"LayerNorm(eps=0.5)", "y = Affine"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("b", "LeakyRelu", "a", "", {"alpha": 0.25}),
            ("c", "Elu", "b", "", {"alpha": 1.5}),
            ("d", "LeakyRelu", "c", ""),
            ("e", "LayerNorm", "d", "gamma2 beta2", {"eps": 0.5}),
            ("y", "Affine", "e", "W3 b3"),
        ),
        (4, 5, 3), {"x": ROWS}, ("y",), judges=("oracle", "gradient"),
    ),
    "layers of the same file": Case(
        'layers = ["Affine", "Swish", "Affine", "Swish(beta=2)", "MeanSquaredError"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("b", "Swish", "a", ""),
            ("c", "Affine", "b", "W2 b2"),
            ("d", "Swish", "c", "", {"beta": 2}),
            ("loss", "MeanSquaredError", "d t", ""),
        ),
        (4, 5, 3), {"x": ROWS, "t": (6, 3)},
    ),
    "a network in a network": Case(
        'layers = ["Affine", "Block", "Block", "SoftmaxWithLoss"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("b", "Affine", "a", "W2 b2"),
            ("c", "Tanh", "b", ""),
            ("d", "Affine", "c", "W3 b3"),
            ("e", "Tanh", "d", ""),
            ("loss", "SoftmaxWithLoss", "e t", ""),
        ),
        (4, 5, 4, 3), {"x": ROWS, "t": LABELS},
    ),
    "three deep": Case(
        'layers = ["y = Stack"]\ninput_gradient = true',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("b", "Tanh", "a", ""),
            ("c", "Affine", "b", "W2 b2"),
            ("h", "Tanh", "c", ""),
            ("k", "LayerNorm", "h", "gamma3 beta3"),
            ("y", "Add", "h k", ""),
        ),
        (4, 5, 3), {"x": ROWS}, ("y",), judges=("oracle", "gradient"),
    ),
    "attention": Case(
        'layers = ["q = Project(x)", "k = Project(x)", "v = Project(x)", '
        '"o = ScaledDotProductAttention(q, k, v)", "MeanSquaredError"]',
        (
            ("q", "Project", "x", "W1"),
            ("k", "Project", "x", "W2"),
            ("v", "Project", "x", "W3"),
            ("o", "ScaledDotProductAttention", "q k v", ""),
            ("loss", "MeanSquaredError", "o t", ""),
        ),
        (4, 3, 2), {"x": (2, 5, 4), "t": (2, 5, 2)},
    ),
    "table": Case(
        'layers = ["Embedding(t=x)", "y = Linear"]',
        (
            ("e", "Embedding", "x", "E1"),
            ("y", "Linear", "e", "W2 b2"),
        ),
        (3, 4, 2), {"x": (5, 2, "<3")}, ("y",),
    ),
    "mask": Case(
        'layers = ["Affine", "Dropout", "Affine", "SoftmaxWithLoss"]',
        (
            ("a", "Affine", "x", "W1 b1"),
            ("d", "Dropout", "a mask", ""),
            ("s", "Affine", "d", "W2 b2"),
            ("loss", "SoftmaxWithLoss", "s t", ""),
        ),
        (4, 5, 3), {"x": ROWS, "mask": (6, 5), "t": LABELS},
    ),
}  # fmt: skip


@cache
def network(name: str) -> Network:
    found = parse_layers(f"{OWN}\n[Net]\n{CASES[name].net}", "f.toml")[-1]
    assert isinstance(found, Network)
    return found


@cache
def single(name: str) -> tuple[type, Any]:
    """A layer's emitted class, and the layer."""
    (layer,) = [item for item in (*layers(), *parse_layers(OWN)) if item.name == name]
    return load_class(emit(layer)), composed(layer)


def drawn(shape: tuple[Any, ...], random: np.random.Generator) -> np.ndarray:
    if shape and isinstance(shape[-1], str):
        return random.integers(0, int(shape[-1][1:]), shape[:-1])
    return random.uniform(0.1, 0.9, shape)


def by_hand(case: Case, values: dict[str, Any], params: dict[str, np.ndarray]):
    """Every step's value, and a function from the outputs' gradients to all gradients."""
    values, done = dict(values), []
    for defines, name, takes, own, *hyper in case.by_hand:
        cls, layer = single(name)
        instance = cls(*(params[p] for p in own.split()), **(hyper[0] if hyper else {}))
        result = instance.forward(*(values[name] for name in takes.split()))
        results = result if isinstance(result, tuple) else (result,)
        values |= dict(zip(defines.split(), results, strict=True))
        done.append((defines.split(), layer, instance, takes.split(), own.split()))

    def backward(upstream: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = dict(upstream)
        for defines, layer, instance, takes, own in reversed(done):
            results = instance.backward(
                *(found.get(name, np.zeros_like(values[name])) for name in defines)
            )
            results = results if isinstance(results, tuple) else (results,)
            for name, given in zip(takes, results, strict=False):
                if layer.inputs:
                    found[name] = found.get(name, 0) + given
            found |= {p: instance.grads[q] for p, q in zip(own, layer.parameters, strict=True)}
        return found

    return values, backward


@pytest.mark.parametrize("name", CASES)
def test_a_network_is_its_single_layers(name):
    case, random = CASES[name], np.random.default_rng(3)
    net = load_class(emit(network(name)))(*case.sizes, seed=0)
    for value in net.params.values():
        value[...] = random.normal(size=value.shape)
    given = {key: drawn(shape, random) for key, shape in case.given.items()}
    params = {key: value.copy() for key, value in net.params.items()}
    assert set(params) == {p for step in case.by_hand for p in step[3].split()}

    values, backward = by_hand(case, given, params)
    result = net.forward(**given)
    results = result if isinstance(result, tuple) else (result,)
    for key, value in zip(case.outputs, results, strict=True):
        assert np.shape(value) == np.shape(values[key])
        np.testing.assert_allclose(value, values[key], rtol=1e-10, atol=1e-10)

    upstream = {key: random.normal(size=np.shape(values[key])) for key in case.outputs}
    handed = net.backward(*upstream.values())
    wanted = backward(upstream)
    assert list(net.grads) == list(params)
    for key, gradient in net.grads.items():
        assert gradient.shape == params[key].shape
        np.testing.assert_allclose(gradient, wanted[key], rtol=1e-10, atol=1e-10, err_msg=key)
    if network(name).layer.inputs:
        np.testing.assert_allclose(handed, wanted["x"], rtol=1e-10, atol=1e-10)
    else:
        assert handed is None


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.judges])
def test_a_network_passes_the_judges_as_it_is_shipped(name):
    source = emit(network(name))
    made = load_class(source)
    report = check_layer(network(name), made, source.text, judges=CASES[name].judges)
    assert report.ok, str(report)


@pytest.mark.parametrize("name", ["residual", "two heads", "attention", "three deep"])
def test_predict_and_trace_hold_what_the_single_layers_hold(name):
    case, random = CASES[name], np.random.default_rng(4)
    net = load_class(emit(network(name)))(*case.sizes, seed=1)
    given = {key: drawn(shape, random) for key, shape in case.given.items()}
    values, _ = by_hand(case, given, net.params)
    trace = net.trace(**given)
    named = set(trace) & set(values)
    assert named >= {*case.outputs}
    for key in named:
        np.testing.assert_allclose(trace[key], values[key], rtol=1e-12, atol=1e-12)
    scores = net.predict(given["x"])
    np.testing.assert_allclose(scores, trace[network(name).scores], rtol=1e-12, atol=1e-12)


# Real images: the 8 by 8 digits of scikit-learn


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    data = load_digits()
    return data.data / 16, data.target


ON_DIGITS = {
    "TwoLayerNet": ("", (64, 12, 10)),
    "with He's weights": (
        'layers = ["Affine", "Relu", "Affine", "SoftmaxWithLoss"]\ninit = { W = "he" }',
        (64, 12, 10),
    ),
    "residual and norm": (
        'layers = ["h = Affine", "LayerNorm", "Tanh", "k = Affine", "s = Add(h, k)", '
        '"Affine", "SoftmaxWithLoss"]\ninit = { W = "xavier" }',
        (64, 6, 10),
    ),
}


@pytest.mark.parametrize("name", ON_DIGITS)
def test_every_entry_of_every_gradient_on_real_digits(name):
    text, sizes = ON_DIGITS[name]
    (net,) = parse_layers(f"[Net]\n{text}") if text else [n for n in layers() if n.name == name]
    instance = load_class(emit(net))(*sizes, seed=0)
    images, labels = digits()
    images, labels = images[:20], labels[:20]
    if name == "TwoLayerNet":  # beyond 0.01, where the differences of the loss are all rounding
        for value in instance.params.values():
            value[...] = np.random.default_rng(1).normal(scale=0.3, size=value.shape)
    numerical = instance.numerical_gradient(images, labels)
    gradient = instance.gradient(images, labels)
    for key, value in gradient.items():
        assert np.abs(value - numerical[key]).max() < 1e-7 * np.abs(value).max(), key


def test_two_layer_net_learns_real_digits():
    (net,) = [item for item in layers() if item.name == "TwoLayerNet"]
    instance = load_class(emit(net))(64, 32, 10, seed=0)
    images, labels = digits()
    random = np.random.default_rng(0)
    order = random.permutation(len(labels))
    held, learnt = order[: len(order) // 5], order[len(order) // 5 :]
    begin = instance.loss(images[learnt], labels[learnt])
    assert begin == pytest.approx(np.log(10), abs=0.01)
    for _ in range(1500):
        batch = random.choice(learnt, 100)
        for key, gradient in instance.gradient(images[batch], labels[batch]).items():
            instance.params[key][...] -= 0.5 * gradient
    assert instance.loss(images[learnt], labels[learnt]) < 0.1 * begin
    assert instance.accuracy(images[held], labels[held]) > 0.95


@pytest.mark.parametrize("name", ["Exp", "Sigmoid", "Silu", "Softplus"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_is_finite_at_any_logit(name, dtype):
    """The exponentials of a hidden layer meet none of the softmax."""
    used = f'["Affine", "{name}", "Affine", "SoftmaxWithLoss"]'
    (network,) = parse_layers(f'[Net]\nlayers = {used}\nsizes = ["inputs", "hidden", "classes"]')
    net = load_class(emit(network, products=("jvp", "hvp")))(3, 4, 2, seed=0, dtype=dtype)
    net.b2[:] = [1000, 0]
    x = np.random.default_rng(1).standard_normal((5, 3)).astype(dtype)
    assert net.loss(x, np.ones(5, int)) == pytest.approx(1000, rel=0.01)
    net.backward()
    np.testing.assert_allclose(net.db2, [1, -1], rtol=1e-5)
    assert all(np.isfinite(gradient).all() for gradient in net.grads.values())
    assert net.jvp(b2_dot=np.array([1.0, 0.0])) == pytest.approx(1)
    moved = {f"{key}_dot": np.ones_like(array) for key, array in net.params.items()}
    assert all(np.isfinite(tangent).all() for tangent in net.hvp(**moved))

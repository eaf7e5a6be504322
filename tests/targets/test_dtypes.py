"""Every value and every gradient has the shape of its tensor and the dtype of the arguments."""

from __future__ import annotations

import numpy as np
import pytest

from symbp import pipeline
from symbp.catalogue import parse_layers
from symbp.check import Oracle, subject
from symbp.check.data import Data, outside
from symbp.check.shapes import shape_cases
from symbp.notation import layer

ZERO = {
    "signs": layer("A", "y[n] = sign(a)*sign(b)*x[n]"),
    "signs of parameters": layer("B", "y[n] = sign(a)*sign(b)*x[n]", parameters=["a", "b"]),
    "a sign alone": layer("C", "y[n, i] = sign(x[n, i])"),
    "a sign of any shape": layer("D", "y = sign(x)"),
    "a sign, broadcast": layer("E", "y = sign(a)*b"),
    "a choice of numbers": layer("F", "y = where(x > 0, 1, 0)"),
    "a condition": layer("G", "y[n] = where(a <= 0, x[n], 1)"),
    "a condition at every place": layer("H", "y[n, i] = where(a[n] <= b[i], x[n, i], 1)"),
    "a shift of a softmax": layer(
        "I", "P[t] = exp(S[t] - D)/sum(exp(S[s] - D), s)", parameters=["D"]
    ),
    "a shift of a softmax, by rows": layer(
        "J", "P[n, t] = exp(S[n, t] - D[n])/sum(exp(S[n, s] - D[n]), s)"
    ),
    "a shift of a centred tensor": layer(
        "K", "y[n, i] = x[n, i] + c[n] - mean(x[n, j] + c[n], j)", parameters=["c"]
    ),
    "a shift of distances to the least": layer("L", "y[i] = x[i] - k - min(x[j] - k, j)"),
    "two outputs": layer("Q", "y[i] = sign(x[i])\nz = sum(where(x[i] > 1, 1, 0), i)",
                         outputs=["y", "z"]),
    "a number, as output": layer("S", "y[i] = sign(p/(0.5 + x[i]**2))", hyper={"p": 2.5}),
    "a number, of any shape": layer("T", "y = sign(p/(0.5 + x**2))", hyper={"p": 2.5}),
    "a number for every leading place": layer(
        "U", "y[..., i] = sign(p/(0.5 + x[..., i]**2))", hyper={"p": -2.5}
    ),
    "a length, as output": layer("W", "y = sum(sign(1/(0.5 + x[i]**2)), i)"),
    "what is stopped": layer("X", "y[n] = x[n]*stop_gradient(a)"),
    "what is stopped, at every place": layer(
        "Y", "y[n, i] = x[n, i]*stop_gradient(exp(b[i]))", parameters=["b"]
    ),
    "a count": layer("R", "y = sum(where(x[i] > 0, 1, 0), i)"),
}  # fmt: skip
OTHERS = {
    "a scale of a ratio": layer("O", "y[i] = x[i]*s/sum(x[j]*s, j)", parameters=["s"]),
    "a number that is used further": layer(
        "V",
        "y[...] = sign(p/(0.5 + x[..., 0]**2))\nz[...] = y[...]*x[..., 1]",
        hyper={"p": 2.5},
        outputs=["y", "z"],
    ),
    "a bias, then a centred square": layer(
        "M",
        "r[n, o] = x[n, o] + c[o]\nm[n] = mean(r[n, o], o)\ny[n] = mean((r[n, o] - m[n])**2, o)",
        parameters=["c"],
    ),
    "a factor": layer("A", "y[n] = t[n]*x[n, t[n]]", constants=["t"]),
    "a term": layer("B", "y[n, i] = x[t[n], i] + t[n]", constants=["t"]),
    "a pointer that is a number too": layer("C", "y[n] = x[n]*p[p[0]]", constants=["p"]),
    "a sum of integers": layer("D", "s = sum(t[n], n)\ny[n, i] = x[t[n], i] + s", constants=["t"]),
    "the largest integer": layer("E", "y[n, i] = x[t[n], i]*max(t[m], m)", constants=["t"]),
    "a power": layer("F", "y[n, i] = x[t[n], i]**(t[n] + 1) + exp(t[n])", constants=["t"]),
    "a comparison": layer("G", "y[n, i] = where(t[n] == i, x[t[n], i], t[n])", constants=["t"]),
    "minimum, abs and sign": layer(
        "H", "y[n, i] = x[t[n], i]*minimum(t[n], 1) + abs(t[n] - 1) + sign(t[n])", constants=["t"]
    ),
    "in a product of matrices": layer(
        "I", "y[n, j] = sum(x[n, t[i]]*k[i, j]*t[i], i)", constants=["t", "k"]
    ),
    "positions and lengths": layer("J", "y[n, i] = x[n, i]*i/size(i) + n*size(n)"),
    "a length alone": layer("K", "z = size(i)/2\ny[i] = x[i]*z"),
    "masks as numbers": layer(
        "L", "y[i] = x[i]*(where(x[i] > 0, 1, 0) + where(x[i] > 1, 1, 0)*where(x[i] < 2, 3, 2))"
    ),
    "a leading axis": layer("M", "y[..., c] = x[..., c]*p[p[0]]", constants=["p"]),
}
TABLE = {f"0: {name}": item for name, item in ZERO.items()} | {
    f"others: {name}": item for name, item in OTHERS.items()
}
DTYPES = (np.float32, np.float64)


def drawn(item, case, dtype):
    """Arguments away from 0 and from each other; integers that every axis has."""
    rng, arrays = np.random.default_rng(3), {}
    for name in outside(item):
        if item.tensors[name].integer:
            arrays[name] = np.asarray(
                rng.integers(0, 1 + (min(case.lengths.values()) > 1), case.shapes[name])
            )
        else:
            arrays[name] = np.asarray(rng.uniform(0.5, 1.5, case.shapes[name]), dtype)
    return Data(arrays, dict(item.hyper))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TABLE)
def test_values_and_gradients_have_shape_and_dtype(name, dtype):
    item, oracle = TABLE[name], Oracle()
    cls = pipeline.load_class(pipeline.emit(item))
    for case in shape_cases(item):
        data = drawn(item, case, dtype)
        instance = subject.build(item, cls, data)
        found = subject.forward(item, instance, data)
        expected = {n: v.astype(float) for n, v in oracle.forward(item, data).items()}
        for output, value in found.items():
            assert isinstance(value, (np.ndarray, np.generic))
            assert value.dtype == dtype
            np.testing.assert_allclose(
                value, expected[output], 1e-5 if dtype == np.float32 else 1e-12
            )
        upstreams = subject.random_upstreams(found, np.random.default_rng(0), dtype)
        for tensor, value in subject.backward(item, instance, upstreams).items():
            assert isinstance(value, (np.ndarray, np.generic))
            assert value.dtype == dtype
            assert value.shape == data.arrays[tensor].shape


@pytest.mark.parametrize("name", ZERO)
def test_a_gradient_of_0_is_the_callers(name):
    """An array of its own, which may be written to, once more at the next call."""
    item = ZERO[name]
    cls = pipeline.load_class(pipeline.emit(item))
    data = drawn(item, shape_cases(item)[0], np.float64)
    instance = subject.build(item, cls, data)
    upstreams = subject.random_upstreams(
        subject.forward(item, instance, data), np.random.default_rng(0), np.float64
    )
    first = {n: np.array(v) for n, v in subject.backward(item, instance, upstreams).items()}
    assert any(not np.any(value) for value in first.values())
    given = subject.backward(item, instance, upstreams)
    arrays = [value for value in given.values() if isinstance(value, np.ndarray)]
    for place, value in enumerate(arrays):
        value[...] = 7
        assert not any(np.shares_memory(value, other) for other in arrays[:place])
    for tensor, value in subject.backward(item, instance, upstreams).items():
        np.testing.assert_array_equal(value, first[tensor])


NETWORK = """
[Shifted]
parameters = ["D", "s"]
forward = "y[n, c] = exp(sign(s)*x[n, c] - D)/sum(exp(sign(s)*x[n, k] - D), k)"

[Net]
layers = ["Affine", "Shifted", "MeanSquaredError"]
init = { D = "normal(0.5)", s = "normal(0.5)" }
"""


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_network_with_a_gradient_of_0(dtype):
    network = next(item for item in parse_layers(NETWORK) if item.name == "Net")
    made = pipeline.load_class(pipeline.emit(network))(4, 3, seed=0, dtype=dtype)
    rng = np.random.default_rng(0)
    x, t = (rng.standard_normal(shape).astype(dtype) for shape in ((5, 4), (5, 3)))
    gradients = made.gradient(x, t)
    for name, value in gradients.items():
        assert value.dtype == dtype
        assert value.shape == made.params[name].shape
        assert name != "s" or not np.any(value)
        assert name != "D" or np.max(np.abs(value)) < 1e-6
        made.params[name][...] -= value
    assert np.any(gradients["W1"])


TRUTHS = {
    "not (a > 0 and b > 0)": lambda a, b: not (a > 0 and b > 0),
    "not (a > 0 or b > 0)": lambda a, b: not (a > 0 or b > 0),
    "a > 0 and not (a > 1 and b > 1)": lambda a, b: a > 0 and not (a > 1 and b > 1),
    "a < b or a + b > 2": lambda a, b: a < b or a + b > 2,
}


@pytest.mark.parametrize("text", TRUTHS)
def test_a_condition_on_numbers_alone_is_pythons(text):
    numbers = {"a": 1.0, "b": 1.0}
    alone = layer("Alone", f"y = where({text}, x, -x)", hyper=numbers)
    joined = layer("Joined", f"y = where(({text}) and x > 0, x, -x)", hyper=numbers)
    classes = [pipeline.load_class(pipeline.emit(item)) for item in (alone, joined)]
    x = np.array([1.0, 2.0])
    for a in (-1.0, 1.0, 2.0):
        for b in (-1.0, 1.0, 2.0):
            sign = 1 if TRUTHS[text](a, b) else -1
            for cls in classes:
                instance = cls(a=a, b=b)
                np.testing.assert_array_equal(instance.forward(x), sign * x)
                np.testing.assert_array_equal(instance.backward(np.ones(2)), [sign, sign])

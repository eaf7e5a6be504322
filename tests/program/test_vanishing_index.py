"""A reduction over an index that cancels from its body: the body times the length, or the body."""

from __future__ import annotations

import numpy as np
import pytest
from calculus.by_numbers import Evaluator, central_differences, lengths, numbers, sample

import symbp
from symbp.notation import Entry, Index, MaxOver, MinOver, Size, SumOver
from symbp.pipeline import emit, load_class

N, J = Index("n"), Index("j")
X = Entry("x", N)

SHIFT = "exp(x[l] - z[i])/sum(exp(x[j] - z[i]), j)"
SCALE = "x[l]*exp(z[i])/sqrt(sum((x[j]*exp(z[i]))**2, j))"
LAYERS = {
    "a log-sum-exp of differences": "y = sum(log(sum(exp(x[l] - x[k]), l)), k)",
    "its mean": "y = mean(log(sum(exp(x[l] - x[k]), l)), k)",
    "with the logarithm named": "a[k] = log(sum(exp(x[l] - x[k]), l))\ny = sum(a[k]**2, k)",
    "of all differences": "y = log(sum(exp(x[l] - x[k]), l, k))",
    "a softmax of shifted logits": f"y[l] = sum({SHIFT}, i)",
    "its mean, named": f"p[l, i] = {SHIFT}\ny[l] = mean(p[l, i], i)",
    "its largest": f"y[l] = max({SHIFT}, i)",
    "with a weight": f"y[l] = sum(w[i]*{SHIFT}, i)",
    "its logarithm": f"y[l] = sum(log({SHIFT}), i)",
    "a normalised vector": f"y[l] = sum({SCALE}, i)",
    "its smallest": f"y[l] = min({SCALE}, i)",
    "its mean square": f"y[l] = mean(({SCALE})**2, i)",
    "its share": "y[l] = sum(x[l]*z[i]/sum(x[j]*z[i], j), i)",
    "a log-softmax": "y[l] = sum(x[l] - z[i] - log(sum(exp(x[j] - z[i]), j)), i)",
}


def test_the_law():
    assert SumOver(Entry("b"), N, J) == Size(N) * Size(J) * Entry("b")
    assert SumOver(X, N, J) == Size(J) * SumOver(X, N)
    assert SumOver(X - X, N) == 0
    assert MaxOver(Entry("b"), N) == MinOver(Entry("b"), N) == Entry("b")
    assert SumOver(X, N).xreplace({X: Entry("b")}) == Size(N) * Entry("b")


@pytest.mark.parametrize("forward", LAYERS.values(), ids=LAYERS)
def test_values_and_gradients_are_those_of_the_formula(forward):
    layer = symbp.layer("F", forward)
    sizes = lengths(layer)
    arguments = sample(layer, sizes)
    made = load_class(emit(layer))()
    output = layer.outputs[0]

    def by_loops(**tensors):
        return numbers(Evaluator(tensors, sizes).run(layer.equations)[output])

    y = made.forward(*(arguments[name] for name in layer.inputs))
    np.testing.assert_allclose(y, by_loops(**arguments), rtol=1e-12)
    dy = np.random.default_rng(1).normal(size=np.shape(y))
    found = made.backward(dy)
    gradients = found if isinstance(found, tuple) else (found,)
    for name, gradient in zip(layer.inputs, gradients, strict=True):
        expected = central_differences(by_loops, arguments, name, dy)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)

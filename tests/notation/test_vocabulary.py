"""The vocabulary: functions defined by formulas, and answers for those that are not there."""

from __future__ import annotations

import re

import mpmath
import numpy as np
import pytest
from scipy import special

from symbp.check import check_layer
from symbp.errors import NotationError
from symbp.notation import layer
from symbp.notation.vocabulary import _INSTEAD, MACROS
from symbp.pipeline import emit, load_class

X = np.random.default_rng(3).normal(size=(4, 5)) * 3
Z = np.abs(X[::-1]) + 0.1

VALUES = {
    "y = sigmoid(x)": special.expit(X),
    "y = relu(x)": np.maximum(X, 0),
    "y = softplus(x)": np.logaddexp(X, 0),
    "y = clip(x, -1, z)": np.clip(X, -1, Z),
    "y = xlogy(x, z)": special.xlogy(X, Z),
    "y = arctan2(x, z - 1)": np.arctan2(X, Z - 1),
    "y = arctan2(x, -2)": np.arctan2(X, -2),
    "y = sinc(x)": np.sinc(X),
    "y = ndtr(x)": special.ndtr(X),
    "y = stop_gradient(x*z)": X * Z,
    "y[n, c] = softmax(x[n, c], c)": special.softmax(X, 1),
    "y[n, c] = softmax(x[n, c], n, c)": special.softmax(X),
    "y[n, c] = log_softmax(x[n, c]/2, c)": special.log_softmax(X / 2, 1),
    "y[n] = logsumexp(x[n, c], c)": special.logsumexp(X, 1),
    "y = logsumexp(x, ...)": special.logsumexp(X),
    "y[n] = var(x[n, i], i)": X.var(1),
    "y = std(x[n, i]*z[n, i], n, i)": (X * Z).std(),
    "y[n] = norm(x[n, i], i)": np.linalg.norm(X, axis=1),
    "y = norm(x, ...)": np.linalg.norm(X),
    "y[n, k] = softmax(x[n, k]*softmax(z[n, k], k), k)": special.softmax(
        X * special.softmax(Z, 1), 1
    ),
    "s[k, i] = softmax(x[k, i], i)\ny[i] = var(s[k, i], k)": special.softmax(X, 1).var(0),
    "y[n, i] = x[n, i]*var(x[k, i]*z[k, l], k, l)": X
    * np.array([(X[:, i, None] * Z).var() for i in range(5)]),
}


@pytest.mark.parametrize(("forward", "wanted"), VALUES.items(), ids=list(VALUES))
def test_values_are_those_of_numpy_and_scipy(forward, wanted):
    made = layer("F", forward)
    arguments = [{"x": X, "z": Z}[name] for name in made.inputs]
    for dtype, rtol in ((np.float64, 1e-13), (np.float32, 2e-5)):
        given = [array.astype(dtype) for array in arguments]
        found = load_class(emit(made))().forward(*given)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, wanted, rtol=rtol, atol=rtol)


def test_every_function_of_the_vocabulary_is_tried():
    assert all(any(f"{word}(" in forward for forward in VALUES) for word in MACROS)


@pytest.mark.parametrize("word", sorted(MACROS))
def test_the_judges_accept_each(word):
    macro = MACROS[word]
    body = "x[n, c]*z[c], c" if macro.over else ", ".join("xzuv"[: len(macro.arguments)])
    left = "y[n, c]" if word in ("softmax", "log_softmax") else "y[n]" if macro.over else "y"
    made = layer("F", f"{left} = {word}({body})")
    source = emit(made)
    report = check_layer(
        made, load_class(source), source.text, judges=("oracle", "gradient", "certificate")
    )
    assert report.ok


def test_slopes_of_sinc_near_its_removable_singularity():
    made = load_class(emit(layer("F", "y = sinc(x)")))()
    x = np.array([0, 1e-12, 1e-5, 1e-3, 0.1, 0.1249, 0.1251, 0.3])
    made.forward(x)
    slope = made.backward(np.ones_like(x))
    with mpmath.workdps(60):
        exact = [mpmath.diff(lambda v: mpmath.sinc(mpmath.pi * v), mpmath.mpf(v)) for v in x]
    np.testing.assert_allclose(slope, [float(v) for v in exact], rtol=5e-15)


def test_xlogy_is_0_where_x_is_0():
    made = load_class(emit(layer("F", "y = xlogy(t, x)", constants=["t"])))()
    y = made.forward(np.array([2.0, 0.0, 3.0]), np.array([0.0, 0.0, 2.0]))
    np.testing.assert_allclose(y, [0, 0, 2 * np.log(3)])
    np.testing.assert_allclose(made.backward(np.ones(3)), [0, 0, 2 / 3])


def test_own_indices_are_new_names():
    """The formula's own index is none of the layer's, whichever equation has it."""
    made = layer("F", "p[n, c] = softmax(x[n, c], c)\ny[n] = sum(p[n, c]*w[k], c, k)")
    assert {axis.name for axis in made.tensors["w"].axes} == {"k"}
    assert made.tensors["w"].axes[0].space == "k"


def test_names_of_the_vocabulary_are_free_for_tensors():
    made = layer("F", "var[i] = var(x[n, i], n)\nstd[i] = sqrt(var[i])\ny[n, i] = x[n, i]/std[i]")
    assert set(made.tensors) == {"x", "var", "std", "y"}


REFUSED = {
    "y = softmax(x)": r"softmax names the indices it runs over: softmax\(x\[n, i\], i\)",
    "y = softmax(x, ...)": "softmax needs `...` twice: name the axis",
    "y = softmax(x[n, c], d)": "softmax runs over `d`, which does not occur in it",
    "y[n] = var(x[n, i], n)": "var runs over `n`, which also stands on the left: call the index of",
    "y[n] = softmax(x[n, c], c)": "index `c` is missing on the left",
    "y = sigmoid(x, z)": r"sigmoid takes 1 argument, sigmoid\(x\), not 2",
    "y = clip(x)": r"clip takes 3 arguments, clip\(x, low, high\), not 1",
    "y = inv(x)": "there is no function `inv`: a matrix inverse is not available$",
    "y = sort(x)": "there is no function `sort`: sorting is not available$",
    "y = isnan(x)": "there is no function `isnan`: write x != x$",
    "y = cumsum(x)": r"write sum\(where\(j <= i, x\[n, j\], 0\), j\)",
    "y = Softmax(x)": "there is no function `Softmax`; did you mean `softmax`",
    "y = frobnicate(x)": "there is no function `frobnicate`$",
    "y = stdx(x)": "there is no function `stdx`; did you mean `std`",
    "y = foo(x)": "there is no function `foo`$",
    "y = x(n)": r"there is no function `x`; a tensor is indexed with brackets, like x\[n\]",
}


@pytest.mark.parametrize(("forward", "message"), REFUSED.items(), ids=list(REFUSED))
def test_what_is_refused_and_what_is_said(forward, message):
    with pytest.raises(NotationError, match=message):
        layer("F", forward)


FORMULAS = {
    name: re.split("; | for | of |, right", answer.removeprefix("write "))[0]
    for name, answer in _INSTEAD.items()
    if answer.startswith("write ") and not answer.startswith("write one") and " with " not in answer
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formulas_that_are_offered_are_of_the_notation(name):
    """Every answer `write ...` that is a formula can be read, with the left side that it needs."""
    formula = FORMULAS[name]
    formula = f"where({formula}, x, 1)" if name.startswith("is") else formula
    lefts = ["y", "y[n]", "y[i]", "y[n, i]", "y[n, j]", "y[i, j]", "y[j]", "y[b, n, j]"]
    lefts += ["y[i, j, k, l]", "y[n, c]"]
    faults = []
    for left in lefts:
        try:
            layer("F", f"{left} = {formula}", constants=["t"] if "t[" in formula else [])
        except NotationError as error:
            faults.append(str(error))
        else:
            return
    raise AssertionError(f"{formula}: {faults}")

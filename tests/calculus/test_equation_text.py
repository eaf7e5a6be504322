"""Equations as text: what is written can be read again, and means the same."""

from __future__ import annotations

import re

import numpy as np
import pytest
from calculus.by_numbers import Evaluator, lengths, numbers, sample

from symbp.calculus import derive, equation_text, expression_text
from symbp.calculus.conventions import conventions
from symbp.notation import Index, layer, scalar

FORWARD = {
    "sigmoid": "y = 1 / (1 + exp(-x))",
    "precedence": "y = a - (b - c) * (a + b) / (c * (a - b))**2",
    "powers": "y = (a**b)**c + a**(b - c) + (-a)**2 - 2**b",
    "fractions": "y = a / b / c + a / (b / c) - (a / 3) * 0.125",
    "signs": "y = -a - (-b) + (-(a + b)) * c - -c",
    "roots": "y = sqrt(a) / sqrt(b + c) + 1 / sqrt(a)",
    "softmax": "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)",
    "means": "y[n] = mean(x[n, i]**2, i) - 2 * mean(x[n, i], i)",
    "nested": "y[n] = sum(x[n, i] * sum(x[n, k] * w[k], k), i) / max(x[n, j], j)",
    "where": "y = where(a > 0 and not (b < 1 or c >= 2), a + b, -c)",
    "extrema": "y = maximum(a, minimum(b, 0)) * abs(c) + sign(a - b)",
    "literal": "y[n] = s[n, n] * s[0, n] - s[n, 1]",
    "gather": "y[n] = z[n, t[n]] + size(n)",
    "number": "y[n] = sum(x[n, i] * i, i) + 3 * n",
    "functions": "y = arctan(a) + arcsinh(b) - log1p(c) + expm1(a) + erf(b) + lgamma(c) - erfc(-b)",
    "numbers": "y = a * pi - b * e**2 + sqrt(2) * c - 1e-3",
}


def read(text: str):
    return layer("Some", text, constants=["t"] if "t[" in text else [])


def result_of(some, tensors):
    """The last tensor of a layer whose arguments have the shapes of the given arrays."""
    sizes = {
        axis.space: length
        for name in (*some.inputs, *some.constants)
        for axis, length in zip(some.tensors[name].axes, tensors[name].shape, strict=True)
    }
    found = Evaluator({name: tensors[name] for name in tensors}, sizes).run(some.equations)
    return numbers(found[some.equations[-1].target])


@pytest.mark.parametrize("name", FORWARD)
def test_text_read_again_means_the_same(name):
    some = read(FORWARD[name])
    again = read("\n".join(equation_text(equation) for equation in some.equations))
    sizes = lengths(some)
    given = sample(some, sizes)
    np.testing.assert_allclose(result_of(some, given), result_of(again, given), rtol=1e-14)


@pytest.mark.parametrize("name", sorted(set(FORWARD) - {"literal", "gather", "number"}))
def test_gradients_read_again_mean_the_same(name):
    """A backward equation is one that the user could have written."""
    some = read(FORWARD[name])
    derivation = derive(some)
    sizes = lengths(some)
    evaluate = Evaluator(sample(some, sizes), sizes)
    evaluate.run(some.equations)
    evaluate.tensors["dy"] = evaluate.tensors["y"] * 0 + 2
    for equation in derivation.vjp.written:
        wanted = evaluate.array(equation.value, equation.axes)
        evaluate.tensors[equation.target] = wanted
        text = equation_text(equation)
        if any(word in text for word in ("size(...)", "digamma", "delta")):
            continue
        text = text.replace("dy", "vy").replace(equation.target, "g", 1)
        again = layer("Some", re.sub(r"^\w+", "g", text))
        tensors = {**evaluate.tensors, "vy": evaluate.tensors["dy"]}
        np.testing.assert_allclose(
            result_of(again, tensors), np.squeeze(numbers(wanted)), rtol=1e-13
        )


def test_bound_indices_have_letters_and_do_not_clash():
    some = read("y[i, j] = exp(x[i, j]) / sum(exp(x[i, k]), k)")
    for equation in derive(some).vjp.written:
        text = equation_text(equation)
        assert "'" not in text
        assert "#" not in text
        assert re.fullmatch(r"[\w\[\], *+/()=.-]+", text)


def test_leading_axes_alone_stand_without_brackets():
    assert equation_text(read("y = exp(x)").equations[0]) == "y = exp(x)"
    bracketed = equation_text(read("y[n] = exp(x[n])").equations[0])
    assert bracketed == "y[n] = exp(x[n])"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("y = a * 0.5", "a/2"),
        ("y = a * 0.1", "0.1*a"),
        ("y = a / b", "a/b"),
        ("y = 1 / (a * b)", "1/(a*b)"),
        ("y = -a * b", "-a*b"),
        ("y = b - a", "b - a"),
        ("y = sqrt(a + 1)", "sqrt(1 + a)"),
    ],
)
def test_as_a_person_would_write_it(text, written):
    assert expression_text(read(text).equations[0].value) == written


def test_hyper_parameters_by_name():
    axis = Index("n", "n")
    some = layer("Some", "y[n] = x[n] * alpha", hyper={"alpha": 2})
    assert expression_text(some.equations[0].value) in ("alpha*x[n]", "x[n]*alpha")
    assert expression_text(scalar("alpha") + 0 * axis) == "alpha"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("y = maximum(x, 0)", "where x == 0 the slope of maximum(x, 0) is 0, that of 0"),
        ("y = maximum(a, b)", "where a == b the gradient of maximum(a, b) goes to a"),
        ("y = abs(x)", "the slope of abs(x) is 0 where x == 0"),
    ],
)
def test_conventions_are_stated(text, sentence):
    assert conventions(read(text).equations) == (sentence,)


def test_smooth_layers_state_none():
    assert conventions(read("y = tanh(x) + x**3").equations) == ()


def test_a_layers_own_names_hide_the_constants():
    """The numbers e and pi are written otherwise where something else is called so."""
    texts = {
        "y = e * exp(1) + deg2rad(pi)": "y = exp(1)*e + arccos(-1)*pi/180",
        "y = x * e + deg2rad(x)": "y = e*x + pi*x/180",
    }
    for forward, text in texts.items():
        own = ["e", "pi"] if "exp(1)" in forward else None
        (equation,) = layer("Some", forward, inputs=own).equations
        assert equation_text(equation) == text
        again = layer("Some", text, inputs=own)
        assert again.equations[0].value == equation.value

"""The judges of jvp and hvp on the catalogue, and on layers that nobody knows."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from symbp import catalogue, layer, pipeline
from symbp.check import check_layer
from symbp.errors import NotationError, UnknownNameError
from symbp.notation import Network
from symbp.targets.code import SourceFile

CATALOGUE = {item.name: item for item in catalogue.layers()}
UNKNOWN = {
    "Maximal": ("y[n] = max(x[n, c], c)*min(x[n, k]**3, k)", {}),
    "Picked": ("y[n] = x[n, t[n]]**2*log(sum(exp(x[n, c]), c))", {"constants": ["t"]}),
    "Diagonal": ("y[i] = x[i, i]**2*sum(x[i, j], j)", {}),
    "Unit": ("y[n, c] = x[n, c]/sqrt(sum(x[n, k]**2, k))", {}),
    "Several": (
        "a[n] = sum(exp(x[n, c]), c)\nb[n] = log(a[n])*w",
        {"parameters": ["w"], "outputs": ["a", "b"]},
    ),
    "Masked": (
        "y[q, k] = exp(where(m[q, k] > 0, s[q, k], -inf))"
        "/sum(exp(where(m[q, j] > 0, s[q, j], -inf)), j)",
        {"constants": ["m"]},
    ),
    "Distance": ("d[i, j] = sqrt(sum((x[i, k] - x[j, k])**2, k))", {}),
    "Kernel": (
        "y[i] = sum(exp(-g*sum((x[i, k] - c[j, k])**2, k))*w[j], j)",
        {"parameters": ["c", "w"], "hyper": {"g": 0.5}},
    ),
    "Places": ("y[n] = x[n, 0]*x[n, 1]**2", {}),
    "Power": ("y = x**p", {}),
    "Flat": ("y[n] = sum(x[n, *i]**2, i)", {}),
    "Whole": ("y = sum(x[...]**3, ...)", {}),
    "Names": ("x_dot = x**2*dx", {}),
    "Beside": ("y = x + c", {"constants": ["c"]}),
    "Pooled": ("y[n, c] = max(x[n, c, h, w], h, w) + mean(x[n, c, h, w], h, w)", {}),
    "Placed": ("y[n] = sum(x[n, i]*i, i) + n", {}),
    "Negative": ("y = -stop_gradient(x)*x**2", {}),
}


@cache
def emitted(name):
    return pipeline.emit(CATALOGUE[name], products=("jvp", "hvp"))


def judged(item, source=None):
    source = source or pipeline.emit(item, products=("jvp", "hvp"))
    cls = pipeline.load_class(source)
    return check_layer(item, cls, source.text, judges=("jvp", "hvp"))


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_catalogue_passes(name):
    report = judged(CATALOGUE[name], emitted(name))
    assert {result.verdict.value for result in report.results} == {"passed"}, str(report)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_layer_that_nobody_knows_passes(name):
    forward, options = UNKNOWN[name]
    report = judged(layer(name, forward, **options))
    assert report.ok, str(report)
    assert report.results[0].verdict.value == "passed", str(report)


def test_a_class_without_the_methods_is_not_judged():
    source = pipeline.emit(CATALOGUE["Tanh"])
    cls = pipeline.load_class(source)
    report = check_layer(CATALOGUE["Tanh"], cls, source.text, judges=("jvp", "hvp"))
    assert {result.verdict.value for result in report.results} == {"not applicable"}


CURVES = {
    name: item
    for name, item in CATALOGUE.items()
    if not isinstance(item, Network) and len(item.tensors) == 2
    if all(tensor.variadic and not tensor.rank for tensor in item.tensors.values())
}


def test_ties_of_constants_hide_no_wrong_product():
    """Every sample lies at one: what does not depend on them has differences all the same."""
    item = layer(
        "Tied",
        "l = sum(where(t[n]*(1 - t[n]) == 0, x[n]**3, x[n]), n)",
        constants=["t"],
        assume=["t[n]*(1 - t[n]) == 0"],
    )
    source = pipeline.emit(item, products=("jvp", "hvp"))
    assert judged(item).ok
    head, _, rest = source.text.rpartition("        return dx_dot")
    wrong = SourceFile(source.path, f"{head}        return 2 * dx_dot{rest}")
    report = check_layer(item, pipeline.load_class(wrong), wrong.text, judges=("hvp",))
    assert not report.ok, str(report)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CURVES)
def test_far_out_a_jvp_is_as_right_as_backward(name, dtype):
    """Of a function of one number both are the slope times a number."""
    made = pipeline.load_class(pipeline.emit(CURVES[name], products=("jvp",)))()
    x = np.array([0, 1e-30, 1, 30, 88, 1e4, 1e30, np.inf], dtype)
    x = np.concatenate([x, -x])
    with np.errstate(all="ignore"):
        ones = np.ones_like(made.forward(x))
        slope, moved = made.backward(ones), made.jvp(ones)
    ordinary = np.isfinite(slope)
    np.testing.assert_allclose(moved[ordinary], slope[ordinary], rtol=1e-5, atol=1e-30)


def test_a_name_that_a_method_has_is_refused():
    item = layer("Own", "y = jvp*x", hyper={"jvp": 1.0})
    assert pipeline.emit(item)
    with pytest.raises(NotationError, match="jvp is a name that the emitted class uses"):
        pipeline.emit(item, products=("jvp",))


def test_an_unknown_product_is_refused():
    with pytest.raises(UnknownNameError, match="no product `jpv`; there are jvp and hvp"):
        pipeline.emit(CATALOGUE["Tanh"], products=["jpv"])
    assert "def jvp(" in pipeline.emit(CATALOGUE["Tanh"], products="jvp").text


@pytest.mark.parametrize(
    ("tangent", "kind", "message"),
    [
        ([[1.0], [1.0, 2.0]], TypeError, "Tanh: x_dot is not a rectangular array of numbers"),
        (["a", "b", "c"], TypeError, "Tanh: x_dot holds <U1, but must hold real numbers"),
        ([1.0], ValueError, r"Tanh: x_dot has shape \(1,\), but x has \(3,\)"),
    ],
)
def test_a_wrong_tangent_is_told_in_a_line(tangent, kind, message):
    made = pipeline.load_class(pipeline.emit(CATALOGUE["Tanh"], products="jvp"))()
    made.forward(np.zeros(3))
    with pytest.raises(kind, match=message):
        made.jvp(tangent)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_comment_names_nothing_that_stands_nowhere(name):
    text = emitted(name).text
    lines = [line.partition("#") for line in text[text.index("    def jvp") :].splitlines()]
    known = set(re.findall(r"\bu\d+\w*\b", " ".join(code for code, _, _ in lines)))
    known |= set(re.findall(r"^ +(_?u\d+\w*)(?:\[.*?\])? = ", text, re.MULTILINE))
    said = set(re.findall(r"\b_?u\d+(?:_dot|_at)?\b", " ".join(c for _, _, c in lines)))
    assert said <= known

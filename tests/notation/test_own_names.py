"""Names belong to the user: they hide constants, and what symbp adds gives way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import sympy

from symbp.check import check_layer
from symbp.errors import NotationError
from symbp.notation import Entry, Index, SumOver, layer, parse_layers, scalar, snake_case
from symbp.notation.names import _UNUSED
from symbp.pipeline import emit, load_class

DOTS, E_INDEX, N = Index("..."), Index("e"), Index("n")
X = Entry("x", DOTS)

OWN = {
    "a tensor with brackets": ("y[n] = 2*e[n]", {}, 2 * Entry("e", N)),
    "an index": ("y[e] = x[e]", {}, Entry("x", E_INDEX)),
    "a bound index": ("y = sum(x[e]*e, e)", {}, SumOver(Entry("x", E_INDEX) * E_INDEX, E_INDEX)),
    "a declared input": ("y = e*x", {"inputs": ["e", "x"]}, Entry("e", DOTS) * X),
    "a constant": ("y = e*x", {"constants": ["e"]}, Entry("e", DOTS) * X),
    "a hyper-parameter": ("y = pi*x", {"hyper": {"pi": 3}}, scalar("pi") * X),
    "a parameter": ("y[n] = x[n]*pi", {"parameters": ["pi"]}, Entry("x", N) * Entry("pi")),
    "a target": ("e = x**2\ny = e + 1", {}, Entry("e", DOTS) + 1),
    "infinity": ("y[n] = inf[n]", {}, Entry("inf", N)),
    "the constants otherwise": ("y = e*x + pi", {}, sympy.E * X + sympy.pi),
}


@pytest.mark.parametrize(("forward", "fields", "value"), OWN.values(), ids=OWN)
def test_a_layers_own_names_hide_the_constants(forward, fields, value):
    assert layer("Made", forward, **fields).equations[-1].value == value


def test_a_symbol_of_sympys_is_never_a_constant():
    made = layer("Made", sympy.Symbol("e") * sympy.E)
    assert made.equations[0].value == Entry("e", DOTS) * sympy.E


@pytest.mark.parametrize("name", ["E", "I", "S", "N", "O", "Q", "C", "oo", "zoo", "nan", "beta"])
def test_names_of_sympys_are_free(name):
    made = layer("Made", f"y = {name}*x + sqrt(3)")
    assert made.equations[0].value == Entry(name, DOTS) * X + sympy.sqrt(3)


GRADIENTS = {
    "y = dx*x": {"x": "grad_x", "dx": "ddx", "y": "dy"},
    "y[n] = x[n]*dy": {"x": "dx", "y": "grad_y", "dy": "ddy"},
    "y = x*dx*grad_x*ddx": {"x": "grad_x_", "dx": "grad_dx", "ddx": "dddx", "grad_x": "dgrad_x"},
    "y[n] = sum(x[n, dx], dx)": {"x": "grad_x"},
}


@pytest.mark.parametrize(("forward", "names"), GRADIENTS.items(), ids=GRADIENTS)
def test_gradients_give_way_to_the_users_names(forward, names):
    made = layer("Made", forward)
    assert {name: made.gradient(name) for name in names} == names
    text = emit(made).text
    for name, gradient in names.items():
        renamed = f"the gradient of {name} is {gradient}, as d{name} is the layer's own" in text
        assert renamed == (gradient != f"d{name}")


def test_layers_are_named_as_classes_are():
    made = parse_layers("[Conv_2]\nforward = 'y = x'\n[LSTM_v2b]\nforward = 'y = x'")
    assert [item.name for item in made] == ["Conv_2", "LSTM_v2b"]
    assert snake_case("LSTM_v2b") == "lstm_v2b"
    for wrong in ("conv", "_Conv", "2D", "Conv-2", "Conv 2", "Cönv"):
        with pytest.raises(NotationError, match="does not name a layer"):
            layer(wrong, "y = x")


@pytest.mark.parametrize("name", ["input", "id", "filter", "scores", "random", "classes"])
def test_names_that_emitted_code_does_not_use(name):
    layer_of = layer("F", f"y[n] = sum({name}[n, i]*w[i], i)", parameters=["w"])
    source = emit(layer_of)
    report = check_layer(layer_of, load_class(source), source.text, judges=("oracle", "gradient"))
    assert report.ok


def test_emitted_code_uses_none_of_them():
    root = Path(__file__).resolve().parents[2]
    for path in sorted((root / "generated").glob("*.py")):
        tree = ast.parse(path.read_text())
        assert not _UNUSED & {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    for path in sorted((root / "templates").glob("helpers/*.jinja")):
        assert not _UNUSED & set(re.findall(r"\b(\w+)\(", path.read_text()))

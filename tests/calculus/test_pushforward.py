"""Tangents of layers and of their gradients, as a person would write them."""

from __future__ import annotations

import pytest

from symbp import catalogue, derive, layer
from symbp.calculus import derive as derived
from symbp.calculus import equation_text, hvp, jvp
from symbp.notation.expression import Entry
from symbp.pipeline import composed
from symbp.program import lower

CATALOGUE = {item.name: item for item in catalogue.layers()}


def texts(item):
    return [equation_text(equation) for equation in item.written]


def both(name: str, forward: str = "", **options):
    some = layer(name, forward, **options) if forward else composed(CATALOGUE[name])
    derivation = derived(some)
    return texts(jvp(derivation)), texts(hvp(derivation))


SMALL = {
    "Sigmoid": ("y_dot = x_dot*y*(1 - y)", "dx_dot = dy*x_dot*y*(1 - 2*y)*(1 - y)"),
    "Tanh": ("y_dot = x_dot*(1 - y**2)", "dx_dot = -2*dy*x_dot*y*(1 - y**2)"),
    "Square": ("y_dot = 2*x*x_dot", "dx_dot = 2*dy*x_dot"),
    "Relu": ("y_dot = where(x > 0, 1, 0)*x_dot", "dx_dot = 0"),
    "Softmax": (
        "y_dot[..., c] = y[..., c]*(x_dot[..., c] - sum(x_dot[..., i]*y[..., i], i))",
        None,
    ),
    "SoftmaxWithLoss": (
        None,
        "dx_dot[..., c] = dloss*y[..., c]*(x_dot[..., c] - sum(x_dot[..., i]*y[..., i], i))"
        "/size(...)",
    ),
    "Embedding": ("y_dot[..., d] = E_dot[t[...], d]", "dE_dot[E_0, d] = 0"),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_tangents_are_those_of_the_text(name):
    for found, wanted in zip(both(name), SMALL[name], strict=True):
        assert wanted is None or found == [wanted]


def test_a_gradient_that_does_not_move_has_a_tangent_of_zeros():
    _, second = both("Affine")
    assert second == [
        "dx_dot[n, i] = sum(dy[n, j]*W_dot[i, j], j)",
        "dW_dot[i, j] = sum(dy[n, j]*x_dot[n, i], n)",
        "db_dot[j] = 0",
    ]


def test_the_hessian_of_a_network_is_as_large_as_two_backward_passes():
    """Pearlmutter's algorithm: the contractions of both passes and their tangents, no more."""
    derivation = derived(composed(CATALOGUE["TwoLayerNet"]))
    found = hvp(derivation)
    targets = [equation.target for equation in found.function.equations]
    assert targets == [
        *("dy3", "y1_dot", "y2_dot", "y3_dot", "dy3_dot", "dy2_dot", "dy1_dot"),
        *("dW1_dot", "db1_dot", "dW2_dot", "db2_dot"),
    ]


def test_what_is_maximal_is_followed():
    first, second = both("Peak", "y[n] = max(x[n, c], c)**2")
    assert first[-2:] == [
        "_u1_at[n] = argmax(x[n, c], c)",
        "y_dot[n] = 2*u1[n]*x_dot[n, _u1_at[n]]",
    ]
    assert "delta" in second[-1]


def test_what_is_held_fixed_does_not_move():
    first, second = both("Held", "y = stop_gradient(x)*x")
    assert first == ["y_dot = stop_gradient(x)*x_dot"]
    assert second == ["dx_dot = 0"]


def test_tangents_give_way_to_names_of_the_users():
    some = layer("Names", "x_dot = x**2*dx")
    assert some.tangent("x") == "x_tangent"
    assert some.tangent("dx") == "dx_tangent", "dx_dot is the gradient of x_dot"
    found = derive(some, judged=False).hvp
    assert found.directions == ("dx_dot", "x_tangent", "dx_tangent")
    assert len({*found.directions, *found.outputs, *some.tensors}) == 8


def test_a_report_has_all_three_functions():
    found = derive("Affine", judged=False)
    assert found.vjp.outputs == ("dx", "dW", "db")
    assert found.jvp.directions == ("x_dot", "W_dot", "b_dot")
    assert found.jvp.outputs == ("y_dot",)
    assert found.hvp.directions == ("dy", "x_dot", "W_dot", "b_dot")
    assert found.hvp.inputs == ("x", "W", "b")
    assert "y_dot[n, j] = " in repr(found.jvp)


@pytest.mark.parametrize("name", CATALOGUE)
def test_equations_use_what_stands_before_them(name):
    derivation = derived(composed(CATALOGUE[name]))
    for item in (derivation.vjp, jvp(derivation), hvp(derivation)):
        function = item.function
        known = {*function.inputs, *derivation.layer.hyper}
        for equation in function.primal:
            assert {entry.name for entry in equation.value.atoms(Entry)} <= known
            known.add(equation.target)
        known |= {*function.directions}
        for equation in function.equations:
            assert {entry.name for entry in equation.value.atoms(Entry)} <= known
            known.add(equation.target)
        assert {*function.outputs} <= known


NETS = """
[Curved]
layers = ["Affine", "{layer}", "Affine", "SoftmaxWithLoss"]
"""


@pytest.mark.parametrize("name", ["Elu", "Silu", "Softsign", "Sigmoid", "Tanh"])
def test_a_network_has_no_array_larger_than_its_tensors(name):
    """Two contractions that are added are not multiplied out first."""
    (network,) = catalogue.parse_layers(NETS.format(layer=name))
    derivation = derived(network.layer)
    functions = {"jvp": jvp(derivation).function, "hvp": hvp(derivation).function}
    program = lower(derivation, products=functions)
    assert max(len(operation.axes) for operation in program.operations) == 2

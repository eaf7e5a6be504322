"""Layers without brackets: the arguments of one output broadcast, whatever the others' shapes."""

from __future__ import annotations

import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

RNG = np.random.default_rng(4)
APART = symbp.layer("F", "a = x*z\nb = exp(w) + c*w", outputs=["a", "b"], parameters=["c"])


def test_two_equations_whose_arguments_broadcast_apart():
    x, z, w = RNG.normal(size=(4, 1)), RNG.normal(size=3), RNG.normal(size=(5, 2))
    c = RNG.normal(size=2)
    made = load_class(emit(APART))(c)
    a, b = made.forward(x, z, w)
    np.testing.assert_allclose(a, x * z)
    np.testing.assert_allclose(b, np.exp(w) + c * w)
    da, db = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 2))
    dx, dz, dw = made.backward(da, db)
    np.testing.assert_allclose(dx, (da * z).sum(1, keepdims=True))
    np.testing.assert_allclose(dz, (da * x).sum(0))
    np.testing.assert_allclose(dw, db * (np.exp(w) + c))
    np.testing.assert_allclose(made.dc, (db * w).sum(0))
    with pytest.raises(ValueError, match="F: these shapes do not broadcast: x"):
        made.forward(x, np.ones((3, 2)), w)


CHECKED = {
    "apart": APART,
    "one alone": symbp.layer("F", "a = x*z\nb = exp(w)", outputs=["a", "b"]),
    "the same for both": symbp.layer("F", "a = x*z\nb = x + z**2", outputs=["a", "b"]),
    "an intermediate": symbp.layer("F", "a = x**2\ny = a*z\nb = w*v", outputs=["y", "b"]),
}


@pytest.mark.parametrize("name", CHECKED)
def test_the_judges_accept_it(name):
    layer = CHECKED[name]
    assert layer.broadcasts
    source = emit(layer)
    assert check_layer(layer, load_class(source), source.text).ok


def test_outputs_that_share_a_part_of_their_arguments_have_one_shape():
    layer = symbp.layer("F", "a = x*z\nb = x*w", outputs=["a", "b"])
    assert not layer.broadcasts
    made = load_class(emit(layer))()
    with pytest.raises(ValueError, match="F: z has leading axes"):
        made.forward(np.ones((2, 3)), np.ones(3), np.ones(3))


@pytest.mark.parametrize(
    "forward",
    [
        "a = 1 + exp(z)\ny = where(a > 0, 2, x)",
        "a = 1 + exp(z)\ny = where(a > 0, 2*x, x)",
        "a = 1 + exp(z)\nb = a*x\ny = where(a > 0, 2*w, b)",
        "a = log(1 + exp(tanh(z))**2)\nb = where(a > 0, x, w)\ny = b*2",
        "y = w + x*exp(z)/exp(z - 1)",
    ],
)
@pytest.mark.parametrize(("x", "z"), [((4, 1, 3), (5, 3)), ((), (2,)), ((2, 1), (1, 3))])
def test_what_rewrites_leave_out_still_makes_the_shape(forward, x, z):
    cls = load_class(emit(symbp.layer("F", forward), products=("jvp", "hvp")))
    shapes = {"x": x, "z": z, "w": ()}
    given = [np.ones(shapes[name]) for name in symbp.layer("F", forward).arguments]
    instance = cls()
    y = instance.forward(*given)
    together = np.broadcast_shapes(*(array.shape for array in given))
    assert np.shape(y) == together
    assert np.shape(instance.jvp(*given)) == together
    for gradients in (
        instance.backward(np.ones(together)),
        instance.hvp(*given, dy=np.ones(together)),
    ):
        assert [np.shape(g) for g in gradients] == [a.shape for a in given]

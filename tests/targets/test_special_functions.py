"""The complementary error function in emitted code: both of its tails, in both formats."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

LAYERS = {
    "y = erfc(x)": lambda x: (mpmath.erfc(x), slope(x)),
    "y = erfc(-x)/2": lambda x: (mpmath.erfc(-x) / 2, -slope(-x) / 2),
    "y = x*erfc(-x)": lambda x: (x * mpmath.erfc(-x), mpmath.erfc(-x) - x * slope(-x)),
    "y = log(erfc(x))": lambda x: (mpmath.log(mpmath.erfc(x)), slope(x) / mpmath.erfc(x)),
}


def slope(x):
    """The derivative of erfc."""
    return -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(x**2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("forward", LAYERS)
def test_the_tails_keep_their_digits(forward, dtype):
    made = load_class(emit(symbp.layer("F", forward)))()
    x = np.array([-8.5, -3, -0.5, 0, 0.5, 3, 8.5], dtype)
    y = made.forward(x)
    dx = made.backward(np.ones_like(y))
    assert y.dtype == dx.dtype == dtype
    wanted = [LAYERS[forward](mpmath.mpf(float(v))) for v in x]
    rtol = 2e-5 if dtype is np.float32 else 1e-13
    for found, place in ((y, 0), (dx, 1)):
        np.testing.assert_allclose(found, [float(w[place]) for w in wanted], rtol, atol=1e-38)


def test_the_certificate_knows_that_both_functions_are_one():
    """A module that computes `1 - erf(x)` by erfc, and the other way round."""
    for layer, module in (("y = 1 - erf(x)", "y = erfc(x)"), ("y = erfc(x)", "y = 1 - erf(x)")):
        source = emit(symbp.layer("F", module))
        report = check_layer(
            symbp.layer("F", layer),
            load_class(source),
            source.text,
            judges=("oracle", "gradient", "certificate"),
        )
        assert report.ok
        assert "proved" in report.results[2].detail


def test_a_number_of_the_layer():
    made = load_class(emit(symbp.layer("F", "y = x*erfc(a)", hyper={"a": 3.0})))()
    assert made.forward(np.array([2.0])) == pytest.approx(2 * float(mpmath.erfc(3)), rel=1e-15)

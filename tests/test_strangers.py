"""Layers that random drawing found, each the smallest of its kind."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from symbp import layer, pipeline
from symbp.errors import LoweringError


@pytest.mark.parametrize("function", ["arcsin(1 + x**2)", "arccos(2 + x**2)", "arccosh(exp(x))"])
def test_a_branch_not_taken_is_silent_beyond_a_domain_that_begins_above_0(function):
    cls = pipeline.load_class(pipeline.emit(layer("Made", f"y = where(x > 9, {function}, x)")))
    made, x = cls(), np.array([-2.0, 0.5, 3.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(made.forward(x), x)
        np.testing.assert_array_equal(made.backward(np.ones(3)), np.ones(3))


def test_leading_axes_within_a_gather_of_a_gather_are_no_fault_of_the_program():
    made = layer("Made", "y[...] = sum(x[n, t[n, s[..., n]]], n)", constants=["t", "s"])
    with pytest.raises(LoweringError, match="leading axes"):
        pipeline.emit(made)


@pytest.mark.parametrize("h", [0, 0.5])
def test_a_condition_on_numbers_keeps_what_it_leaves_out_from_being_worked_out(h):
    forward = "y = where(h == 0, log(x), (x**h - 1)/h)"
    cls = pipeline.load_class(pipeline.emit(layer("BoxCox", forward, hyper={"h": h})))
    made, x = cls(), np.array([0.25, 1.0, 9.0])
    expected = np.log(x) if h == 0 else (x**h - 1) / h
    np.testing.assert_allclose(made.forward(x), expected, rtol=1e-14)
    np.testing.assert_allclose(made.backward(np.ones(3)), x ** (h - 1), rtol=1e-14)
    np.testing.assert_allclose(cls(h=0).forward(x), np.log(x), rtol=1e-14)


def test_a_logarithm_that_is_always_infinite_is_refused_where_it_is_multiplied():
    forward = (
        "U[h, q] = log(mean(exp(where(h < q, m[t, h], -inf)), t))\n"
        "V[h] = exp(m[0, h]*U[h, h] + U[h, h])/sum(exp(m[0, q]*U[q, q] + U[q, q]), q)*U[h, h]\n"
        "y[q] = (V[q] + min(m[t, t], t) - mean(V[g] + min(m[t, t], t), g))**2"
    )
    with pytest.raises(LoweringError, match="cannot be computed as a number"):
        pipeline.emit(layer("Made", forward))

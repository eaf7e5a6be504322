"""Scale, logarithm of a quotient and guards: equal where all is moderate, finite where not."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from calculus.by_numbers import Evaluator, Floating
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import cosh, exp, log, sinh, tanh

from symbp.calculus import derive, stable
from symbp.calculus.guards import guarded
from symbp.calculus.scaling import scaled
from symbp.calculus.shift import is_exponential_sum, shift_of
from symbp.notation import Entry, Equation, Index, Maximum, MaxOver, SumOver, Where, layer, scalar

C, K = Index("c", "c"), Index("k", "c")
X, V, XC, XK = Entry("x"), Entry("v"), Entry("r", C), Entry("r", K)
ALPHA = scalar("alpha")
SIZES = {"c": 3}
TOTAL = SumOver(exp(XK), K)

FORMS = {
    "sigmoid": 1 / (1 + exp(-X)),
    "sigmoid by exp(x)": exp(X) / (1 + exp(X)),
    "its slope": exp(-X) / (1 + exp(-X)) ** 2,
    "softplus": log(1 + exp(X)),
    "softplus of a multiple": log(1 + exp(ALPHA * X)) / ALPHA,
    "softplus from logits": log(exp(X) + exp(V)),
    "log-sigmoid": log(1 / (1 + exp(-X))),
    "log of one minus": log(1 - 1 / (1 + exp(-X))),
    "tanh by exp": (exp(X) - exp(-X)) / (exp(X) + exp(-X)),
    "tanh by exp(2x)": (exp(2 * X) - 1) / (exp(2 * X) + 1),
    "tanh by cosh": sinh(X) / cosh(X),
    "sech": 1 / cosh(X),
    "log-cosh": log(cosh(X)),
    "log-cosh by exp": log(exp(X) + exp(-X)),
    "mish": X * tanh(log(1 + exp(X))),
    "three terms": 1 / (exp(X) + exp(V) + 1),
    "a sum over an index, and a multiple of it": exp(XC) / (TOTAL + exp(-V) * TOTAL),
    "weights": (2 * exp(X) + 3 * exp(V)) / (exp(X) + 5 * exp(V)),
    "softmax": exp(XC) / TOTAL,
    "log-softmax": log(exp(XC) / TOTAL),
    "log-sum-exp": log(TOTAL),
    "log-mean-exp": log(TOTAL / 3),
    "softmax of scaled": exp(XC * ALPHA) / SumOver(exp(XK * ALPHA), K),
    "softmax with one more": exp(XC) / (1 + TOTAL),
    "mean under softmax": SumOver(XK * exp(XK), K) / TOTAL,
    "softmax plus a number": log(exp(XC) / TOTAL + sympy.Rational(1, 8)),
    "a term and a multiple of a sum": log(exp(XC) + ALPHA * TOTAL),
    "softmax of squares": exp(-(XC**2)) / SumOver(exp(-(XK**2)), K),
    "log-sum-exp of squares": log(SumOver(exp(-((XK - 1) ** 2) / 2), K)),
    "log of two bells": log(exp(-(X**2)) + exp(-((X - V) ** 2))),
    "terms of a sum that cancel": (1 + (exp(XC) * V - TOTAL) / TOTAL) * exp(XC) / TOTAL,
    "softmin": exp(-XC) / SumOver(exp(-XK), K),
}
GUARDED = {
    "elu": Where(X > 0, X, ALPHA * (exp(X) - 1)),
    "log": Where(X > 0, log(X), 0),
    "root": Where(X >= 0, sympy.sqrt(X), X),
    "reciprocal": Where(sympy.Ne(X, 0), 1 / X, 0),
    "both": Where(X > 1, log(X), Where(X < -1, exp(-1 / X**2), 0)),
    "and": Where(sympy.And(X > 0, V > 0), log(X) * log(V), 0),
    "or": Where(sympy.Or(X <= 0, V <= 0), 0, log(X) * log(V)),
    "growth by a sum": Where(X + V < 0, exp(X + V), 1 + X + V),
    "cosh": Where(abs(X) < 3, cosh(X), 10),
    "nested": Where(X > 0, 1 / (1 + log(1 + X)), -exp(X)),
}


def exact(expression, x: float, v: float, row) -> float:
    tensors = {"x": x, "v": v, "r": row}
    with mpmath.workdps(60):
        evaluate = Evaluator(tensors, SIZES, {"alpha": 0.7})
        return +evaluate(expression, {C: 1})


def floating(expression, x: float, v: float, row, dtype: type) -> float:
    tensors = {"x": x, "v": v, "r": row}
    evaluate = Evaluator(tensors, SIZES, {"alpha": 0.7}, Floating(dtype))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return float(evaluate(expression, {C: 1}))


MODERATE = st.floats(-3, 3).map(lambda number: round(number, 6))


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=15, deadline=None)
@given(x=MODERATE, v=MODERATE, row=st.lists(MODERATE, min_size=3, max_size=3))
def test_scaled_is_equal(name, x, v, row):
    before = exact(FORMS[name], x, v, row)
    after = exact(scaled(FORMS[name], {}), x, v, row)
    assert abs(before - after) <= mpmath.mpf(10) ** -35 * (1 + abs(before))


EXTREME_ROWS = [(0, 1e4, -1e4), (1e4, 1e4, 1e4), (-1e4, -1e4, -1e4), (-1e4, 1e4, 1e4)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("x", [1e4, -1e4, 0, 30, -30])
@pytest.mark.parametrize("name", FORMS)
def test_scaled_is_finite_and_right_far_out(name, x, dtype):
    form = scaled(FORMS[name], {})
    for v, row in zip((1e4, -1e4, 3, 0), EXTREME_ROWS, strict=True):
        given_ = (dtype(x), dtype(v), np.asarray(row, dtype))
        wanted = float(exact(FORMS[name], x, v, row))
        found = floating(form, *given_, dtype)
        assert np.isfinite(found)
        # Terms are added in SymPy's order here: what was added may lose its last digits.
        scale = max(abs(wanted), 1.0, *map(abs, row) if FORMS[name].has(XC, XK) else ())
        assert abs(found - wanted) <= 30 * np.finfo(dtype).eps * scale


def test_the_plain_forms_do_overflow():
    """What the test above would say of an unscaled form."""
    with pytest.raises(FloatingPointError):
        floating(FORMS["sigmoid"], -1e4, 0, [0, 0, 0], np.float64)


@pytest.mark.parametrize("name", GUARDED)
@settings(max_examples=25, deadline=None)
@given(x=MODERATE, v=MODERATE)
def test_guarded_is_equal(name, x, v):
    def chosen(node):
        """Only the branch that is taken, as mathematics reads it."""
        while isinstance(node, Where):
            condition = exact(node.args[0], x, v, [0, 0, 0])
            node = node.args[1] if condition else node.args[2]
        return node

    before = exact(chosen(GUARDED[name]), x, v, [0, 0, 0])
    after = exact(guarded(GUARDED[name]), x, v, [0, 0, 0])
    assert abs(before - after) <= mpmath.mpf(10) ** -35 * (1 + abs(before))


@pytest.mark.parametrize("x", [1e4, -1e4, 1.0, -1.0, 0.0])
@pytest.mark.parametrize("name", sorted(set(GUARDED) - {"growth by a sum"}))
def test_guarded_branches_do_no_harm(name, x):
    assert np.isfinite(floating(guarded(GUARDED[name]), x, -x, [0, 0, 0], np.float64))


def test_total_functions_are_not_guarded():
    expression = Where(X > 0, sympy.sin(X) + 3 * X, tanh(X))
    assert guarded(expression) == expression


def test_what_is_bounded_is_not_scaled():
    largest = Maximum(X, V)
    for bounded in (1 + exp(-(X**2)), exp(V - largest) + exp(X - largest), 1 + exp(tanh(X))):
        assert not is_exponential_sum(bounded)
        assert scaled(1 / bounded, {}) == 1 / bounded


def test_the_shift_is_free():
    """The derivative by m is 0: the value is the same for every m."""
    for total in (1 + exp(X), exp(X) + exp(V) + 2, TOTAL):
        shift = shift_of(total)
        if shift.largest is None:
            continue
        whole = exp(shift.m) * shift.rest
        values = []
        for number in (-1, 0, 2):
            put = whole.xreplace({shift.m: sympy.Integer(number)})
            values.append(exact(put, 0.3, -0.8, [0.1, 0.2, -0.4]))
        assert max(values) - min(values) < 1e-30
        assert values[0] == pytest.approx(exact(total, 0.3, -0.8, [0.1, 0.2, -0.4]))


def test_the_largest_exponent_is_taken_out():
    shift = shift_of(SumOver(exp(XK * V), K))
    assert isinstance(shift.largest, MaxOver)


def test_a_logarithm_looks_through_a_definition():
    y = Equation("y", (C,), exp(XC) / TOTAL)
    form = scaled(log(Entry("y", C)), {"y": y})
    row = np.array([0.0, -1e4, 1e4], np.float32)
    assert not form.has(Entry("y", C))
    found = floating(form, np.float32(0), np.float32(0), row, np.float32)
    assert found == pytest.approx(-2e4)


@pytest.mark.parametrize("value", [ALPHA / exp(XC), ALPHA * exp(XC) ** 2, exp(XC) / TOTAL])
def test_a_definition_in_a_denominator_may_be_a_product(value):
    form = scaled(XC / Entry("z", C), {"z": Equation("z", (C,), value)})
    row = [0.5, -0.25, 1.0]
    expected = exact(XC / value, 0.3, -0.8, row)
    assert exact(form.subs(Entry("z", C), value), 0.3, -0.8, row) == pytest.approx(expected)


def test_a_weighted_softmax_over_all_places_but_one_is_proved():
    """The mask compares indices, of which none is put in where it fails."""
    forward = (
        "f[i] = mean(where(i != j, x[j], -inf)"
        "/sqrt(mean(where(i != k, x[k], -inf)**2, k) + 0.1), j)\n"
        "y = max(exp(f[j]**3)/sum(abs(f[k])*exp(f[k]**3), k), j)"
    )
    assert derive(layer("L", forward)).vjp.function.primal


def test_what_the_rewrites_change_is_left_out(monkeypatch):
    """A rewrite that brings its own proof and is wrong all the same: numbers tell."""
    some = layer("L", "y = exp(x)/(1 + exp(x))")
    right = derive(some).vjp.function.primal
    monkeypatch.setattr(stable, "scaled_with_proofs", lambda value, _: (2 * value, ()))
    derivation = derive(some)
    assert [eq.value for eq in derivation.vjp.function.primal] == [some.equations[-1].value]
    assert {step.rule for step in derivation.vjp.stability} >= {"left out"}
    assert right[-1].value != some.equations[-1].value

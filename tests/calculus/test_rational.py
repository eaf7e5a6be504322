"""The cheapest form is equal and no dearer."""

from __future__ import annotations

import mpmath
import pytest
import sympy
from calculus.by_numbers import Evaluator
from calculus.random_terms import FREE, SIZES, arrays, places, terms
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, exp, log, sqrt

from symbp.calculus.cost import pricing
from symbp.calculus.rational import cheapest, forms
from symbp.notation import Entry, Maximum, SumOver, scalar
from symbp.ops import MEASURED

PRICING = pricing(MEASURED)

N, J, K = FREE
X, Y, Z = Entry("a", N), Entry("a", K), Entry("e")
P = scalar("p")


def value(expression, digits: int = 40):
    with mpmath.workdps(digits):
        return Evaluator(arrays(), SIZES, {"p": 1.3})(expression, places())


@st.composite
def quotients(draw: st.DrawFn):
    atoms = st.sampled_from([X, Y, Z, P, exp(X), exp(-X), exp(2 * X + Y), sqrt(Y), 1 + exp(Z)])
    coefficients = st.sampled_from([sympy.S.One, -1, 2, Rational(1, 2), Rational(-3, 2)])

    def polynomial():
        parts = draw(st.lists(st.tuples(coefficients, atoms, atoms), min_size=1, max_size=3))
        return sum(c * a * b for c, a, b in parts)

    below = draw(st.sampled_from([sympy.S.One, X, Y, 1 + exp(-X), 1 + X**2, exp(X) + exp(Y)]))
    return polynomial() * polynomial() / below ** draw(st.integers(1, 2)) + polynomial()


@settings(max_examples=50, deadline=None)
@given(quotients())
def test_cheapest_is_equal_to_thirty_digits(expression):
    found = cheapest(expression, PRICING)
    before, after = value(expression), value(found)
    assert abs(before - after) <= mpmath.mpf(10) ** -30 * (1 + abs(before))
    assert PRICING.cost(found) <= PRICING.cost(expression) + 1e-9


@settings(max_examples=15, deadline=None)
@given(quotients())
def test_every_form_is_equal(expression):
    before = value(expression)
    for form in forms(expression, PRICING):
        assert abs(before - value(form)) <= mpmath.mpf(10) ** -30 * (1 + abs(before))


@settings(max_examples=60, deadline=None)
@given(terms())
def test_sums_over_indices_are_atoms(expression):
    assert float(value(cheapest(expression, PRICING))) == pytest.approx(
        float(value(expression)), rel=1e-12
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Y**2 * (1 / Y - 1), Y * (1 - Y)),
        (X * Y + X * Z, X * (Y + Z)),
        (exp(X) / (exp(X) + 1) * exp(-X), 1 / (1 + exp(X))),
        (X / (X * Y), 1 / Y),
        (SumOver(Entry("b", J), J) * X - SumOver(Entry("b", J), J) * Y,
         SumOver(Entry("b", J), J) * (X - Y)),
        (Maximum(X, Y) * Z + Maximum(X, Y), Maximum(X, Y) * (1 + Z)),
    ],
    ids=["output", "factor", "cancel", "fraction", "sum", "maximum"],
)  # fmt: skip
def test_what_an_expert_would_write(before, after):
    found = cheapest(before, PRICING)
    assert PRICING.cost(found) <= PRICING.cost(after) + 1e-9
    assert sympy.simplify(sympy.expand(found - after)) == 0


def test_a_root_of_a_square_keeps_its_sign():
    # sqrt(x**2) is |x|: no rewrite may turn it into x
    expression = sqrt((X - 2) ** 2) * Y + sqrt((X - 2) ** 2)
    assert float(value(cheapest(expression, PRICING))) == pytest.approx(float(value(expression)))


def test_logarithms_are_not_joined():
    # log(a) + log(b) is not log(a*b) where both are negative
    expression = log(X) + log(Y)
    assert cheapest(expression, PRICING) == expression


def test_a_function_of_positions_is_one_number():
    # (1 - erf(n + 1))**2 is 5e-10 at n = 2: written out its terms cancel
    complement = 1 - sympy.erf(N + 1)
    expression = complement**2 * X * Y - complement * X * Z
    for form in (cheapest(expression, PRICING), *forms(expression, PRICING)):
        assert form.xreplace({complement: P, -complement: -P}).atoms(sympy.erf) == set()

"""Linearity: what leaves a sum, what a delta leaves of it, what definitions say of it."""

from __future__ import annotations

import mpmath
import pytest
import sympy
from calculus.by_numbers import Evaluator
from calculus.random_terms import FREE, SIZES, arrays, places, terms
from hypothesis import given, settings
from sympy import Integer, exp

from symbp.calculus import Delta, expand_sums
from symbp.calculus.indices import canonical
from symbp.calculus.sums import known_sums, pull_out
from symbp.notation import Entry, Equation, Index, MaxOver, Size, SumOver

N, J, K = FREE
A, B = Entry("a", N), Entry("b", J)


def value(expression) -> float:
    with mpmath.workdps(40):
        return float(Evaluator(arrays(), SIZES)(expression, places()))


@settings(max_examples=200, deadline=None)
@given(terms())
def test_pull_out_keeps_the_value(expression):
    assert value(pull_out(expression)) == pytest.approx(value(expression), rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(terms(linear=True))
def test_expand_sums_keeps_the_value(expression):
    assert value(expand_sums(expression)) == pytest.approx(value(expression), rel=1e-12, abs=1e-25)


@settings(max_examples=100, deadline=None)
@given(terms(linear=True))
def test_an_expanded_sum_runs_over_one_product(expression):
    expanded = expand_sums(pull_out(expression))
    if expanded != expression:
        assert not any(total.body.is_Add for total in expanded.atoms(SumOver))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SumOver(3 * A * B, J), 3 * A * SumOver(B, J)),
        (SumOver(A, J), A * Size(J)),
        (SumOver(Integer(1), N, J), Size(N) * Size(J)),
        (SumOver(A * B, N, J), SumOver(A, N) * SumOver(B, J)),
        (SumOver(A * Delta(N, K), N), Entry("a", K)),
        (SumOver(A * Delta(N, Integer(0)), N), Entry("a", 0)),
        (SumOver(Entry("d", N, K) * Delta(N, K), K), Entry("d", N, N)),
        (SumOver(Delta(N, Entry("t", J)), N), Integer(1)),
        (SumOver(A * B + 2 * A * Entry("c", N, J), J), A * SumOver(B + 2 * Entry("c", N, J), J)),
    ],
    ids=["factor", "missing", "ones", "separate", "delta", "literal", "diagonal", "gather", "sum"],
)
def test_what_leaves_a_sum(before, after):
    assert sympy.expand(pull_out(before) - canonical(after)) == 0


def test_a_maximum_is_not_linear():
    expression = MaxOver(-2 * A, N)
    assert pull_out(expression) == canonical(expression)


def defined(**equations: Equation) -> dict[str, Equation]:
    return equations


def test_a_softmax_sums_to_one():
    total = SumOver(exp(Entry("x", J)), J)
    y = Equation("y", (J,), exp(Entry("x", J)) / total)
    assert known_sums(SumOver(Entry("y", J), J), {"y": y}) == 1


def test_what_is_centred_sums_to_zero():
    mean = Equation("mu", (), SumOver(Entry("x", J), J) / Size(J))
    centred = Equation("xc", (J,), Entry("x", J) - Entry("mu"))
    assert known_sums(SumOver(Entry("xc", J), J), {"mu": mean, "xc": centred}) == 0


def test_the_sum_over_the_other_axis_is_not_known():
    x = Index("x", "j")
    total = SumOver(exp(Entry("s", N, x)), x)
    y = Equation("y", (N, J), exp(Entry("s", N, J)) / total)
    other = SumOver(Entry("y", N, J), N)
    assert known_sums(other, {"y": y}) == canonical(other)
    assert known_sums(SumOver(Entry("y", N, J), J), {"y": y}) == 1


def test_a_weighted_sum_is_not_known():
    total = SumOver(exp(Entry("x", J)), J)
    y = Equation("y", (J,), exp(Entry("x", J)) / total)
    weighted = SumOver(Entry("y", J) * Entry("b", J), J)
    assert known_sums(weighted, {"y": y}) == canonical(weighted)

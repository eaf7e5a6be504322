"""Index algebra: no renaming changes what an expression is worth, none captures."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from calculus.by_numbers import Evaluator
from calculus.random_terms import FREE, SIZES, arrays, places, terms
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, exp

from symbp.calculus.indices import (
    canonical,
    fresh,
    instantiate,
    rename,
    replace_entries,
    same_up_to_indices,
)
from symbp.notation import Entry, Index, MaxOver, SumOver

N, J, K = FREE
Q = Index("q", "i")


def value(expression, where=None) -> float:
    with mpmath.workdps(40):
        return float(Evaluator(arrays(), SIZES)(expression, where or places()))


@settings(max_examples=150, deadline=None)
@given(terms(), st.permutations([N, K]))
def test_renaming_reads_the_expression_at_other_places(expression, order):
    mapping = dict(zip((N, K), order, strict=True))
    moved = {**places(), N: places()[mapping[N]], K: places()[mapping[K]]}
    assert value(rename(expression, mapping)) == pytest.approx(value(expression, moved), rel=1e-12)


@settings(max_examples=150, deadline=None)
@given(terms())
def test_renaming_to_a_name_that_is_bound_inside_does_not_capture(expression):
    moved = {**places(), Q: 1}
    assert value(rename(expression, {N: Q}), moved) == pytest.approx(
        value(expression, {**places(), N: 1}), rel=1e-12
    )


@settings(max_examples=150, deadline=None)
@given(terms())
def test_renaming_to_a_number_reads_the_entry(expression):
    assert value(rename(expression, {J: Integer(2)})) == pytest.approx(value(expression), rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(terms())
def test_canonical_is_worth_the_same_and_stays(expression):
    found = canonical(expression)
    assert value(found) == pytest.approx(value(expression), rel=1e-12)
    assert canonical(found) == found
    assert found.free_symbols == expression.free_symbols


@settings(max_examples=100, deadline=None)
@given(terms(scope=(*FREE, Q), depth=2))
def test_names_of_bound_indices_do_not_matter(body):
    other = Index("another", "i")
    assert canonical(SumOver(body, Q)) == canonical(SumOver(rename(body, {Q: other}), other))


def test_nested_sums_are_one_in_any_order():
    body = Entry("c", N, J) * Entry("a", N)
    forms = [SumOver(SumOver(body, N), J), SumOver(SumOver(body, J), N), SumOver(body, J, N)]
    assert len({canonical(form) for form in forms}) == 1


def test_two_indices_of_one_length_keep_apart():
    one = SumOver(Entry("d", N, K) * Entry("a", N), N, K)
    other = SumOver(Entry("d", K, N) * Entry("a", N), N, K)
    assert canonical(one) != canonical(other)
    assert value(canonical(one)) != pytest.approx(value(canonical(other)), rel=1e-6)


def test_symmetric_sums_are_the_same():
    one = SumOver(Entry("a", N) * Entry("d", N, K), N, K)
    other = SumOver(Entry("a", K) * Entry("d", K, N), N, K)
    assert canonical(one) == canonical(other)


def test_different_reductions_are_not_joined():
    mixed = SumOver(MaxOver(Entry("c", N, J), N), J)
    assert value(canonical(mixed)) == pytest.approx(arrays()["c"].max(0).sum())


def test_swap_is_simultaneous():
    assert rename(Entry("d", N, K), {N: K, K: N}) == Entry("d", K, N)


def test_renaming_reaches_into_an_index():
    gathered = Entry("z", N, Entry("t", N))
    assert rename(gathered, {N: K}) == Entry("z", K, Entry("t", K))


@pytest.mark.parametrize("taken", [["i"], ["i", "i'"], ["i", "i'", "i''"]])
def test_fresh_names_are_not_taken(taken):
    symbols = [Index(name, "i") for name in taken]
    found = fresh(N, symbols)
    assert found.name not in taken
    assert found.space == "i"


def test_substitution_does_not_capture():
    # y[i] = a[i]*sum(b[j], j); read under a sum over j at i = k
    body = Entry("y", K) * Entry("b", J)
    inner = Entry("a", N) * SumOver(Entry("b", J), J)
    found = SumOver(replace_entries(body, {"y": ((N,), inner)}), J)
    b = arrays()["b"]
    assert value(found) == pytest.approx(arrays()["a"][0] * b.sum() * b.sum())


def test_substitution_of_a_definition_whose_axis_is_bound_where_it_stands():
    # sum(y[j, i], i) with y[i, j] = d[i, j]: axes and slots of the same names, crosswise
    used = SumOver(Entry("y", K, N), N)
    found = replace_entries(used, {"y": ((N, K), Entry("d", N, K))})
    assert value(found) == pytest.approx(arrays()["d"][0].sum())


def test_indices_of_entries_are_not_substituted():
    gathered = Entry("z", Entry("t", N))
    assert replace_entries(gathered, {"t": ((N,), Entry("a", N))}) == gathered


def test_instantiate_reads_a_right_side_elsewhere():
    assert instantiate(exp(Entry("d", N, K)), (N, K), (K, Integer(0))) == exp(Entry("d", K, 0))


def test_same_up_to_indices_finds_the_renaming():
    pattern = canonical(SumOver(Entry("d", N, Q), Q))
    actual = canonical(SumOver(Entry("d", K, N), N))
    assert same_up_to_indices(pattern, actual, (N,)) == {N: K}
    transposed = canonical(SumOver(Entry("d", N, K), N))
    assert same_up_to_indices(pattern, transposed, (N,)) is None
    assert np.isscalar(value(pattern))

"""Squares beside a number: equal where all is moderate, and right where the square overflows."""

from __future__ import annotations

import pytest
from sympy import Integer, exp, log, sqrt, tanh

from symbp.calculus.spot_check import do_differ
from symbp.calculus.squares import without_large_squares
from symbp.notation import Entry, Equation, Index, SumOver, scalar

H = Index("h", "h")
X, Y, R = Entry("x"), Entry("y"), Entry("r", H)
C = scalar("c")
NAMED = {"q": Equation("q", (), 1 + X**2), "s": Equation("s", (), 4 * X**2 / C**2)}


@pytest.mark.parametrize(
    "expression",
    [
        sqrt(1 + X**2),
        Y / sqrt(1 + X**2),
        1 / (1 + 4 * X**2),
        (1 + X**2) ** -2,
        log(2 + X**2),
        log(1 + X**2 / C**2),
        X / (C + X**2),
        X**2 / (3 + X**2) ** 2,
        (X - Y) / (1 + (Y - X) ** 2),
        Y * X / ((1 + X**2) * sqrt(2 + Y**2)),
        SumOver(sqrt(R**2 + C), H),
        sqrt(X**2 * Y**2 + 1),
        1 / Entry("q"),
        X**2 / Entry("q"),
        log(1 + Entry("s")),
    ],
    ids=str,
)
def test_is_equal_and_does_not_square_what_is_large(expression):
    found = without_large_squares(expression, NAMED)
    assert found != expression
    assert not do_differ(expression, found, NAMED)
    assert not found.atoms(Entry) & {Entry("q"), Entry("s")}


@pytest.mark.parametrize(
    "expression",
    [
        1 + X**2,
        (1 + X**2) ** 2,
        X * (1 + X**2) ** Y,
        1 / (1 + tanh(X) ** 2),
        1 / (1 - X**2),
        (C + X**2) ** -2,
        sqrt(X**2 + Y**2),
        sqrt(1 + X**3),
        log(1 + exp(X)),
        sqrt(Integer(10) ** 30 + X**2),
        X * Y,
    ],
    ids=str,
)
def test_stays_as_it_is(expression):
    assert without_large_squares(expression, {}) == expression

"""The coefficients: best polynomials, and the table that is kept of them."""

from __future__ import annotations

import pytest
from mpmath import mpf

from symbp.targets.numba.functions.minimax import error, minimax
from symbp.targets.numba.functions.source import TABLE
from symbp.targets.numba.functions.table import table


def flat(x):
    return mpf(1)


def test_best_line_to_a_square():
    """By hand, on [0, 1]: x - 1/8, with an error of 1/8."""
    found = minimax(lambda x: x**2, flat, (mpf(0), mpf(1)), 1)
    assert [float(one) for one in found] == pytest.approx([-0.125, 1.0], abs=1e-3)


def test_best_parabola_to_a_cubic():
    """By hand, on [-1, 1]: what x**3 lacks to the Chebyshev polynomial is 3/4 x."""
    found = minimax(lambda x: x**3, flat, (mpf(-1), mpf(1)), 2)
    assert [float(one) for one in found] == pytest.approx([0, 0.75, 0], abs=1e-3)


def test_error_is_what_remains():
    found = error([mpf(0), mpf("0.75")], lambda x: x**3, flat, (mpf(-1), mpf(1)))
    assert float(found) == pytest.approx(0.25, abs=1e-3)


def test_table_is_what_the_fits_give():
    assert TABLE.read_text(encoding="utf-8") == table()

"""Numbers in emitted code: Python expressions worth what the mathematics says."""

from __future__ import annotations

import keyword
import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, exp, log, pi, sqrt

from symbp.errors import LoweringError
from symbp.notation import Index, Size, scalar
from symbp.program.builder import Builder
from symbp.program.scalars import lengths_in, scalar_tree, title
from symbp.targets.format import text
from symbp.targets.numpy.numbers import number
from symbp.targets.tree import Literal

A, B, N = scalar("a"), scalar("b"), Size(Index("n", "n"))
VALUES = {"a": 1.25, "b": 0.375}
LENGTH = 7


class Hyper:
    a, b = VALUES["a"], VALUES["b"]


def worth(value: sympy.Expr) -> float:
    """Runs the text of a number."""
    tree = scalar_tree(value)
    name = title(value)
    assert not name or name.isidentifier()
    assert not keyword.iskeyword(name)
    code = text(number(tree, dict.fromkeys(lengths_in(tree), Literal(str(LENGTH)))))
    return float(eval(code, {"self": Hyper, "math": math, "np": np}))


def wanted(value: sympy.Expr) -> float:
    return float(sympy.N(value.xreplace({A: Rational(5, 4), B: Rational(3, 8), N: Integer(7)}), 30))


@pytest.mark.parametrize(
    "value",
    [
        Integer(3), Rational(1, 3), Rational(-7, 11), Rational(1, 8), sqrt(2), sqrt(2) / 2,
        1 / sqrt(2 * pi), pi, -pi / 3, sympy.E, exp(Rational(1, 3)), log(3) - 1, A, -A, A + B,
        A - B, B - A,
        -A - B, A * B, A / B, 1 / (A * B), A / (B * (A + B)), A - (B - N), A**2, A**B,
        (-A) ** 2, -(A**2), (A + 1) ** (B - 2), 2**-A, A ** (-B), sqrt(A + B), 1 / sqrt(N), N,
        2 / N, N * (N - 1), 1 / (N - 1), A * (B + N) / 3, exp(-A) + log(B), abs(A - 3),
        sympy.tanh(A * B),
        -2 * A / N, (A - B) * (B - A), 10**15 * A, Rational(10**9, 7), -(A + B) ** 3 / (A - B),
    ],
    ids=str,
)  # fmt: skip
def test_is_worth(value):
    assert worth(value) == pytest.approx(wanted(value), rel=1e-15)


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.sampled_from([A, B, N, Integer(2), Integer(-3), Rational(1, 2), Rational(2, 3), pi]),
    lambda inner: st.tuples(st.sampled_from("+-*/^"), inner, inner).map(
        lambda t: {"+": t[1] + t[2], "-": t[1] - t[2], "*": t[1] * t[2],
                   "/": t[1] / (2 + t[2] ** 2), "^": (1 + t[1] ** 2) ** sympy.tanh(t[2])}[t[0]]
    ),
    max_leaves=6,
))  # fmt: skip
def test_any_expression_is_worth_what_it_says(value):
    assert worth(value) == pytest.approx(wanted(value), rel=1e-12, abs=1e-12)


def test_infinity():
    assert worth(sympy.oo) == math.inf
    assert worth(-sympy.oo) == -math.inf


def test_what_python_lacks_is_refused():
    with pytest.raises(LoweringError, match="cannot be computed as a number"):
        scalar_tree(sympy.polygamma(0, A))


def test_the_same_number_is_one_operation():
    builder = Builder()
    assert builder.scalar(2 / N) == builder.scalar(2 / N)


@pytest.mark.parametrize("value", [(-A) ** B, (B - A) ** Rational(1, 3), (-A) ** (-B), (-N) ** B])
def test_a_power_without_a_real_value_is_an_error(value):
    """Python's `**` would hand on a complex number."""
    with pytest.raises(ValueError, match="math domain error"):
        worth(value)

"""What is clipped beyond a bound is the same number there, to far more digits than a float has."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, exp, tanh

from symbp.calculus.flat import settled
from symbp.notation import Entry, Index, Size, SumOver

X, Y = Entry("x"), Entry("y")
INDEX = Index("i")
U = X - Y
MEAN = SumOver(Entry("x", INDEX) ** 2, INDEX) / Size(INDEX)
MEAN_OF_EXP = SumOver(exp(Entry("x", INDEX)), INDEX) / Size(INDEX)

BOUNDED_BOTH_WAYS = [
    exp(-(X**2)),
    exp(-3 * X**4 + X**3 - 7),
    tanh(X + X**3),
    sympy.erf(X**3 - 100 * X),
    exp(-exp(X) - exp(-2 * X)),
]
BOUNDED_ABOVE = [
    exp(-(X**3)),
    exp(-exp(X)),
    exp(X - exp(X)),
    exp(-exp(X / 100) + 5 * X),
    tanh(X * exp(X)),
    tanh(exp(X) - 3),
    exp(-exp(X) * X**2 + X),
    exp(U - exp(U)),
]


@pytest.mark.parametrize("node", BOUNDED_BOTH_WAYS + BOUNDED_ABOVE, ids=str)
def test_settled(node):
    flat = settled(node)
    assert flat is not None
    assert (flat.lower is None) == (node in BOUNDED_ABOVE)
    clipped = node.func(flat.clipped(flat.argument))
    for size in (Rational(1, 2), 3, flat.upper - Rational(1, 4), 1 + flat.upper, 4 * flat.upper):
        for x in (size, -size) if node in BOUNDED_BOTH_WAYS or size < 4 else (size,):
            one, other = (_number(side, x) for side in (node, clipped))
            assert abs(one - other) < sympy.Float("1e-400"), x


def _number(expression, x):
    return sympy.N(expression.xreplace({X: Rational(x), Y: Rational(0)}), 600)


@pytest.mark.parametrize(
    "node",
    [
        exp(X), exp(-X), exp(X**2), exp(exp(X)), tanh(X), exp(-Y * exp(X)), exp(-exp(X) - exp(Y)),
        exp(-MEAN / 2), exp(-MEAN_OF_EXP),
        sympy.sin(exp(X)), exp(-exp(X) + Y), exp(exp(X) - exp(-X) - Rational(1, 2)),
    ],
    ids=str,
)  # fmt: skip
def test_not_settled_upwards(node):
    flat = settled(node)
    assert flat is None or flat.upper is None

"""What the forms of the notation become."""

import pytest
import sympy

from symbp.notation import (
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Size,
    SumOver,
    Where,
    layer,
    scalar,
)
from symbp.ops import erfc

DOTS = Index("...")
N, I = Index("n"), Index("i")  # noqa: E741
X, Z = Entry("x", DOTS), Entry("z", DOTS)

ELEMENTWISE = {
    "x + z": X + Z,
    "x - 2*z": X - 2 * Z,
    "-x / z": -X / Z,
    "+x": X,
    "x**3": X**3,
    "x**z": X**Z,
    "power(x, 2)": X**2,
    "0.1*x": X / 10,
    "1.5e-3*x": sympy.Rational(3, 2000) * X,
    "2.*x": 2 * X,
    "0.044715*x": sympy.Rational(44715, 1000000) * X,
    "pi*x + e": sympy.pi * X + sympy.E,
    "exp(x)": sympy.exp(X),
    "exp2(x)": 2**X,
    "expm1(x)": sympy.exp(X) - 1,
    "log(x)": sympy.log(X),
    "log2(x)": sympy.log(X) / sympy.log(2),
    "log10(x)": sympy.log(X) / sympy.log(10),
    "log1p(x)": sympy.log(1 + X),
    "sqrt(x)": sympy.sqrt(X),
    "cbrt(x)": sympy.sign(X) * sympy.Abs(X) ** sympy.Rational(1, 3),
    "square(x)": X**2,
    "reciprocal(x)": 1 / X,
    "negative(x)": -X,
    "positive(x)": X,
    "sin(x)": sympy.sin(X),
    "cos(x)": sympy.cos(X),
    "tan(x)": sympy.tan(X),
    "arcsin(x)": sympy.asin(X),
    "arccos(x)": sympy.acos(X),
    "arctan(x)": sympy.atan(X),
    "sinh(x)": sympy.sinh(X),
    "cosh(x)": sympy.cosh(X),
    "tanh(x)": sympy.tanh(X),
    "arcsinh(x)": sympy.asinh(X),
    "arccosh(x)": sympy.acosh(X),
    "arctanh(x)": sympy.atanh(X),
    "deg2rad(x)": sympy.pi * X / 180,
    "radians(x)": sympy.pi * X / 180,
    "rad2deg(x)": 180 * X / sympy.pi,
    "degrees(x)": 180 * X / sympy.pi,
    "abs(x)": sympy.Abs(X),
    "absolute(x)": sympy.Abs(X),
    "fabs(x)": sympy.Abs(X),
    "sign(x)": sympy.sign(X),
    "erf(x)": sympy.erf(X),
    "erfc(x)": erfc(X),
    "erfc(-x)": erfc(-X),
    "lgamma(x)": sympy.loggamma(X),
    "maximum(x, 0)": Maximum(X, sympy.Integer(0)),
    "minimum(x, z)": Minimum(X, Z),
    "maximum(x, z, 1)": Maximum(Maximum(X, Z), sympy.Integer(1)),
    "logaddexp(x, z)": sympy.log(sympy.exp(X) + sympy.exp(Z)),
    "where(x > 0, x, -inf)": Where(X > 0, X, -sympy.oo),
    "where(x <= z, x, 2)": Where(X <= Z, X, 2),
    "where(x == 0, z, 2)": Where(sympy.Eq(X, 0), Z, 2),
    "where(x != 0, z, 2)": Where(sympy.Ne(X, 0), Z, 2),
    "where(x > 0 and z >= 1, x, 2)": Where(sympy.And(X > 0, Z >= 1), X, 2),
    "where(x > 0 or not z < 1, x, 2)": Where(sympy.Or(X > 0, Z >= 1), X, 2),
    "where(0 < x < 1, x, 2)": Where(sympy.And(sympy.Lt(0, X), X < 1), X, 2),
}


@pytest.mark.parametrize(("text", "value"), ELEMENTWISE.items(), ids=list(ELEMENTWISE))
def test_elementwise(text, value):
    made = layer("Made", f"y = {text}")
    (equation,) = made.equations
    assert equation.value == value
    assert equation.axes == (DOTS,)
    assert equation.source == f"y = {text}"


def xij(i, j):
    return Entry("x", i, j)


INDEXED = {
    "y[n, i] = x[n, i]*n": xij(N, I) * N,
    "y[n] = sum(x[n, i], i)": SumOver(xij(N, I), I),
    "y = sum(x[n, i], n, i)": SumOver(xij(N, I), N, I),
    "y = max(x[n, i], n, i)": MaxOver(MaxOver(xij(N, I), I), N),
    "y[n] = min(x[n, i], i)": MinOver(xij(N, I), I),
    "y = mean(x[n, i], n, i)": SumOver(xij(N, I), N, I) / (Size(N) * Size(I)),
    "y = mean(sum(x[n, i], i)**2, n)": SumOver(SumOver(xij(N, I), I) ** 2, N) / Size(N),
    "y[n, i] = x[n, i]/size(i)": xij(N, I) / Size(I),
    "y[n] = x[n, 0]": xij(N, 0),
    "y = sum(x[n, n], n)": SumOver(xij(N, N), N),
    "y[i, n] = x[n, i]": xij(N, I),
}


@pytest.mark.parametrize(("text", "value"), INDEXED.items(), ids=list(INDEXED))
def test_indexed(text, value):
    (equation,) = layer("Made", text).equations
    assert equation.value == value


def test_leading_axes_are_reduced_by_dots():
    (equation,) = layer("Made", "y = mean(x, ...)").equations
    assert equation.axes == ()
    assert equation.value == SumOver(X, DOTS) / Size(DOTS)


def test_hyper_parameter_is_a_real_symbol():
    made = layer("Made", "y = alpha*x", hyper={"alpha": 0.01})
    assert made.equations[0].value == scalar("alpha") * X
    assert dict(made.hyper) == {"alpha": 0.01}
    assert made.inputs == ("x",)


def test_gather_marks_the_constant_as_integer():
    made = layer("Made", "y[n] = z[n, t[n]]", constants=["t"])
    assert made.tensors["t"].integer
    assert made.equations[0].value == Entry("z", N, Entry("t", N))


def test_nested_gather():
    made = layer("Made", "y[n] = z[t[u[n]]]", constants=["t", "u"])
    assert made.equations[0].value == Entry("z", Entry("t", Entry("u", N)))
    assert made.tensors["t"].integer
    assert made.tensors["u"].integer


def test_assumption():
    made = layer(
        "Made",
        "y[..., c] = x[..., c]*t[..., c]",
        constants=["t"],
        assume=["sum(t[..., c], c) == 1"],
    )
    (assumption,) = made.assumptions
    c = Index("c")
    assert assumption.left == SumOver(Entry("t", DOTS, c), c)
    assert assumption.right == 1
    assert assumption.source == "sum(t[..., c], c) == 1"


def test_open_bracket_continues_the_line_and_comments_are_left_out():
    made = layer("Made", "# what it does\ny = (x +\n     z)   # a sum\n\n")
    assert made.equations[0].source == "y = (x + z)"


def test_list_of_equations():
    made = layer("Made", ["a = exp(x)", "y = a + 1"])
    assert [equation.target for equation in made.equations] == ["a", "y"]

"""A hostile file can do nothing, and is refused in bounded time."""

import time

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp.errors import NotationError
from symbp.notation import layer, parse_layers

REFUSED = {
    "tower": "y = 9**9**9*x",
    "tower of three": "y = x*9**9**9**9",
    "literal": f"y = {'9' * 3000}*x",
    "exponent": "y = x*1e999999999",
    "exponent of a tensor": "y = x**(9**99)",
    "small exponent": "y = x*1e-999999999",
    "coefficient": "y = (2*x)**100000",
    "coefficient of a sum": "y = ((2*x)**1000*z)**1000",
    "exact power": "y = (1 + 1e-300)**1e300*x",
    "log in exp": "y = exp(10**9*log(2))*x",
    "log in exp with a tensor": "y = x*exp(10**9*log(2) + x)",
    "exponents that cancel": "y = 2**(x + 9**300)*2**(-x)*x",
    "powers of powers": "y = (2**(x*10**5 + 10**5))**(10**5)*x",
    "exp2": "y = exp2(x + 10**9)*exp2(-x)*x",
    "exp of exp": "y = exp(exp(exp(9)))*x",
    "compared": "y = where(x > exp(exp(exp(9))), x, 1)",
    "maximum": "y = maximum(exp(exp(exp(9))), 3)*x",
    "lgamma": "y = lgamma(10**200)*x",
    "lgamma of a half": "y = lgamma(10**200 + 0.5)*x",
    "brackets": "y = " + "(" * 1900 + "x" + ")" * 1900,
    "square brackets": "y = " + "t[" * 900 + "n" + "]" * 900,
    "signs": "y = " + "-" * 3900 + "x",
    "nots": "y = where(" + "not " * 900 + "x > 0, 1, x)",
    "terms": "y = " + "x + " * 900 + "x",
    "powers": "y = " + "x**" * 1000 + "x",
    "long": "y = " + "x*z + " * 1000 + "x",
    "many": "y = x\n" * 5000,
    "one long name": "y = " + "x" * 3000,
    "code": "y = __import__('os').system('true')",
    "attribute": "y = x.__class__.__bases__",
    "null": "y = x\0",
    "huge position": "y[n] = x[n, 99999999999999999999]",
    "very long": "x" * 5_000_000,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_refused_in_bounded_time(text):
    begin = time.perf_counter()
    with pytest.raises(NotationError) as caught:
        layer("Made", text)
    assert time.perf_counter() - begin < 2
    assert len(str(caught.value)) < 400


ACCEPTED = {
    "high power": "y = (1 + x)**100000",
    "nested exp": "y = " + "exp(" * 55 + "x" + ")" * 55,
    "nested roots": "y = " + "sqrt(1 + " * 50 + "x" + ")" * 50,
    "nested where": "y = " + "where(x > 0, z, " * 50 + "x" + ")" * 50,
    "root of a large number": "y = sqrt(10**300 + 1)*x",
    "sine of a large number": "y = sin(10**300)*x",
    "tiny root": "y = (1/3)**(1/1e30)*x",
    "many terms": "y = " + " + ".join(f"x**{k}/{k}" for k in range(1, 90)),
    "many constants": "y = x*(" + " + ".join(f"1/{2 * k + 1}" for k in range(90)) + ")",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=list(ACCEPTED))
def test_accepted_in_bounded_time(text):
    begin = time.perf_counter()
    layer("Made", text)
    assert time.perf_counter() - begin < 5


PIECES = [
    *"xyztnij0123456789+-*/()[],.=<> ",
    *("**", "...", "==", "!=", " and ", " or ", "not ", "y = ", "y[n] = ", "y[..., c] = "),
    *("exp(", "log(", "sqrt(", "where(x > 0, ", "sum(", "mean(", "max(", "size(", "maximum("),
    *("x[n, i]", "x[..., c]", "x[n, *i]", "t[n]", ", i)", ", ...)", "inf", "pi", "1e300", "\n"),
    *("lambda", "'", "\\", "#", "é", "\0", "__", "lgamma(", "abs(", "erf(", "tan(", "arcsin("),
]


def reads_or_refuses(read):
    message = ""
    try:
        read()
    except NotationError as error:
        message = str(error)
    assert "\n" not in message


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_random_equations_are_read_or_refused(text):
    reads_or_refuses(lambda: layer("Made", text))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_random_right_sides_are_read_or_refused(text):
    reads_or_refuses(lambda: layer("Made", f"y = {text}", constants=["t"]))


def calls(inner):
    unary = ["exp", "log", "sqrt", "abs", "lgamma", "tan", "arcsin", "log2", "cbrt", "expm1", "-"]
    return st.one_of(
        st.tuples(st.sampled_from(unary), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(inner, inner).map(lambda p: f"maximum({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"where({p[0]} < {p[1]}, {p[2]}, {p[0]})"),
        inner.map(lambda p: f"sum({p}, i)"),
        inner.map(lambda p: f"mean({p}, ...)"),
    )


LEAVES = ["x", "z", "x[i]", "w[n, i]", "i", "n", "2", "0", "0.5", "1e300", "1e-9", "pi", "inf"]
VALUES = st.recursive(st.sampled_from(LEAVES), calls, max_leaves=12)
LEFT = st.sampled_from(["y", "y[n]", "y[i]", "y[n, i]", "y[...]"])


@settings(max_examples=500, deadline=2000)
@given(LEFT, VALUES)
def test_random_mathematics_is_read_or_refused(left, value):
    reads_or_refuses(lambda: layer("Made", f"{left} = {value}"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_random_files_are_read_or_refused(text):
    reads_or_refuses(lambda: parse_layers(text, "f.toml"))
    reads_or_refuses(lambda: parse_layers(f"[A]\n{text}", "f.toml"))


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
KEYS = st.sampled_from(["inputs", "outputs", "parameters", "constants", "one_hot", "hyper", "doc"])


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        KEYS,
        st.one_of(
            SCALARS,
            st.lists(SCALARS, max_size=3),
            st.dictionaries(st.text(max_size=3), SCALARS, max_size=2),
        ),
    )
)
def test_random_fields_are_read_or_refused(fields):
    reads_or_refuses(lambda: layer("Made", "y = x*z", **fields))


def test_no_text_reaches_sympify(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr(sympy.parsing.sympy_parser, "eval_expr", refuse)
    monkeypatch.setattr("builtins.eval", refuse)
    monkeypatch.setattr("builtins.exec", refuse)
    layer("Made", "y[n] = where(x[n] > 0.5, exp(x[n])*2.5e-3, sum(W[n, i], i))")


def test_the_text_of_an_error_is_one_line():
    with pytest.raises(NotationError, match=r"`a\\n\\x1b` is no name here"):
        layer("Made", "y = x", inputs=["a\n\x1b"])

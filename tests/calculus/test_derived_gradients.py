"""What must come out of the general machinery, whatever the layer and its tensors are called."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import sympy
from sympy import Expr, Integer, exp, sqrt

from symbp.calculus import Derivation, derive, equation_text
from symbp.calculus.indices import canonical, replace_entries
from symbp.calculus.sums import pull_out
from symbp.notation import Differs, Entry, Equation, Index, Layer, Reduction, Size, SumOver, layer
from symbp.program import lower
from symbp.program.operations import Argument, Length, ShapeOf
from symbp.schedule import scheduled
from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program

DOTS = Index("...", "...")


def gradient(derivation: Derivation, name: str) -> Equation:
    return next(eq for eq in derivation.vjp.written if eq.target == f"d{name}")


def opened(expression: Expr, some: Layer, keep: tuple[str, ...] = ()) -> Expr:
    """The expression over the arguments alone, every sum over one product where it can be."""
    values = {
        equation.target: (equation.axes, equation.value)
        for equation in some.equations
        if equation.target not in keep
    }
    while values.keys() & {entry.name for entry in expression.atoms(Entry)}:
        expression = replace_entries(expression, values)
    return canonical(expression)


def assert_equal(found: Expr, expected: Expr) -> None:
    """Equal as rational functions of entries, exponentials and sums, where no divisor is 0."""
    difference = canonical(found) - canonical(expected)
    marks: dict[Expr, Expr] = {}

    def marked(node: Expr) -> Expr:
        if isinstance(node, Entry | Reduction | Size):
            return marks.setdefault(node, sympy.Dummy(positive=True))
        if isinstance(node, Differs) and node.args[1] == 0:
            return sympy.true
        return node.func(*map(marked, node.args)) if node.args else node

    assert sympy.simplify(marked(difference)) == 0, f"{found} is not {expected}"


def saved_names(some: Layer) -> set[str]:
    """What forward keeps: arguments, named results, "unnamed"; lengths and shapes not counted."""
    schedule = scheduled(numpy_program(lower(derive(some))), HABITS)
    program = schedule.program
    names = {result.operation: result.name for result in program.forward}
    found = set()
    for number in schedule.saved:
        operation = program.operations[number]
        if isinstance(operation, Argument):
            found.add(operation.name)
        elif not isinstance(operation, ShapeOf | Length):
            found.add(names.get(number, "unnamed"))
    return found


def other_names(text: str) -> str:
    """The same layer in a stranger's words."""
    words = {"x": "signal", "y": "answer", "k": "m", "c": "label", "t": "truth", "i": "feature"}
    return re.sub(r"[a-z]+", lambda m: words.get(m[0], m[0]), text)


X, Y, DY = (Entry(name, DOTS) for name in ("x", "y", "dy"))


class Elementwise(NamedTuple):
    forward: str
    backward: str
    expected: Callable[..., Expr]
    saves: set[str]


ELEMENTWISE = {
    "reciprocal": Elementwise("1 / x", "-dy*y**2", lambda x, y: -(y**2), {"y"}),
    "exp": Elementwise("exp(x)", "dy*y", lambda x, y: y, {"y"}),
    "square": Elementwise("x**2", "2*dy*x", lambda x, y: 2 * x, {"x"}),
    "sqrt": Elementwise("sqrt(x)", "dy/(2*where(y == 0, inf, y))", lambda x, y: 1 / (2 * y), {"y"}),
    "log": Elementwise("log(x)", "dy/x", lambda x, y: 1 / x, {"x"}),
    "negative": Elementwise("-x", "-dy", lambda x, y: Integer(-1), set()),
    "sigmoid": Elementwise("1 / (1 + exp(-x))", "dy*y*(1 - y)", lambda x, y: y * (1 - y), {"y"}),
    "sigmoid by exp(x)": Elementwise(
        "exp(x) / (1 + exp(x))", "dy*y*(1 - y)", lambda x, y: y * (1 - y), {"y"}
    ),
    "tanh": Elementwise("tanh(x)", "dy*(1 - y**2)", lambda x, y: 1 - y**2, {"y"}),
}


def gradient_of(text: str, name: str, **options: Any) -> tuple[Layer, Expr]:
    some = layer("Stranger", text, **options)
    return some, gradient(derive(some), name).value


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_as_the_issue_writes_it(name):
    case = ELEMENTWISE[name]
    some, found = gradient_of(f"y = {case.forward}", "x")
    assert equation_text(gradient(derive(some), "x")) == f"dx = {case.backward}"
    assert_equal(found, DY * case.expected(X, Y))
    assert saved_names(some) == case.saves


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_in_other_words(name):
    case = ELEMENTWISE[name]
    text = other_names(f"y = {case.forward}")
    some, found = gradient_of(text, "signal")
    signal, answer = Entry("signal", DOTS), Entry("answer", DOTS)
    assert_equal(found, Entry("danswer", DOTS) * case.expected(signal, answer))
    assert saved_names(some) == {other_names(saved) for saved in case.saves}


@pytest.mark.parametrize("brackets", ["[n, i]", "[..., i]", "[i]"])
def test_brackets_change_nothing(brackets):
    _, found = gradient_of(f"y{brackets} = 1 / (1 + exp(-x{brackets}))", "x")
    dy, y = (next(e for e in found.atoms(Entry) if e.name == name) for name in ("dy", "y"))
    assert_equal(found, dy * y * (1 - y))


def test_softplus_has_the_sigmoid_for_its_slope():
    some, found = gradient_of("y = log(1 + exp(x))", "x")
    assert_equal(opened(found, some), DY / (1 + exp(-X)))


def test_log_cosh_has_tanh_for_its_slope():
    some, found = gradient_of("y = log(exp(x) + exp(-x))", "x")
    assert_equal(opened(found, some), DY * (exp(2 * X) - 1) / (exp(2 * X) + 1))


def test_swish_with_a_number_of_the_users():
    some, found = gradient_of("y = x / (1 + exp(-beta * x))", "x", hyper={"beta": 1.0})
    beta = sympy.Symbol("beta", real=True)
    s = 1 / (1 + exp(-beta * X))
    assert_equal(opened(found, some), DY * (s + beta * X * s * (1 - s)))


def test_the_shopping_graph_of_two_items():
    some = layer("Shop", "total = (apple * apples + orange * oranges) * tax")
    derivation = derive(some)
    names = ("apple", "apples", "orange", "oranges", "tax")
    apple, apples, orange, oranges, tax, d = (Entry(n, DOTS) for n in (*names, "dtotal"))
    wanted = dict(
        zip(names, (apples * tax, apple * tax, oranges * tax, orange * tax), strict=False)
    )
    wanted["tax"] = apple * apples + orange * oranges
    for name, expected in wanted.items():
        assert_equal(opened(gradient(derivation, name).value, some), d * expected)


# Contractions


@pytest.mark.parametrize(
    ("text", "x", "w", "b", "y"),
    [
        ("y[n, j] = sum(x[n, i] * W[i, j], i) + b[j]", "x", "W", "b", "y"),
        ("out[r, q] = shift[q] + sum(M[p, q] * inp[r, p], p)", "inp", "M", "shift", "out"),
        ("y[..., j] = sum(x[..., i] * W[i, j], i) + b[j]", "x", "W", "b", "y"),
    ],
    ids=["affine", "renamed", "leading axes"],
)
def test_affine(text, x, w, b, y):
    some = layer("Stranger", text, parameters=[w, b])
    derivation = derive(some)
    (n, i), (_, j) = some.tensors[x].axes, some.tensors[w].axes
    dy = Entry(f"d{y}", n, j)
    assert_equal(gradient(derivation, x).value, SumOver(dy * Entry(w, i, j), j))
    assert_equal(gradient(derivation, w).value, SumOver(dy * Entry(x, n, i), n))
    assert_equal(gradient(derivation, b).value, SumOver(dy, n))


# Softmax and its losses


@pytest.mark.parametrize(
    ("text", "x", "y", "axis"),
    [
        ("y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)", "x", "y", 1),
        ("y[n, c] = exp(x[n, c]) / sum(exp(x[n, k]), k)", "x", "y", 1),
        ("P[a, b] = exp(S[a, b]) / sum(exp(S[m, b]), m)", "S", "P", 0),
        ("z[a, b] = exp(s[a, b]) * (1 / sum(exp(s[a, m]), m))", "s", "z", 1),
    ],
    ids=["issue", "batch", "other axis", "by a reciprocal"],
)
def test_softmax_is_its_output_times_what_is_left_of_the_upstream(text, x, y, axis):
    some = layer("Stranger", text)
    found = gradient(derive(some), x).value
    axes = some.tensors[x].axes
    out, up = Entry(y, *axes), Entry(f"d{y}", *axes)
    expected = out * (up - SumOver(up * out, axes[axis]))
    assert_equal(found, expected)
    assert saved_names(some) == {y}


def test_softmax_as_text():
    some = layer("Softmax", "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)")
    text = equation_text(gradient(derive(some), "x"))
    assert re.fullmatch(
        r"dx\[\.\.\., c\] = y\[\.\.\., c\]\*\(dy\[\.\.\., c\] - "
        r"sum\(dy\[\.\.\., (\w)\]\*y\[\.\.\., \1\], \1\)\)",
        text,
    )


CROSS_ENTROPY = """
y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)
loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)
"""
IN_OTHER_WORDS = """
p[row, a] = exp(score[row, a]) / sum(exp(score[row, b]), b)
cost = sum(sum(-log(p[row, a]) * truth[row, a], a), row) / size(row)
"""


def test_cross_entropy_under_the_assumption():
    assume = ["sum(t[..., c], c) == 1"]
    some = layer("Loss", CROSS_ENTROPY, constants=["t"], assume=assume)
    found = gradient(derive(some), "x")
    assert equation_text(found) == "dx[..., c] = dloss*(y[..., c] - t[..., c])/size(...)"
    assert saved_names(some) == {"y", "t"}


def test_cross_entropy_without_the_assumption():
    some = layer("Loss", CROSS_ENTROPY, constants=["t"])
    found = gradient(derive(some), "x")
    c = found.axes[1]
    t, y = (Entry(name, *found.axes) for name in ("t", "y"))
    total = SumOver(Entry("t", DOTS, c), c)
    assert_equal(found.value, Entry("dloss") * (y * total - t) / Size(DOTS))
    assert "sum(t[..., " in equation_text(found)


def test_cross_entropy_in_other_words():
    assume = ["sum(truth[row, a], a) == 1"]
    some = layer("Loss", IN_OTHER_WORDS, constants=["truth"], assume=assume)
    found = gradient(derive(some), "score")
    p, truth = (Entry(name, *found.axes) for name in ("p", "truth"))
    assert_equal(found.value, Entry("dcost") * (p - truth) / Size(found.axes[0]))
    assert saved_names(some) == {"p", "truth"}


def test_an_assumption_that_does_not_fit_changes_nothing():
    other_axis = ["sum(t[n, c], n) == 1"]
    text = CROSS_ENTROPY.replace("...", "n")
    plain = gradient(derive(layer("Loss", text, constants=["t"])), "x")
    assumed = gradient(derive(layer("Loss", text, constants=["t"], assume=other_axis)), "x")
    assert_equal(plain.value, assumed.value)


def test_binary_cross_entropy_from_logits():
    some = layer(
        "Loss",
        "q[...] = 1 / (1 + exp(-z[...]))\n"
        "cost = -mean(g[...] * log(q[...]) + (1 - g[...]) * log(1 - q[...]), ...)",
        constants=["g"],
    )
    found = gradient(derive(some), "z").value
    assert_equal(found, Entry("dcost") * (Entry("q", DOTS) - Entry("g", DOTS)) / Size(DOTS))
    assert saved_names(some) == {"q", "g"}


# Normalisation


NORMS = {
    "batch": (
        """
        mu[j] = mean(x[n, j], n)
        xc[n, j] = x[n, j] - mu[j]
        var[j] = mean(xc[n, j]**2, n)
        xhat[n, j] = xc[n, j] / sqrt(var[j] + eps)
        y[n, j] = gamma[j] * xhat[n, j] + beta[j]
        """,
        "x", "gamma", "beta", "n",
    ),
    "layer": (
        """
        mu[...] = mean(x[..., i], i)
        xc[..., i] = x[..., i] - mu[...]
        var[...] = mean(xc[..., i]**2, i)
        xhat[..., i] = xc[..., i] / sqrt(var[...] + eps)
        y[..., i] = gamma[i] * xhat[..., i] + beta[i]
        """,
        "x", "gamma", "beta", "i",
    ),
    "layer in other words": (
        """
        m[r] = sum(inp[r, f], f) / size(f)
        c[r, f] = inp[r, f] - m[r]
        s[r] = sum(c[r, g] * c[r, g], g) / size(f)
        h[r, f] = c[r, f] / sqrt(s[r] + eps)
        o[r, f] = h[r, f] * scale[f] + shift[f]
        """,
        "inp", "scale", "shift", "f",
    ),
}  # fmt: skip


def norm(name: str) -> tuple[Layer, Derivation]:
    text, _, gamma, beta, _ = NORMS[name]
    lines = [line.strip() for line in text.strip().splitlines()]
    some = layer("Stranger", lines, parameters=[gamma, beta], hyper={"eps": 1e-5})
    return some, derive(some)


def compact(some: Layer, x: str, gamma: str, over: str) -> Expr:
    """gamma/sigma*(dy - mean(dy) - xhat*mean(dy*xhat)), the gamma inside for layer norm."""
    axes = some.tensors[x].axes
    index = next(axis for axis in axes if axis.name == over)
    names = [equation.target for equation in some.equations]
    var, hat, out = names[-3], names[-2], names[-1]
    g = Entry(f"d{out}", *axes) * Entry(gamma, *some.tensors[gamma].axes)
    xhat = Entry(hat, *axes)
    sigma = sqrt(Entry(var, *some.tensors[var].axes) + sympy.Symbol("eps", real=True))

    def mean(body: Expr) -> Expr:
        return SumOver(body, index) / Size(index)

    return (g - mean(g) - xhat * mean(g * xhat)) / sigma


@pytest.mark.parametrize("name", NORMS)
def test_normalisation_has_the_compact_form(name):
    _, x, gamma, _, over = NORMS[name]
    some, derivation = norm(name)
    found = gradient(derivation, x).value
    expected = compact(some, x, gamma, over)
    assert_equal(pull_out(found), pull_out(expected))


@pytest.mark.parametrize("name", NORMS)
def test_normalisation_needs_two_reductions_for_its_input(name):
    _, x, _, _, _ = NORMS[name]
    _, derivation = norm(name)
    assert len(gradient(derivation, x).value.atoms(SumOver)) == 2


@pytest.mark.parametrize("name", NORMS)
def test_normalisation_of_the_parameters(name):
    _, x, gamma, beta, _ = NORMS[name]
    some, derivation = norm(name)
    hat, out = [equation.target for equation in some.equations][-2:]
    axes = some.tensors[x].axes
    rest = [axis for axis in axes if axis not in some.tensors[gamma].axes]
    up, xhat = Entry(f"d{out}", *axes), Entry(hat, *axes)
    assert_equal(gradient(derivation, gamma).value, SumOver(up * xhat, *rest))
    assert_equal(gradient(derivation, beta).value, SumOver(up, *rest))


def test_normalisation_without_a_name_for_the_normalised():
    some = layer(
        "Stranger",
        [
            "m[r] = mean(z[r, f], f)",
            "s[r] = mean((z[r, f] - m[r])**2, f)",
            "o[r, f] = a[f] * (z[r, f] - m[r]) / sqrt(s[r] + 0.001) + b[f]",
        ],
        parameters=["a", "b"],
    )
    found = gradient(derive(some), "z").value
    assert len({total.body for total in found.atoms(SumOver)}) <= 2


# Attention


ATTENTION = """
S[..., q, k] = sum(Q[..., q, d] * K[..., k, d], d) / sqrt(size(d))
P[..., q, k] = exp(S[..., q, k]) / sum(exp(S[..., q, m]), m)
O[..., q, v] = sum(P[..., q, k] * V[..., k, v], k)
"""


def test_attention():
    some = layer("Attention", ATTENTION)
    derivation = derive(some)
    by_name = {equation.target: equation for equation in derivation.vjp.written}
    ds, axes = by_name["dS"].value, some.tensors["P"].axes
    p, dp = Entry("P", *axes), Entry("dP", *axes)
    assert_equal(ds, p * (dp - SumOver(dp * p, axes[-1])))
    (dots, q, d), (_, k, _), (_, _, v) = (some.tensors[n].axes for n in "QKV")
    score, up = Entry("dS", dots, q, k), Entry("dO", dots, q, v)
    assert_equal(by_name["dP"].value, SumOver(up * Entry("V", dots, k, v), v))
    assert_equal(by_name["dV"].value, SumOver(up * Entry("P", dots, q, k), q))
    assert_equal(by_name["dQ"].value, SumOver(score * Entry("K", dots, k, d), k) / sqrt(Size(d)))
    assert_equal(by_name["dK"].value, SumOver(score * Entry("Q", dots, q, d), q) / sqrt(Size(d)))


def test_two_layers_in_one():
    some = layer(
        "Network",
        [
            "a[n, h] = sum(x[n, i] * W1[i, h], i) + b1[h]",
            "z[n, h] = maximum(a[n, h], 0)",
            "s[n, c] = sum(z[n, h] * W2[h, c], h) + b2[c]",
            "y[n, c] = exp(s[n, c]) / sum(exp(s[n, k]), k)",
            "loss = -mean(sum(t[n, c] * log(y[n, c]), c), n)",
        ],
        parameters=["W1", "b1", "W2", "b2"],
        constants=["t"],
        assume=["sum(t[n, c], c) == 1"],
    )
    derivation = derive(some)
    by_name = {equation.target: equation for equation in derivation.vjp.written}
    n, c = some.tensors["y"].axes
    ds = Entry("dloss") * (Entry("y", n, c) - Entry("t", n, c)) / Size(n)
    assert_equal(by_name["ds"].value, ds)
    h = some.tensors["z"].axes[1]
    assert_equal(by_name["dW2"].value, SumOver(Entry("ds", n, c) * Entry("z", n, h), n))
    assert_equal(by_name["db2"].value, SumOver(Entry("ds", n, c), n))


# The log


@pytest.mark.parametrize("text", ["y = 1 / (1 + exp(-x))", CROSS_ENTROPY])
def test_the_log_says_what_changed_and_by_which_rule(text):
    derivation = derive(layer("Some", text, constants=["t"] if "t[" in text else []))
    assert derivation.vjp.steps
    for step in derivation.vjp.steps:
        assert step.before != step.after
        assert step.rule


def test_the_log_of_the_sigmoid_goes_from_the_texts_form_to_the_joined_one():
    derivation = derive(layer("Some", "y = 1 / (1 + exp(-x))"))
    assert_equal(derivation.vjp.joined[-1].value, DY * Y**2 * sympy.exp(-Entry("x", DOTS)))
    steps = [step for step in derivation.vjp.steps if step.target == "dx"]
    assert_equal(steps[-1].after, DY * Y * (1 - Y))
    assert "output form" in {step.rule for step in steps}


def test_the_same_twice():
    some = layer("Some", ATTENTION)
    assert derive(some) == derive(some)

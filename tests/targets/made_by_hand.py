"""Layers with the lines of their mathematics written by hand, to test the shell around them."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from reading import expression, statement

from symbp.notation import Layer, layer
from symbp.targets.code import AssumptionCode, Equations, LayerCode, Least, SourceFile
from symbp.targets.numpy.render import render
from symbp.targets.tree import Statement


def code_of(
    forward: tuple[Statement, ...], backward: tuple[Statement, ...], **others: Any
) -> LayerCode:
    return LayerCode(forward, {"backward": backward}, **others)


SIGMOID = layer("Sigmoid", "y = 1 / (1 + exp(-x))", doc="Logistic function")
SIGMOID_CODE = code_of(
    forward=(statement("y = 1 / (1 + np.exp(-x))", "y = 1/(1 + exp(-x))"),),
    backward=(statement("dx = dy * y * (1 - y)", "dx = dy*y*(1 - y)"),),
    saved=("y",),
)

AFFINE = layer(
    "Affine",
    "y[n, j] = sum(x[n, *i] * W[i, j], i) + b[j]",
    parameters=["W", "b"],
    doc="A matrix product and a bias.",
)
AFFINE_CODE = code_of(
    forward=(
        statement("y = x @ self.W", "y[n, j] = sum(W[i, j]*x[n, i], i)"),
        statement("y += self.b", "y[n, j] = y[n, j] + b[j]"),
    ),
    backward=(
        statement("dx = dy @ self.W.T", "dx[n, i] = sum(dy[n, j]*W[i, j], j)"),
        statement("dW = x.T @ dy", "dW[i, j] = sum(x[n, i]*dy[n, j], n)"),
        statement("db = dy.sum(0)", "db[j] = sum(dy[n, j], n)"),
    ),
    saved=("x",),
)

ADD = layer("Add", "y = a + b")
ADD_CODE = code_of((statement("y = a + b"),), (statement("da = dy"), statement("db = dy")))

SCALE = layer("Scale", "y = a * x * s", hyper={"s": 2}, parameters=["a"])
SCALE_CODE = code_of(
    (statement("y = self.a * x * self.s"),),
    (statement("dx = dy * self.a * self.s"), statement("da = dy * x * self.s")),
    saved=("x",),
)

LOSS = layer(
    "CrossEntropy",
    "loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)",
    constants=["t"],
    one_hot={"t": "c"},
    assume=["sum(t[..., c], c) == 1"],
)
LOSS_CODE = code_of(
    forward=(
        statement("N = y.size // y.shape[-1]"),
        statement("loss = -(t * np.log(y)).sum() / N"),
    ),
    backward=(statement("dy = -dloss * t / y / N", "dy[..., c] = -dloss*t[..., c]/(N*y[..., c])"),),
    saved=("y", "t", "N"),
    assumptions=(
        AssumptionCode(
            expression("total"),
            expression("1"),
            "sum(t[..., c], c) == 1",
            ("t",),
            (statement("total = t.sum(-1)"),),
        ),
    ),
    least=(Least("y", 0, 1, "they are averaged"),),
)

EMBEDDING = layer("Embedding", "y[..., d] = E[t[...], d]", parameters=["E"], constants=["t"])
EMBEDDING_CODE = code_of(
    (statement("y = self.E[t]"),),
    (statement("dE = np.zeros_like(self.E)"), statement("np.add.at(dE, t, dy)")),
    saved=("t",),
)

TWO = layer("SumAndProduct", "s[i] = a[i] + b[i]\np[i] = a[i] * b[i]", outputs=["s", "p"])
TWO_CODE = code_of(
    (statement("s = a + b"), statement("p = a * b")),
    (statement("da = ds + dp * b"), statement("db = ds + dp * a")),
    saved=("a", "b"),
)

SQUASH = layer("Squash", "y = x / (1 + x * x)", doc="Writes into arrays that it made.")
SQUASH_CODE = code_of(
    (
        statement("s = x * x"),
        statement("np.add(s, 1, out=s)"),
        statement("y = x / s"),
    ),
    (statement("dx = dy * (1 - 2 * y * x)"), statement("np.divide(dx, s, out=dx)")),
    saved=("x", "s", "y"),
    leading_axis=True,
)

BLEND = layer("Blend", "y = a * (b + 1)")
BLEND_CODE = code_of(
    (statement("b1 = b + 1"), statement("np.add(b1, 0, out=b1)"), statement("y = a * b1")),
    (statement("da = dy * b1"), statement("db = dy * a"), statement("np.add(db, 0, out=db)")),
    saved=("a", "b1"),
    leading_axis=True,
)

CENTRE = layer(
    "Centre",
    "m[...] = mean(x[..., i], i)\ny[..., i] = (x[..., i] - m[...]) * w[..., i]",
    constants=["w"],
)
CENTRE_CODE = code_of(
    (
        statement("m = x.mean(-1)"),
        statement("np.add(m, 0, out=m)"),
        statement("y = (x - m[..., None]) * w"),
    ),
    (
        statement("dx = dy * w"),
        statement("s = dx.mean(-1)"),
        statement("np.negative(s, out=s)"),
        statement("dx += s[..., None]"),
    ),
    saved=("w",),
    leading_axis=True,
)

LONG = layer(
    "LayerWithQuiteAnEndlessName",
    "the_output_of_it[n, j] = the_first_weights_of_it[j] * the_first_input_of_it[n, j] "
    "+ the_second_weights_of_it[j] * the_second_input_of_it[n, j] + alpha_of_it + beta_of_it",
    parameters=["the_first_weights_of_it", "the_second_weights_of_it"],
    hyper={"alpha_of_it": 0.25, "beta_of_it": 0.5},
)
LONG_CODE = code_of(
    (
        statement(
            "the_output_of_it = self.the_first_weights_of_it * the_first_input_of_it "
            "+ self.the_second_weights_of_it * the_second_input_of_it "
            "+ self.alpha_of_it + self.beta_of_it"
        ),
    ),
    (
        statement("dthe_first_input_of_it = dthe_output_of_it * self.the_first_weights_of_it"),
        statement("dthe_second_input_of_it = dthe_output_of_it * self.the_second_weights_of_it"),
        statement("dthe_first_weights_of_it = (dthe_output_of_it * the_first_input_of_it).sum(0)"),
        statement(
            "dthe_second_weights_of_it = (dthe_output_of_it * the_second_input_of_it).sum(0)"
        ),
    ),
    saved=("the_first_input_of_it", "the_second_input_of_it"),
)
LONG_BROADCAST = layer(
    "Another", "the_output = the_first_input_of_all * the_second_input_of_all * the_third_input"
)
LONG_BROADCAST_CODE = code_of(
    (statement("the_output = the_first_input_of_all * the_second_input_of_all * the_third_input"),),
    tuple(
        statement(f"d{name} = dthe_output")
        for name in ("the_first_input_of_all", "the_second_input_of_all", "the_third_input")
    ),
    leading_axis=True,
)

CASES = {
    made.name: (made, code)
    for made, code in (
        (SIGMOID, SIGMOID_CODE),
        (AFFINE, AFFINE_CODE),
        (ADD, ADD_CODE),
        (SCALE, SCALE_CODE),
        (LOSS, LOSS_CODE),
        (EMBEDDING, EMBEDDING_CODE),
        (TWO, TWO_CODE),
        (SQUASH, SQUASH_CODE),
        (BLEND, BLEND_CODE),
        (CENTRE, CENTRE_CODE),
        (LONG, LONG_CODE),
        (LONG_BROADCAST, LONG_BROADCAST_CODE),
    )
}


def rendered(name: str) -> SourceFile:
    made, code = CASES[name]
    return render(made, code, equations_of(made, code))


def equations_of(made: Layer, code: LayerCode) -> Equations:
    return Equations(
        forward=tuple(equation.source for equation in made.equations),
        backward=tuple(line.equation for line in code.phases["backward"] if line.equation),
    )


def emitted(name: str) -> Any:
    """The emitted class."""
    source = rendered(name)
    module = ModuleType(source.path.removesuffix(".py"))
    sys.modules.pop(module.__name__, None)
    exec(compile(source.text, source.path, "exec"), module.__dict__)
    return getattr(module, name)

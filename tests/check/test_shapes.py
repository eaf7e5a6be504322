"""The shapes that are tried, and the arguments that are found for them."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.check.oracle import Oracle
from symbp.check.sampling import draw, find_recipe
from symbp.check.shapes import shape_cases, small_cases
from symbp.errors import CheckError
from symbp.notation import Layer, layer

LINEAR = layer("Linear", "y[..., j] = sum(x[..., i] * W[i, j], i)", parameters=["W"])
FLAT = layer("Flat", "y[n, j] = sum(x[n, *i] * W[i, j], i)", parameters=["W"])
EMBEDDING = layer("Embedding", "y[..., j] = W[t[...], j]", parameters=["W"], constants=["t"])


def test_leading_shapes_and_a_length_of_one() -> None:
    shapes = [case.shapes["x"] for case in shape_cases(LINEAR)]
    assert {len(shape) for shape in shapes} >= {1, 2, 3}
    assert any(1 in shape for shape in shapes)
    assert len(set(shapes[2])) == 3


def test_trailing_shapes_of_a_flattened_tensor() -> None:
    shapes = [case.shapes["x"] for case in shape_cases(FLAT)]
    assert {len(shape) for shape in shapes} == {1, 2, 3}
    for case in shape_cases(FLAT):
        assert case.shapes["W"][0] == int(np.prod(case.shapes["x"][1:]))


def test_small_shapes_differ() -> None:
    for one in (LINEAR, FLAT, EMBEDDING, layer("Product", "y = a * b")):
        first, second = small_cases(one)
        assert first.shapes != second.shapes


def test_long_loops_are_judged_at_shorter_lengths() -> None:
    train = layer(
        "Train",
        "y[n, o, p, q, s] = sum(x[n, i, j, k, l]*A[i, o, a]*B[a, j, p, b]*C[b, k, q, c]*D[c, l, s],"
        " i, j, k, l, a, b, c)",
    )
    lengths = list(shape_cases(train)[0].lengths.values())
    assert np.prod(lengths) < 6000
    assert len(set(lengths)) > 2
    assert shape_cases(LINEAR)[0].lengths == {"i": 3, "j": 4}


def test_literals_fit() -> None:
    one = layer("Third", "y[n] = x[n, 4]")
    assert all(case.shapes["x"][1] >= 5 for case in shape_cases(one))


@pytest.mark.parametrize(
    "text", ["log(x)", "arccosh(x)", "arctanh(x)", "sqrt(-x)", "log(x - 2)", "x**x"]
)
def test_finds_the_domain(text: str) -> None:
    one, oracle = layer("One", f"y = {text}"), Oracle()
    recipe = find_recipe(one, oracle)
    for case in shape_cases(one):
        data = draw(one, recipe, case, oracle, np.random.default_rng(0))
        values = oracle.forward(one, data)["y"]
        assert all(oracle.context.isfinite(v) for v in values.flat)


def test_classes_are_in_range() -> None:
    oracle = Oracle()
    for case in shape_cases(EMBEDDING):
        data = draw(
            EMBEDDING, find_recipe(EMBEDDING, oracle), case, oracle, np.random.default_rng(1)
        )
        assert (data.arrays["t"] < len(data.arrays["W"])).all()


ASSUMED: dict[str, tuple[Layer, str]] = {
    "probabilities": (
        layer(
            "P",
            "y[n] = sum(t[n, c] * x[n, c], c)",
            constants=["t"],
            assume=["sum(t[n, c], c) == 1"],
        ),
        "sum",
    ),
    "binary": (
        layer("B", "y[n] = m[n] * x[n]", constants=["m"], assume=["m[n] * (1 - m[n]) == 0"]),
        "binary",
    ),
}


@pytest.mark.parametrize("case", ASSUMED)
def test_assumptions_hold(case: str) -> None:
    one, _ = ASSUMED[case]
    oracle = Oracle()
    recipe = find_recipe(one, oracle)
    for shapes in shape_cases(one):
        data = draw(one, recipe, shapes, oracle, np.random.default_rng(2))
        assert oracle.assumption_gap(one, data) < 1e-12


def test_no_domain_is_said() -> None:
    with pytest.raises(CheckError, match="no arguments were found"):
        find_recipe(layer("Nowhere", "y = arcsin(2 + x**2)"), Oracle())

"""Layers of another generator, judged by plain evaluation and differences alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from properties import author, judging, reference, rounding, run
from properties.terms import Access, Apply, Fold, Made, Number, Rule, Thing


def softmax_of_differences() -> Made:
    """`y[l] = sum(exp(x[l] - z[i]) / sum(exp(x[j] - z[i]), j), i)`: three times a softmax."""

    def power(index: str) -> Apply:
        return Apply("exp", (Apply("-", (Access("x", (index,)), Access("z", ("i",)))),))

    value = Fold("sum", Apply("/", (power("l"), Fold("sum", power("j"), ("j",)))), ("i",))
    things = {"x": Thing(("A",)), "z": Thing(("B",))}
    kinds = {"l": "A", "j": "A", "i": "B"}
    return Made((Rule("y", ("l",), value),), things, kinds, {}, ("y",))


def test_the_reference_against_a_softmax_by_hand():
    x, z = np.array([0.2, -0.5, 1.0]), np.array([0.3, 0.1])
    arguments = reference.Arguments({"x": x, "z": z}, {"A": 3, "B": 2})
    p = np.exp(x) / np.exp(x).sum()
    made = softmax_of_differences()
    np.testing.assert_allclose(reference.outputs(made, arguments)["y"].astype(float), 2 * p)
    up = np.array([1.0, -0.5, 2.0])
    found = reference.gradients(made, arguments, {"y": up}).values
    np.testing.assert_allclose(found["x"].astype(float), 2 * p * (up - p @ up), atol=1e-12)
    np.testing.assert_allclose(found["z"].astype(float), 0, atol=1e-12)


def test_the_judge_sees_another_layer(monkeypatch):
    """The text says twice of what the reference evaluates."""
    made = softmax_of_differences()
    assert judging.examine(made).verdict == "right"
    text = made.forward.replace(" = ", " = 2 * ")
    assert text != made.forward
    monkeypatch.setattr(Made, "forward", property(lambda _: text))
    assert judging.examine(made).verdict == "wrong"


def test_arguments_at_which_nan_is_compared_are_left_out():
    """`y[i] = where(x[i]/x[i] < 2, z[i], 1)`: asked for 0/0 no branch is right."""
    x, z = Access("x", ("i",)), Access("z", ("i",))
    asked = Apply("<", (Apply("/", (x, x)), Number("2")))
    value = Apply("where", (asked, z, Number("1")))
    things = {"x": Thing(("A",)), "z": Thing(("A",))}
    made = Made((Rule("y", ("i",), value),), things, {"i": "A"}, {}, ("y",))
    for place, left_out in ((0.0, True), (0.5, False)):
        arrays = {"x": np.array([0.3, place]), "z": np.array([0.2, 0.4])}
        arguments = reference.Arguments(arrays, {"A": 2})
        assert reference.compares_nan(made, arguments) is left_out


def test_the_slope_of_tanh_has_the_rounding_of_its_value():
    """`y = 100*tanh(x)` far out: 1 - t*t is off by some percent in float32, and no more."""
    value = Apply("*", (Number("100"), Apply("tanh", (Access("x", ("i",)),))))
    made = Made((Rule("y", ("i",), value),), {"x": Thing(("A",))}, {"i": "A"}, {}, ("y",))
    arguments = reference.Arguments({"x": np.array([0.5, 6.0])}, {"A": 2})
    plain, *others = (
        rounding.slopes(made, arguments, {"y": np.ones(2)}, judging.NARROW * (seed > 0), seed)["x"]
        for seed in range(5)
    )
    np.testing.assert_allclose(plain.astype(float), 100 / np.cosh([0.5, 6.0]) ** 2, rtol=1e-9)
    moved = np.max([abs(other / plain - 1) for other in others], axis=0).astype(float)
    assert 1e-4 < moved[1] < 2e-3
    assert moved[0] < 2e-6


def test_the_sizes_of_a_gradient_count_what_cancels():
    """`y = 1e5*(x - 1*x)`: the gradient is 0, and off by a rounding of 2e5."""
    x = Access("x", ("i",))
    difference = Apply("-", (x, Apply("*", (Number("1"), x))))
    value = Apply("*", (Number("1e5"), difference))
    made = Made((Rule("y", ("i",), value),), {"x": Thing(("A",))}, {"i": "A"}, {}, ("y",))
    arguments = reference.Arguments({"x": np.array([0.5, 6.0])}, {"A": 2})
    upstream = {"y": np.array([1.0, -3.0])}
    for found, expected in ((rounding.slopes, [0, 0]), (rounding.sizes, [2e5, 6e5])):
        gradient = found(made, arguments, upstream)["x"].astype(float)
        np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-4)


def test_a_number_makes_a_layer():
    assert author.made(random.Random("7:3")) == author.made(random.Random("7:3"))
    assert str(Number("1e-3")) == "1e-3"


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_many_layers_of_a_new_seed(capsys):
    """No layer is wrong; few fail, warn, are refused, take long, or ask for a second look."""
    seed, layers, processes = run.settings(layers=400)
    with capsys.disabled():
        print(f"\nSYMBP_SEED={seed} SYMBP_LAYERS={layers}")
    faults: list[str] = []
    counts = run.run(seed, layers, processes, faults.append)
    with capsys.disabled():
        print(run.report(counts))
    wrong = [fault for fault in faults if ": wrong: " in fault or ": shape: " in fault]
    assert not wrong, "\n".join(wrong)
    slow = counts["slow"] + counts["named: slow"]
    assert len(faults) - slow <= layers / 100, "\n".join(faults)
    assert counts["right"] > layers / 2
    assert counts["refused"] < layers / 20
    assert slow < layers / 40
    assert counts["second looks"] < counts["entries compared"] / 100

"""Choices made before what stands around them is computed: the forms, and what proves them."""

from __future__ import annotations

import pytest
from sympy import exp, log

from symbp.calculus import derive
from symbp.calculus.branches import merge_branches
from symbp.calculus.choices import under
from symbp.calculus.lifting import lifted_with_proofs
from symbp.calculus.proofs import Identity
from symbp.calculus.text import equation_text
from symbp.notation import Entry, Equation, Index, SumOver, Where, layer

N = Index("n", "n")
T, P, Q, V = Entry("t"), Entry("p"), Entry("q"), Entry("v")
LOGISTIC = Equation("p", (), 1 / (1 + exp(-Entry("x"))))
CHOICE = Equation("q", (), Where(T > 0, P, 1 - P))
DEFINITIONS = {"p": LOGISTIC, "q": CHOICE}
P_TEXT = "p = 1/(1 + exp(-x))\n"
Q_TEXT = P_TEXT + "q = where(t > 0, p, 1 - p)\n"


def gradient(forward: str, **options) -> str:
    (equation,) = derive(layer("F", forward, constants=["t"], outputs=["y"], **options)).vjp.written
    return equation_text(equation)


def test_an_expression_under_a_condition():
    value = V * Where(T > 0, P, Where(T > 0, Q, V)) + Where(T > 1, P, V)
    assert under(value, T > 0, True) == V * P + Where(T > 1, P, V)
    assert under(value, T > 0, False) == V**2 + Where(T > 1, P, V)


def test_a_condition_on_an_index_that_is_summed_is_another_one():
    asked = Entry("t", N) > 0
    total = SumOver(Where(asked, Entry("a", N), Entry("b", N)), N)
    assert under(total, asked, True) == total


def test_a_choice_in_a_branch_by_the_same_condition_is_made():
    assert merge_branches(Where(T > 0, 1 / Where(T > 0, P, V), V)) == Where(T > 0, 1 / P, V)


def test_the_logarithm_of_a_choice_by_name():
    value, proofs = lifted_with_proofs(V * log(Q), DEFINITIONS)
    assert value == V * Where(T > 0, log(P), log(1 - P))
    opened = log(CHOICE.value)
    assert proofs == (
        Identity("definition", log(Q), opened),
        Identity("choice", opened, Where(T > 0, log(P), log(1 - P))),
    )


def test_the_complement_of_a_choice_by_name():
    assert lifted_with_proofs(1 - Q, DEFINITIONS)[0] == Where(T > 0, 1 - P, P)


@pytest.mark.parametrize(
    "value", [log(Q + 1), Q**2, log(Where(T > 0, V, 1 - V)), 1 - Where(T > 0, V, 2), log(P)]
)
def test_what_needs_no_case_stays(value):
    assert lifted_with_proofs(value, DEFINITIONS) == (value, ())


@pytest.mark.parametrize(
    "forward",
    [
        Q_TEXT + "y = -log(q)",
        P_TEXT + "y = -log(where(t > 0, p, 1 - p))",
        P_TEXT + "y = where(t > 0, -log(p), -log(1 - p))",
    ],
)
def test_the_gradient_of_a_cross_entropy_by_cases(forward):
    assert gradient(forward) == "dx = dy*where(t > 0, p - 1, p)"


@pytest.mark.parametrize(
    ("forward", "text"),
    [
        (Q_TEXT + "y = q**2", "dx = p*where(t > 0, 2*dy*q, -2*dy*q)*(1 - p)"),
        (Q_TEXT + "y = 1/(1 + q)", "dx = p*where(t > 0, -dy*y**2, dy*y**2)*(1 - p)"),
        (
            Q_TEXT + "y = -log(q + 0.125)",
            "dx = p*where(t > 0, -dy/(0.125 + q), dy/(0.125 + q))*(1 - p)",
        ),
        ("y = where(t > 0, x/(1 + x**2), x)", None),
    ],
)
def test_a_gradient_without_a_quotient_of_what_vanishes_is_not_taken_by_cases(forward, text):
    derivation = derive(layer("F", forward, constants=["t"], outputs=["y"]))
    assert "cases" not in [step.rule for step in derivation.vjp.steps]
    assert text is None or gradient(forward) == text


def test_every_step_is_noted_and_proved():
    steps = derive(layer("F", Q_TEXT + "y = -log(q)", constants=["t"], outputs=["y"])).vjp.steps
    (chosen,) = [step for step in steps if step.rule == "choice"]
    assert {proof.kind for proof in chosen.proofs} == {"definition", "choice"}
    assert all(proof.decided for proof in chosen.proofs)
    assert "cases" in [step.rule for step in steps]

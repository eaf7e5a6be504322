"""Proofs that a rewrite for stability leaves the value as it was; wrong ones are refused."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import mpmath
import pytest
import sympy
from calculus.by_numbers import Evaluator, lengths, sample
from calculus.test_stable_forms import FORMS, GUARDED, SIZES, TOTAL, XC, XK, C, K, V, X
from sympy import cosh, exp, log, tanh

from symbp import catalogue
from symbp.calculus import FreeShift, Guard, Identity, derive, guards, shift
from symbp.calculus.equality import are_equal, expanded
from symbp.calculus.guards import guarded_with_proofs
from symbp.calculus.indices import canonical
from symbp.calculus.masks import chosen_with_proofs
from symbp.calculus.proving import Notes, _derivative, _shift_proved
from symbp.calculus.scaling import scaled, scaled_with_proofs
from symbp.calculus.shift import shift_of
from symbp.calculus.spot_check import do_differ
from symbp.calculus.tails import tails_with_proofs
from symbp.errors import InternalError
from symbp.notation import Entry, Equation, Maximum, Minimum, SumOver, Where, layer, scalar
from symbp.ops import erfc, log_ndtr

LAYERS = {item.name: getattr(item, "layer", item) for item in catalogue.layers()}
SHIFTED = {
    name: [proof for proof in scaled_with_proofs(form, {})[1] if isinstance(proof, FreeShift)]
    for name, form in FORMS.items()
}
FUNCTIONS = {"tanh by exp", "tanh by exp(2x)", "tanh by cosh"}
"""Forms that are a function of one argument, and need no shift."""
M = scalar("m")
ROOM = mpmath.mpf(10) ** -35


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(60):
        yield


def number(expression, seed: int, m: float = 0):
    draw = random.Random(seed)
    tensors = {"x": draw.uniform(-3, 3), "v": draw.uniform(-3, 3)}
    tensors["r"] = [draw.uniform(-3, 3) for _ in range(3)]
    return Evaluator(tensors, SIZES, {"alpha": 0.7, "m": m})(expression, {C: 1})


def close(a, b) -> bool:
    return abs(a - b) <= ROOM * (1 + abs(a))


def stability_steps(name: str):
    return [step for step in derive(LAYERS[name]).vjp.steps if step.rule in ("scale", "guard")]


@pytest.mark.parametrize("name", sorted(FORMS.keys() - FUNCTIONS))
def test_shifted_is_the_total_for_every_m(name):
    assert SHIFTED[name]
    for proof in SHIFTED[name]:
        for seed in range(5):
            total = number(proof.total, seed)
            assert close(total, number(proof.after, seed))
            for m in (-2.5, 0, 0.3, 4, number(proof.value, seed)):
                assert close(total, number(proof.shifted, seed, m))


@pytest.mark.parametrize("name", FORMS)
def test_the_derivative_is_not_written_as_zero_but_is_zero(name):
    for proof in SHIFTED[name]:
        assert proof.m in proof.shifted.free_symbols
        assert proof.derivative != 0
        assert expanded(proof.derivative) == 0
        assert all(abs(number(proof.derivative, seed, 0.4)) < ROOM for seed in range(5))


@pytest.mark.parametrize("name", FORMS)
def test_the_value_is_the_largest_exponent(name):
    for proof in SHIFTED[name]:
        terms = proof.total.args if proof.total.is_Add else [proof.total]
        if any(term.has(SumOver) for term in terms):
            continue
        exponents = [sum(node.exp for node in term.atoms(exp)) for term in terms]
        for seed in range(5):
            largest = max(number(sympy.sympify(exponent), seed) for exponent in exponents)
            # A product may use the shift of the sum that it is divided by.
            assert number(proof.value, seed) >= largest - ROOM


def test_the_derivative_goes_through_sums():
    """The derivative of something that does depend on m, against differences."""
    nested = SumOver(exp(XK - M) * SumOver(exp(-XC * M), C), K)
    expression = exp(3 * M) * nested + SumOver(M * XK, K)
    derivative = _derivative(expression, M)
    step = mpmath.mpf(10) ** -20
    for seed in range(3):
        ends = [number(expression, seed, 0.4 + sign * step) for sign in (1, -1)]
        slope = (ends[0] - ends[1]) / (2 * step)
        assert abs(slope) > 0.1
        assert abs(number(derivative, seed, 0.4) - slope) < 1e-25


@pytest.mark.parametrize("name", FORMS)
def test_proofs_change_nothing(name):
    value, proofs = scaled_with_proofs(FORMS[name], {})
    assert value == scaled(FORMS[name], {})
    assert len(set(proofs)) == len(proofs)
    assert all(getattr(proof, "decided", True) for proof in proofs)


@pytest.mark.parametrize("name", FORMS)
def test_identities_hold(name):
    for proof in scaled_with_proofs(FORMS[name], {})[1]:
        if isinstance(proof, Identity):
            assert proof.before != proof.after
            assert all(close(number(proof.before, n), number(proof.after, n)) for n in range(5))


@pytest.mark.parametrize(
    ("name", "kinds"),
    {
        "sigmoid": [FreeShift, "exponent"],
        "softplus": [FreeShift],
        "log of one minus": ["quotient", "logarithm", FreeShift, "exponent"],
        "log-cosh": ["hyperbolic", "logarithm", FreeShift],
        "mish": ["tanh of logarithm", FreeShift, FreeShift],
        "log-softmax": ["logarithm", FreeShift],
        **{name: ["tanh"] for name in sorted(FUNCTIONS)},
    }.items(),
)
def test_what_is_proved(name, kinds):
    proofs = scaled_with_proofs(FORMS[name], {})[1]
    assert [p.kind if isinstance(p, Identity) else type(p) for p in proofs] == kinds


def test_a_sum_over_an_index():
    proof = SHIFTED["log-sum-exp"][0]
    assert str(proof.shifted) == "exp(m)*sum(exp(-m + r[c']), c')"
    assert str(proof.derivative) == (
        "exp(m)*sum(-exp(-m + r[c']), c') + exp(m)*sum(exp(-m + r[c']), c')"
    )
    assert str(proof.value) == "max(r[c'], c')"
    assert str(proof.after) == "exp(max(r[c'], c'))*sum(exp(r[c''] - max(r[c'], c')), c'')"


def test_two_ends():
    proof = SHIFTED["sigmoid"][0]
    assert proof.total == 1 + exp(-X)
    assert proof.value == Maximum(-X, 0)
    assert proof.after == exp(Maximum(-X, 0)) * (1 + exp(-abs(X)))
    assert SHIFTED["log-cosh"][0].value == abs(X)


def test_the_free_symbol_is_nobody_elses():
    proof = scaled_with_proofs(1 / (1 + exp(-M * X)), {})[1][0]
    assert proof.m.name == "m'"
    assert M in proof.total.free_symbols


def test_a_logarithm_by_definition():
    y = Equation("y", (C,), exp(XC) / TOTAL)
    first = scaled_with_proofs(log(Entry("y", K)), {"y": y})[1][0]
    after = canonical(log(exp(XK) / SumOver(exp(XC), C)))
    assert first == Identity("definition", log(Entry("y", K)), after)


@pytest.mark.parametrize("name", LAYERS)
def test_every_step_of_the_catalogue_is_proved(name):
    for step in derive(LAYERS[name]).vjp.steps:
        kinds = {"scale": FreeShift, "guard": Guard, "mask": Identity, "complement": Identity}
        if step.rule not in kinds:
            assert not step.proofs
            continue
        assert any(isinstance(proof, kinds[step.rule]) for proof in step.proofs)
        assert all(getattr(proof, "decided", True) for proof in step.proofs)


@pytest.mark.parametrize("name", LAYERS)
def test_the_proofs_of_the_catalogue_by_numbers(name):
    item = LAYERS[name]
    derivation = derive(item)
    sizes = lengths(item)
    tensors = {**sample(item, sizes), **{f"d{out}": 0.7 for out in item.outputs}}
    evaluate = Evaluator(tensors, sizes, {**item.hyper, "m": -0.3})
    evaluate.run(derivation.nodes)
    for step in stability_steps(name):
        for proof in step.proofs:
            if isinstance(proof, Guard):
                continue
            sides = [proof.before] if isinstance(proof, Identity) else [proof.total, proof.shifted]
            free = sorted(
                {s for s in proof.after.free_symbols if hasattr(s, "space")}, key=lambda s: s.name
            )
            after = evaluate.array(proof.after, free)
            for side in sides:
                assert abs(evaluate.array(side, free) - after).max() < 1e-30


def test_indices_in_a_proof_stand_for_any_place():
    steps = stability_steps("SoftmaxWithLoss")
    loss = next(step for step in steps if step.target == "loss")
    assert str(loss.proofs[0].before) == "log(y[..., c])"


def test_the_cheapest_form_is_a_step_of_its_own():
    smoothed = "p = 1/(1 + exp(-x))\ny = a*log(p) + (1 - a)*log(1 - p)"
    derivation = derive(layer("Smoothed", smoothed, hyper={"a": 0.9}))
    steps = [step for step in derivation.vjp.stability if step.target == "y"]
    assert [step.rule for step in steps] == ["complement", "scale", "factor"]
    assert all(one.after == next_.before for one, next_ in itertools.pairwise(steps))


@pytest.mark.parametrize("name", GUARDED)
def test_a_guarded_argument_is_the_argument_where_the_condition_holds(name):
    value, proofs = guarded_with_proofs(GUARDED[name])
    assert proofs
    seen = 0
    for proof in proofs:
        assert isinstance(proof, Guard)
        assert value.has(proof.after)
        for seed in range(40):
            if number(proof.condition, seed):
                seen += 1
                assert number(proof.before, seed) == number(proof.after, seed)
    assert seen


def test_a_guard_of_elu():
    proof = guarded_with_proofs(GUARDED["elu"])[1]
    assert proof == (Guard(X <= 0, X, Minimum(X, 0)),)


def test_what_has_no_number_anywhere_is_no_evidence():
    notes = Notes()
    notes.identity("exponent", log(-exp(X)), log(-2 * exp(X)))
    with pytest.raises(InternalError, match="exponent"):
        notes.proofs()


def test_a_sum_with_a_tail_is_no_product_of_it():
    v = Equation("v", (), erfc(Entry("u")))
    for total in (log(Entry("v") + sympy.Rational(1, 3)), log(erfc(X) + sympy.Rational(1, 3))):
        assert tails_with_proofs(total, {"v": v}) == (total, ())
    assert tails_with_proofs(log(Entry("v") / 2), {"v": v})[0] == log_ndtr(
        -sympy.sqrt(2) * Entry("u")
    )


def test_a_mask_alone_is_an_identity():
    for rest in (log(X**2), 2**X * sympy.loggamma(scalar("alpha")), Where(V > 0, 1, 0) * X):
        before = Where(X > 0, 1, 0) * rest
        after, proofs = chosen_with_proofs(before, {}, ())
        assert proofs == (Identity("mask", before, after),)
    assert isinstance(guarded_with_proofs(Where(X > 0, log(X**2), 0))[1][0], Guard)


def test_a_mask_of_what_comes_from_above_and_in_a_sum_stays_a_factor():
    mask = Where(X > 0, 1, 0)
    for product in (V * mask, SumOver(Where(XK > 0, 1, 0) * V * XK, K), Where(V > 0, 2, 0) * mask):
        assert chosen_with_proofs(product, {}, {"v"}) == (canonical(product), ())


DIFFICULT = [
    "y = arcsinh(log(1 + exp(1 / (1 + exp(-x)))))",
    "y = log(1 + exp(x * x))",
    "y = log(1 + exp(exp(-x**2)))",
    "y = logaddexp(x / exp(tanh(x)) / (0.5 + x**2)**0.5, 0)",
    "y = logaddexp((1 + x**2) * log(1 + x**2) / (x * x), 0)",
    "a = z * z * z\ny = sinh(where(a >= 0, p, a))",
    "a = minimum(sinh(z), x)\ny = minimum(a * 1.5, minimum(z, W))",
    "y = maximum(sinh(maximum(z, 0.5)**(-0.5)), 0.5)**0.5",
    "a = (2 + sin(exp(z)**(1/3)))**p\ny = (0.5 + maximum(a, 0)**2)**z",
    "y = 1 / cosh(sin(x))",
    "y = log1p(exp(expm1(-x)))",
    "y[i] = log(exp(exp(x[i]) / sum(exp(x[k]), k)) / sum(exp(exp(x[l]) / sum(exp(x[k]), k)), l))",
    "a = exp(tanh(x))**x - exp(-z**2)\ny = max(minimum((0.5 + a**2)**x, a, -1), ...)",
]


@pytest.mark.parametrize("forward", DIFFICULT)
def test_what_is_hard_to_decide(forward):
    steps = [step for step in derive(layer("Hard", forward)).vjp.steps if step.proofs]
    assert steps
    assert all(getattr(proof, "decided", True) for step in steps for proof in step.proofs)


def test_a_shift_of_twice_m_is_refused(monkeypatch):
    right = shift.times_exponential
    monkeypatch.setattr(
        shift, "times_exponential", lambda term, exponent: right(term, 2 * exponent)
    )
    for total in (TOTAL, 1 + exp(X), exp(X) + exp(V) + 1):
        with pytest.raises(InternalError, match="by m is not 0"):
            _shift_proved(shift_of(total))


def test_a_shift_of_something_else_is_refused(monkeypatch):
    right = shift.times_exponential
    monkeypatch.setattr(
        shift, "times_exponential", lambda term, exponent: 2 * right(term, exponent)
    )
    with pytest.raises(InternalError, match="for m = 0"):
        _shift_proved(shift_of(1 + exp(X)))


@pytest.mark.parametrize("total", [TOTAL, 1 + exp(X), exp(X) - 3 * exp(V), exp(X) + exp(V) + 1])
def test_a_wrong_rest_and_a_wrong_end_are_refused(total):
    shift = shift_of(total)
    assert _shift_proved(shift).decided
    with pytest.raises(InternalError, match="is not"):
        _shift_proved(replace(shift, rest=shift.rest * sympy.Rational(1001, 1000)))
    if shift.largest is None:
        with pytest.raises(InternalError, match="is not"):
            _shift_proved(replace(shift, high=shift.high + V / 9))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("logarithm", log(exp(X) / (1 + exp(V))), X + log(1 + exp(V))),
        ("quotient", log(1 - 1 / (1 + exp(X))), log(1 / (1 + exp(X)))),
        ("hyperbolic", cosh(X), exp(X) / 2 - exp(-X) / 2),
        ("tanh of logarithm", tanh(log(1 + exp(X))), exp(X) / (exp(X) + 2)),
        ("exponent", exp(-Maximum(-X, 0)), exp(Maximum(X, 0))),
    ],
)
def test_a_wrong_identity_is_refused(kind, before, after):
    notes = Notes()
    assert notes.identity(kind, before, after) == after
    with pytest.raises(InternalError, match=kind):
        notes.proofs()


def test_a_wrong_guard_is_refused(monkeypatch):
    monkeypatch.setattr(guards, "Minimum", lambda a, b: Minimum(a, b - 1))
    with pytest.raises(InternalError, match="guards"):
        guarded_with_proofs(GUARDED["elu"])
    assert guarded_with_proofs(GUARDED["log"])[1]


def test_what_is_undecided_is_said_to_be():
    notes = Notes()
    notes.identity("quotient", log(exp(X) + sympy.sin(X) ** 2), log(exp(X) + 1 - sympy.cos(X) ** 2))
    assert [proof.decided for proof in notes.proofs()] == [False]


def test_numbers_tell_differences():
    assert do_differ(SumOver(exp(XK), K), SumOver(exp(XK), K) + sympy.Rational(1, 10**20))
    assert do_differ(abs(X), X)
    assert do_differ(Where(X > 0, X, 0), Where(X > 0, X, V))
    assert not do_differ(sympy.sin(X) ** 2, 1 - sympy.cos(X) ** 2)
    assert not do_differ(SumOver(XK + 1, K), SumOver(XK, K) + SumOver(1 + 0 * XK, K))
    assert not are_equal(sympy.sin(X) ** 2, 1 - sympy.cos(X) ** 2)


CAPTURED = [
    "y = sum(log(exp(x[k]) / sum(exp(x[l]), l) + 1), k)",
    "h[n, c] = log(1e-7 + exp(g[c]*X[n]) / sum(exp(X[n]*g[d]), d)) * g[c]",
    "y = -sum(t[k] * log(exp(x[k]) / sum(exp(x[l]), l) + 1e-9), k)",
    "v[h] = log(1 + exp(x[h]))\ny[h] = log(1 + exp(v[h] / sqrt(mean(v[b]**2, b))))",
]


@pytest.mark.parametrize("forward", CAPTURED)
def test_no_bound_index_is_captured(forward):
    steps = derive(layer("Captured", forward)).vjp.stability
    assert steps
    assert all(step.proofs for step in steps if step.rule == "scale")
    assert "left out" not in {step.rule for step in steps}


def test_what_cannot_be_proved_is_left_out_and_noted(monkeypatch):
    right = shift.times_exponential
    monkeypatch.setattr(
        shift, "times_exponential", lambda term, exponent: right(term, 2 * exponent)
    )
    written = layer("LogSumExp", "y[n] = log(sum(exp(x[n, k]), k))")
    derivation = derive(written)
    assert {step.rule for step in derivation.vjp.stability} == {"left out"}
    assert derivation.vjp.function.primal[-1].value == canonical(written.equations[-1].value)

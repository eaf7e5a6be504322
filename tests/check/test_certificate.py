"""What the certificate claims, and what it does not."""

from __future__ import annotations

from by_hand import (
    AFFINE,
    AFFINE_SOURCE,
    GELU,
    GELU_SOURCE,
    LOSS,
    LOSS_SOURCE,
    SIGMOID,
    SIGMOID_SOURCE,
    load,
)

from symbp.check import CheckResult, Verdict
from symbp.check.certificate import check_certificate
from symbp.check.oracle import Oracle
from symbp.check.sampling import find_recipe
from symbp.notation import Layer, layer


def _certificate(one: Layer, source: str) -> CheckResult:
    oracle = Oracle()
    recipe = find_recipe(one, oracle)
    return check_certificate(one, load(one, source), source, recipe, oracle)


def test_states_what_was_proved() -> None:
    result = _certificate(AFFINE, AFFINE_SOURCE)
    assert result.detail == (
        "proved over the reals around the sample point: 32 entries; "
        "shapes x(2,3) W(3,2) b(2,) and x(2,) W(2,3) b(3,)"
    )


def test_uses_assumptions_and_needs_them() -> None:
    assert "under sum(t[..., c], c) == 1" in _certificate(LOSS, LOSS_SOURCE).detail
    bare = layer(
        "SoftmaxWithLoss",
        "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)\n"
        "loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)",
        constants=["t"],
    )
    source = LOSS_SOURCE.replace("elif self.validate", "elif False")
    assert _certificate(bare, source).verdict is Verdict.FAILED


def test_lines_that_do_not_run_on_symbols_leave_evidence() -> None:
    source = SIGMOID_SOURCE.replace("e = np.exp", "float(x.flat[0])\n        e = np.exp")
    result = _certificate(SIGMOID, source)
    assert result.verdict is Verdict.EVIDENCE
    assert result.detail.startswith("the emitted lines do not run on symbols (TypeError")
    wrong = source.replace("(1 - self.y)", "(1 - self.y) * 1.000001")
    assert _certificate(SIGMOID, wrong).verdict is Verdict.FAILED


def test_constants_written_out_are_told_from_exact_ones() -> None:
    source = GELU_SOURCE.replace("(1 / math.sqrt(2))", "0.7071067811865476")
    result = _certificate(GELU, source)
    assert result.verdict is Verdict.EVIDENCE
    assert "agree to double precision only, as constants are rounded" in result.detail
    coarse = GELU_SOURCE.replace("(1 / math.sqrt(2))", "0.70710678118")
    assert _certificate(GELU, coarse).verdict is Verdict.FAILED


def test_products_of_literals_are_exact() -> None:
    scaled = layer("Scaled", "y = 1.0507009873554805 * 1.6732632423543772 * x")
    source = SIGMOID_SOURCE.replace("class Sigmoid", "class Scaled")
    source = source[: source.index("    def forward")] + (
        "    FACTOR = 1.0507009873554805 * 1.6732632423543772\n"
        "    def forward(self, x):\n        return self.FACTOR * x\n"
        "    def backward(self, dy):\n        return self.FACTOR * dy\n"
    )
    assert _certificate(scaled, source).verdict is Verdict.PASSED

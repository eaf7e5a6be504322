"""Runs all judges on one layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbp.check.certificate import check_certificate
from symbp.check.extremes import check_extremes
from symbp.check.forward import check_forward
from symbp.check.gradient import check_gradient
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, LayerReport, Verdict
from symbp.check.sampling import find_recipe
from symbp.errors import CheckError
from symbp.notation.layer import Layer

__all__ = ["JUDGES", "check_layer"]


JUDGES = ("oracle", "gradient", "certificate", "extremes")


def check_layer(
    layer: Layer, cls: type, source: str, *, seed: int = 0, judges: Sequence[str] = JUDGES
) -> LayerReport:
    """Judges an emitted class by oracle, differences, certificate and extremes.

    Args:
        layer: the layer whose equations the class claims to compute.
        cls: the emitted class.
        source: the text of the emitted module.
        seed: of every random draw; the same seed gives the same report.
        judges: the names of those to run; all unless given.

    Returns:
        One result a judge.
    """
    oracle = Oracle()
    try:
        recipe = find_recipe(layer, oracle, seed)
    except CheckError as error:
        failed = CheckResult(layer.name, "oracle", Verdict.FAILED, str(error))
        return LayerReport(layer.name, (failed,))
    table: dict[str, Callable[[], CheckResult]] = {
        "oracle": lambda: check_forward(layer, cls, recipe, oracle, seed=seed),
        "gradient": lambda: check_gradient(layer, cls, recipe, oracle, seed=seed),
        "certificate": lambda: check_certificate(layer, cls, source, recipe, oracle, seed=seed),
        "extremes": lambda: check_extremes(layer, cls, recipe, seed=seed),
    }
    results = []
    for name in judges:
        try:
            results.append(table[name]())
        except Exception as error:
            # An emitted class that raises is a failed layer, not a failed judge.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            results.append(CheckResult(layer.name, name, Verdict.FAILED, what))
    return LayerReport(layer.name, tuple(results))

"""Runs all judges on one layer, or on the class of a network as it is shipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from symbp.check.certificate import check_certificate
from symbp.check.extremes import check_extremes
from symbp.check.forward import check_forward
from symbp.check.gradient import check_gradient
from symbp.check.network import as_layer_class, method_faults
from symbp.check.oracle import Oracle
from symbp.check.products import check_product
from symbp.check.result import CheckResult, LayerReport, Verdict
from symbp.check.sampling import Recipe, find_recipe
from symbp.errors import CheckError
from symbp.notation.layer import Layer
from symbp.notation.network import Network

__all__ = ["JUDGES", "check_layer"]


JUDGES = ("oracle", "gradient", "certificate", "extremes")


def check_layer(
    layer: Layer | Network,
    cls: type,
    source: str,
    *,
    seed: int = 0,
    judges: Sequence[str] = JUDGES,
    progress: Callable[[str], None] | None = None,
) -> LayerReport:
    """Judges an emitted class by oracle, differences, certificate and extremes.

    Args:
        layer: the layer whose equations the class claims to compute; of a network the class
            that is shipped is judged, and its own methods by the first judge.
        cls: the emitted class.
        source: the text of the emitted module.
        seed: of every random draw; the same seed gives the same report.
        judges: the names of those to run, "jvp" and "hvp" among them where the class has such
            methods; those of both passes unless given.
        progress: called with each judge's name before it begins.

    Returns:
        One result a judge.
    """
    network: Network | None = None
    made: Callable[[type], type] = _itself
    if isinstance(layer, Network):
        network, layer = layer, layer.layer
        made = partial(as_layer_class, network, built_by=cls)
        cls = made(cls)
    oracle = Oracle()
    try:
        recipe = find_recipe(layer, oracle, seed)
    except CheckError as error:
        failed = CheckResult(layer.name, "oracle", Verdict.FAILED, str(error))
        return LayerReport(layer.name, (failed,))
    table: dict[str, Callable[[], CheckResult]] = {
        "oracle": lambda: _methods(
            check_forward(layer, cls, recipe, oracle, seed=seed), network, cls, recipe, oracle, seed
        ),
        "gradient": lambda: check_gradient(layer, cls, recipe, oracle, seed=seed),
        "certificate": lambda: check_certificate(
            layer, cls, source, recipe, oracle, seed=seed, made=made
        ),
        "extremes": lambda: check_extremes(layer, cls, recipe, seed=seed),
        "jvp": lambda: check_product(layer, cls, recipe, oracle, "jvp", seed=seed),
        "hvp": lambda: check_product(layer, cls, recipe, oracle, "hvp", seed=seed),
    }
    results = []
    for name in judges:
        if progress is not None:
            progress(name)
        try:
            results.append(table[name]())
        except Exception as error:
            # An emitted class that raises is a failed layer, not a failed judge.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            results.append(CheckResult(layer.name, name, Verdict.FAILED, what))
    return LayerReport(layer.name, tuple(results))


def _itself(cls: type) -> type:
    return cls


def _methods(
    result: CheckResult,
    network: Network | None,
    cls: type,
    recipe: Recipe,
    oracle: Oracle,
    seed: int,
) -> CheckResult:
    """The verdict on the outputs, joined by that on a network's own methods."""
    if network is None or not result.ok:
        return result
    fault = method_faults(network, cls, recipe, oracle, np.random.default_rng(seed + 5))
    if fault:
        return replace(result, verdict=Verdict.FAILED, detail=fault)
    return replace(result, detail=f"{result.detail}; the network's methods too")

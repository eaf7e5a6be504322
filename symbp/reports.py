"""Composes reports: the derivation, the module that came of it, the judges, and a curve."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from symbp import catalogue
from symbp.calculus import derive
from symbp.calculus.numeric import evaluate, evaluate_derivation
from symbp.check import check_layer
from symbp.errors import SymbpError, UnknownNameError
from symbp.notation import (
    Equation,
    Layer,
    Network,
    Reduction,
    entries,
    free_indices,
    no_layer,
)
from symbp.notation import layer as written
from symbp.pipeline import composed, emitted, load_class, products_of
from symbp.report import Computes, Curve, Judged, Module, Report, Saved
from symbp.targets.code import SourceFile

__all__ = ["report"]

SAMPLES = 121
REACH = 4.0
JUDGES_ASKED = ("oracle", "gradient", "certificate")  # that of extremes takes ten times longer
TOLERANCE = 1e-6


def report(
    layer: Layer | Network | str,
    *,
    at: Mapping[str, object] | None = None,
    judged: bool = True,
    seed: int = 0,
    products: Iterable[str] = (),
) -> Report:
    """Derive a layer's backward pass, with all that there is to show about it.

    Args:
        layer: a layer or a network, the name of one of the catalogue, or an equation `y = ...`.
        at: numbers for the inputs, parameters and constants by name; the graph is then shown
            with numbers too.
        judged: whether the judges look at the emitted code, which may take a second.
        seed: of the judges' random arguments.
        products: "jvp" and "hvp" to be shown, emitted and judged too.

    Returns:
        The derivation as data, which shows itself in a notebook and writes itself as HTML,
        Markdown, LaTeX or text.

    Raises:
        LoweringError: the layer needs an array operation that symbp cannot emit.
        SymbpError: `at` does not fit the layer.

    >>> from symbp.notation import layer
    >>> found = report(layer("Twice", "y = 2*x"), at={"x": 3}, judged=False)
    >>> found.numbers.values["y"], found.numbers.gradients["x"]
    (6.0, 2.0)
    """
    layer = _layer_of(layer)
    at = None if at is None else {name: _plain(value) for name, value in at.items()}
    whole = composed(layer)
    if at is not None:
        _assume(whole, at)
    derivation = derive(whole)
    derived = products_of(derivation, products)
    source = emitted(layer, derivation, products=derived)
    return Report(
        derivation,
        derived,
        module=_module(source),
        judged=_judged(layer, source, seed, derived) if judged else (),
        curve=_curve(whole, source) if not isinstance(layer, Network) else None,
        network=layer if isinstance(layer, Network) else None,
        given=dict(at) if at is not None else None,
        numbers=evaluate_derivation(derivation, at) if at is not None else None,
    )


def _layer_of(what: object) -> Layer | Network:
    """What a report is asked of."""
    if isinstance(what, Layer | Network):
        return what
    if isinstance(what, str) and "=" in what:
        return written("Equation", what)
    known = {item.name: item for item in catalogue.layers()}
    if isinstance(what, str) and what in known:
        return known[what]
    if isinstance(what, str):
        raise UnknownNameError(no_layer(what, known))
    raise SymbpError(f"a layer is wanted, not {type(what).__name__}: see symbp.layer")


def _assume(layer: Layer, at: Mapping[str, object]) -> None:
    """Raises an error if numbers contradict what the layer takes for granted of its data."""
    for item in layer.assumptions:
        names = {entry.name for entry in entries(item.left - item.right)}
        if not names <= at.keys():
            continue
        gap = Equation("gap", free_indices(item.left - item.right), item.left - item.right)
        found = evaluate([gap], {name: at[name] for name in names})["gap"]
        if any(abs(number) > TOLERANCE for number in _numbers(found)):
            raise SymbpError(f"{layer.name} assumes {item.source}, which these numbers contradict")


def _numbers(value: object) -> list[float]:
    if isinstance(value, tuple):
        return [number for part in value for number in _numbers(part)]
    return [float(value)]  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """A number or nested lists, of an array too."""
    return value.tolist() if hasattr(value, "tolist") else value


def _module(source: SourceFile) -> Module:
    lines = tuple(
        Computes(span.first, span.last, span.target, span.method) for span in source.spans
    )
    saved = tuple(Saved(name, meaning) for name, meaning in source.saved)
    return Module(source.path, source.text, lines, saved)


def _judged(
    layer: Layer | Network, source: SourceFile, seed: int, products: Iterable[str]
) -> tuple[Judged, ...]:
    """The verdicts on the class as it is shipped."""
    judges = (*JUDGES_ASKED, *products)
    found = check_layer(layer, load_class(source), source.text, seed=seed, judges=judges)
    return tuple(
        Judged(result.judge, result.verdict.value, result.detail) for result in found.results
    )


def _curve(layer: Layer, source: SourceFile) -> Curve | None:
    """The layer as a function of one variable and its derivative, if it is one."""
    single = len(layer.inputs) == len(layer.outputs) == 1
    if not single or layer.parameters or layer.constants or not _is_elementwise(layer):
        return None
    import numpy as np

    x = np.linspace(-REACH, REACH, SAMPLES)
    made: Any = load_class(source)(**layer.hyper)
    with np.errstate(all="ignore"):
        y = made.forward(x)
        slope = made.backward(np.ones_like(y))
    name = layer.inputs[0]
    return Curve(
        layer.name,
        tuple(x.tolist()),
        tuple(_bounded(value) for value in y.tolist()),
        tuple(_bounded(value) for value in slope.tolist()),
        (layer.outputs[0], f"{layer.gradient(layer.outputs[0])}/{layer.gradient(name)}"),
    )


def _is_elementwise(layer: Layer) -> bool:
    return all(
        all(axis.variadic for axis in tensor.axes) for tensor in layer.tensors.values()
    ) and not any(equation.value.has(Reduction) for equation in layer.equations)


def _bounded(value: float) -> float:
    return value if math.isfinite(value) else math.nan

"""Composes the stages: what the user wrote, derived, lowered, scheduled, printed."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.calculus import Derivation, conventions, derive, equation_text
from symbp.notation import Layer, Network
from symbp.program import lower
from symbp.schedule import scheduled
from symbp.targets.code import Equations, SourceFile
from symbp.targets.numpy import NUMPY
from symbp.targets.target import Target
from symbp.targets.trial import load_class

__all__ = ["composed", "emit", "emit_package", "emitted", "load_class"]


def composed(layer: Layer | Network) -> Layer:
    """A layer itself, or the one layer that a network makes."""
    return layer.layer if isinstance(layer, Network) else layer


def emit(layer: Layer | Network, target: Target = NUMPY) -> SourceFile:
    """The module of a layer or a network.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
    """
    return emitted(layer, derive(composed(layer)), target)


def emitted(layer: Layer | Network, derivation: Derivation, target: Target = NUMPY) -> SourceFile:
    """The module of a layer or a network that was derived.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
        InternalError: the module does not run.
    """
    parts = layer.parts if isinstance(layer, Network) else {}
    program = target.lower(lower(derivation, everything=bool(parts)))
    schedule = scheduled(program, target.habits, parts)
    return target.module(layer, schedule, _equations(derivation))


def emit_package(
    layers: Iterable[Layer | Network], target: Target = NUMPY
) -> tuple[SourceFile, ...]:
    """The modules of several layers, and what the target puts beside them."""
    layers = tuple(layers)
    modules = tuple(emit(layer, target) for layer in layers)
    beside = [target.package(layer.name for layer in layers)] if target.package else []
    return (*modules, *beside)


def _renamed(layer: Layer) -> tuple[str, ...]:
    """The gradients that are called otherwise than after their tensors."""
    names = (*layer.inputs, *layer.parameters, *layer.outputs)
    return tuple(
        f"the gradient of {name} is {layer.gradient(name)}, as d{name} is the layer's own"
        for name in names
        if layer.gradient(name) != f"d{name}"
    )


def _equations(derivation: Derivation) -> Equations:
    return Equations(
        forward=tuple(
            equation.source or equation_text(equation) for equation in derivation.layer.equations
        ),
        backward=tuple(equation_text(equation) for equation in derivation.written),
        conventions=(*conventions(derivation.layer.equations), *_renamed(derivation.layer)),
    )

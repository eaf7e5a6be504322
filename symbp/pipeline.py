"""Composes the stages: what the user wrote, derived, lowered, printed, rendered."""

from __future__ import annotations

import types
from collections.abc import Iterable

from symbp.calculus import Derivation, conventions, derive, equation_text
from symbp.emit import Equations, SourceFile, layer_code, render, render_package
from symbp.notation import Layer
from symbp.program import least_lengths, lower
from symbp.report import derivation_text

__all__ = ["derive_text", "emit", "emit_package", "load_class"]


def emit(layer: Layer) -> SourceFile:
    """The module of a layer.

    Raises:
        LoweringError: the layer needs an array operation that symbp cannot emit.
    """
    derivation = derive(layer)
    program = lower(derivation)
    code = layer_code(layer, program, least_lengths(layer, program))
    return render(layer, code, _equations(derivation))


def emit_package(layers: Iterable[Layer]) -> tuple[SourceFile, ...]:
    """The modules of several layers, and the `__init__.py` that hands their classes on."""
    layers = tuple(layers)
    modules = tuple(emit(layer) for layer in layers)
    return (*modules, render_package(layer.name for layer in layers))


def load_class(source: SourceFile) -> type:
    """The class of an emitted module, executed in memory."""
    module = types.ModuleType(source.path.removesuffix(".py"))
    exec(compile(source.text, source.path, "exec"), module.__dict__)
    name = module.__dict__["__all__"][0]
    return module.__dict__[name]


def derive_text(layer: Layer) -> str:
    """The derivation as plain text."""
    return derivation_text(derive(layer))


def _equations(derivation: Derivation) -> Equations:
    return Equations(
        forward=tuple(
            equation.source or equation_text(equation) for equation in derivation.layer.equations
        ),
        backward=tuple(equation_text(equation) for equation in derivation.written),
        conventions=conventions(derivation.layer.equations),
    )

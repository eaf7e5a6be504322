"""Composes the stages: what the user wrote, derived, lowered, printed, rendered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbp.calculus import Derivation, conventions, derive, equation_text
from symbp.notation import Layer, Network, Role, entries
from symbp.program import lower
from symbp.schedule import scheduled
from symbp.targets.code import Equations, LayerCode, NetworkCode, SourceFile
from symbp.targets.numpy import (
    HABITS,
    layer_code,
    numpy_program,
    render,
    render_network,
    slice_code,
)
from symbp.targets.package import render_package
from symbp.targets.trial import load_class, try_out

__all__ = ["composed", "emit", "emit_package", "emitted", "load_class"]


def composed(layer: Layer | Network) -> Layer:
    """A layer itself, or the one layer that a network makes."""
    return layer.layer if isinstance(layer, Network) else layer


def emit(layer: Layer | Network) -> SourceFile:
    """The module of a layer or a network.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
    """
    source, _ = emitted(layer, derive(composed(layer)))
    return source


def emitted(layer: Layer | Network, derivation: Derivation) -> tuple[SourceFile, LayerCode]:
    """The module of a layer or a network that was derived, and its mathematics.

    The module has run once, on small arguments.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
        InternalError: the module does not run.
    """
    equations = _equations(derivation)
    if not isinstance(layer, Network):
        code = layer_code(layer, scheduled(numpy_program(lower(derivation)), HABITS))
        source = render(layer, code, equations)
        try_out(source, layer, code)
        return source, code
    parts = {"predict": (layer.scores,), "trace": _defined(layer.layer)}
    program = numpy_program(lower(derivation, everything=True))
    schedule = scheduled(program, HABITS, parts)
    code = layer_code(layer.layer, schedule)
    predict, trace = (
        (part, slice_code(part, schedule, name))
        for name, part in ((name, _part(layer, outputs)) for name, outputs in parts.items())
    )
    whole = NetworkCode(code, predict, trace)
    source = render_network(layer, whole, equations)
    try_out(source, layer, whole)
    return source, code


def _defined(layer: Layer) -> tuple[str, ...]:
    return tuple(equation.target for equation in layer.equations)


def _part(network: Network, outputs: tuple[str, ...]) -> Layer:
    """The network's forward pass up to some of its values, as a layer; no gradient matters."""
    layer = network.layer
    needed, equations = set(outputs), []
    for equation in reversed(layer.equations):
        if equation.target in needed:
            equations.append(equation)
            needed |= {entry.name for entry in entries(equation.value)}
    given = [name for name in (*layer.inputs, *layer.constants) if name in needed]
    kept = {*given, *layer.parameters, *(equation.target for equation in equations)}
    roles = dict.fromkeys(given, Role.CONSTANT)
    return replace(
        layer,
        equations=tuple(reversed(equations)),
        tensors={
            name: replace(tensor, role=roles.get(name, tensor.role))
            for name, tensor in layer.tensors.items()
            if name in kept
        },
        inputs=(),
        constants=tuple(given),
        outputs=outputs,
        assumptions=tuple(
            item
            for item in layer.assumptions
            if {entry.name for entry in entries(item.left + item.right)} <= kept
        ),
    )


def emit_package(layers: Iterable[Layer | Network]) -> tuple[SourceFile, ...]:
    """The modules of several layers, and the `__init__.py` that hands their classes on."""
    layers = tuple(layers)
    modules = tuple(emit(layer) for layer in layers)
    return (*modules, render_package(layer.name for layer in layers))


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

"""From a schedule to a module of kernels that has run once, uncompiled."""

from __future__ import annotations

from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.notation.part import part
from symbp.schedule import Schedule
from symbp.targets.code import Equations, NetworkCode, SourceFile
from symbp.targets.numba.statements import NestPrinter
from symbp.targets.numba.support import support
from symbp.targets.numpy.passes import layer_code, slice_code
from symbp.targets.numpy.render import render, render_network
from symbp.targets.trial import try_out

__all__ = ["numba_module"]


def numba_module(layer: Layer | Network, schedule: Schedule, equations: Equations) -> SourceFile:
    """The module of a layer or a network.

    Args:
        layer: what the user wrote.
        schedule: its program, and what becomes of its values.
        equations: the mathematics in symbp's notation, for the docstring.

    Raises:
        InternalError: the module does not run on small arguments.
        NotationError: a name is one that the class needs for itself.
    """
    if not isinstance(layer, Network):
        code = layer_code(layer, schedule, NestPrinter)
        source = render(layer, code, equations, support)
        try_out(source, layer, code, uncompiled)
        return source
    parts = {name: part(layer.layer, outputs) for name, outputs in layer.parts.items()}
    slices = ((some, slice_code(some, schedule, name, NestPrinter)) for name, some in parts.items())
    whole = NetworkCode(layer_code(layer.layer, schedule, NestPrinter), *slices)
    source = render_network(layer, whole, equations, support)
    try_out(source, layer, whole, uncompiled)
    return source


def uncompiled(names: dict[str, object]) -> None:
    """Lets a module run its kernels as Python does."""
    kernels, compiled = names.get("KERNELS"), names.get("_COMPILED")
    if isinstance(kernels, tuple) and isinstance(compiled, dict):
        compiled |= {(kernel, parallel): kernel for kernel in kernels for parallel in (False, True)}

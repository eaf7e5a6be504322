"""From a schedule to a module of NumPy that has run once."""

from __future__ import annotations

from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.notation.part import part
from symbp.schedule import Schedule
from symbp.targets.code import Equations, NetworkCode, SourceFile
from symbp.targets.numpy.passes import layer_code, slice_code
from symbp.targets.numpy.render import render, render_network
from symbp.targets.trial import try_out

__all__ = ["numpy_module"]


def numpy_module(layer: Layer | Network, schedule: Schedule, equations: Equations) -> SourceFile:
    """The module of a layer or a network.

    Args:
        layer: what the user wrote.
        schedule: its program in NumPy's calls, and what becomes of its values.
        equations: the mathematics in symbp's notation, for the docstring.

    Raises:
        InternalError: the module does not run on small arguments.
        NotationError: a name is one that the class needs for itself.
    """
    if not isinstance(layer, Network):
        code = layer_code(layer, schedule)
        source = render(layer, code, equations)
        try_out(source, layer, code)
        return source
    parts = {name: part(layer.layer, outputs) for name, outputs in layer.parts.items()}
    slices = ((some, slice_code(some, schedule, name)) for name, some in parts.items())
    whole = NetworkCode(layer_code(layer.layer, schedule), *slices)
    source = render_network(layer, whole, equations)
    try_out(source, layer, whole)
    return source

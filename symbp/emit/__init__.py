"""From finished lines to modules on disk."""

from symbp.emit.code import AssumptionCode, Equations, LayerCode, Least, Line, SourceFile
from symbp.emit.network import NetworkCode
from symbp.emit.numpy_printer import layer_code
from symbp.emit.render import render, render_network, render_package
from symbp.emit.spans import Span, spans
from symbp.emit.write import Changes, classes_left, compare, write

__all__ = [
    "AssumptionCode",
    "Changes",
    "Equations",
    "LayerCode",
    "Least",
    "Line",
    "SourceFile",
    "Span",
    "classes_left",
    "compare",
    "layer_code",
    "NetworkCode",
    "render",
    "render_network",
    "render_package",
    "spans",
    "write",
]

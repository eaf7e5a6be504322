"""From finished lines to modules on disk."""

from symbp.emit.code import AssumptionCode, Equations, LayerCode, Least, Line, SourceFile
from symbp.emit.network import NetworkCode
from symbp.emit.numpy_printer import layer_code
from symbp.emit.render import render, render_network, render_package
from symbp.emit.spans import Span, spans
from symbp.emit.trial import load_class, try_out
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
    "load_class",
    "NetworkCode",
    "render",
    "render_network",
    "render_package",
    "spans",
    "try_out",
    "write",
]

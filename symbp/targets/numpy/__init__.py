"""NumPy: code that reads as if it was written by hand."""

from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program
from symbp.targets.numpy.passes import layer_code, slice_code
from symbp.targets.numpy.render import render, render_network

__all__ = ["HABITS", "layer_code", "numpy_program", "render", "render_network", "slice_code"]

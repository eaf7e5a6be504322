"""NumPy: code that reads as if it was written by hand."""

from symbp.ops import MEASURED
from symbp.targets.numpy.habits import HABITS
from symbp.targets.numpy.lower import numpy_program
from symbp.targets.numpy.module import Modules
from symbp.targets.package import render_package
from symbp.targets.target import Target

__all__ = ["NUMPY"]

NUMPY = Target("numpy", numpy_program, MEASURED, HABITS, Modules(), render_package)

"""Emitted functions, compiled by Numba."""

from __future__ import annotations

import importlib
import math

import numpy as np
import pytest


def imported():
    """Numba; without it the test is skipped.

    What is asked for is a part of it: this folder of tests goes by its name.
    """
    pytest.importorskip("numba.core", reason="Numba is not installed")
    return importlib.import_module("numba")


def emitted(text):
    """What a text defines, in a module with the imports that it needs."""
    module = {"math": math, "np": np, "numba": imported()}
    exec(compile(text, "emitted", "exec"), module)
    return module


def loop(function, flags=("contract",)):
    """A compiled loop that takes an array and fills another."""
    numba = imported()

    @numba.njit(error_model="numpy", fastmath=set(flags))
    def looped(x, y):
        for i in range(x.size):
            y[i] = function(x[i])

    return looped

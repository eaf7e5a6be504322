"""Every array program that comes up in a test keeps its laws."""

from __future__ import annotations

import pytest

from symbp import pipeline
from symbp.program.verify import verify
from symbp.targets.numpy import NUMPY
from symbp.targets.numpy.laws import numpy_holds


@pytest.fixture(scope="session", autouse=True)
def verified():
    lower, to_numpy = pipeline.lower, NUMPY.lower
    pipeline.lower = lambda *given, **options: verify(lower(*given, **options))
    object.__setattr__(NUMPY, "lower", lambda program: verify(to_numpy(program), numpy_holds))
    yield
    pipeline.lower = lower
    object.__setattr__(NUMPY, "lower", to_numpy)

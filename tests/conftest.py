"""Every array program that comes up in a test keeps its laws."""

from __future__ import annotations

import pytest

from symbp import pipeline
from symbp.program.verify import verify
from symbp.targets.numpy.laws import numpy_holds


@pytest.fixture(scope="session", autouse=True)
def verified():
    lower, numpy_program = pipeline.lower, pipeline.numpy_program
    pipeline.lower = lambda *given, **options: verify(lower(*given, **options))
    pipeline.numpy_program = lambda program: verify(numpy_program(program), numpy_holds)
    yield
    pipeline.lower, pipeline.numpy_program = lower, numpy_program

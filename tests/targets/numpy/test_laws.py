"""What holds of NumPy's calls: that the programs of all tests keep it is seen in conftest.py."""

from __future__ import annotations

import pytest

from symbp.program import Program
from symbp.program.operations import Argument, DType, Shape
from symbp.program.verify import broken_laws
from symbp.targets.numpy import calls
from symbp.targets.numpy.laws import numpy_holds

FLOAT = DType.FLOAT
GIVEN = (
    Argument((), ("n", "i"), FLOAT, "x"),
    Argument((), ("i", "j"), FLOAT, "w"),
    Argument((), ("n",), DType.INT, "t"),
    Argument((), ("...", "i"), FLOAT, "z"),
    Shape((), (), DType.NUMBER),
    Argument((), ("n",), FLOAT, "v"),
)
RIGHT = (
    calls.Matmul((0, 1), ("n", "j"), FLOAT),
    calls.Vecdot((0, 0), ("n",), FLOAT, False),
    calls.Vecdot((0, 0), (), FLOAT, True),
    calls.Tensordot((0, 1), ("n", "j"), FLOAT, (-1,), (-2,)),
    calls.Einsum((0, 1), ("n", "i", "j"), FLOAT, "ni,ij->nij"),
    calls.Take((0, 2), ("n", "i"), FLOAT),
    calls.TakeLiteral((0,), ("i",), FLOAT, (2, None)),
    calls.TakeAt((3, 2), ("...", "n"), FLOAT, (False, True)),
    calls.Merge((3,), ("rows", "i"), FLOAT, 0),
    calls.Copy((0,), ("n", "i"), FLOAT, 0),
    calls.PutLiteral((5, 4), ("n", "i"), FLOAT, (None, 1)),
)
WRONG = (
    calls.Matmul((1, 0), ("i", "i"), FLOAT),
    calls.Matmul((0, 1), ("j", "n"), FLOAT),
    calls.Vecdot((0, 1), ("n",), FLOAT, False),
    calls.Vecdot((0, 0), ("n",), FLOAT, True),
    calls.Tensordot((0, 1), ("n", "j"), FLOAT, (-1,), (-1,)),
    calls.Einsum((0, 1), ("n", "j"), FLOAT, "nj,ij->nj"),
    calls.Take((0, 1), ("i", "j", "i"), FLOAT),
    calls.TakeLiteral((0,), ("n",), FLOAT, (2, None)),
    calls.TakeAt((3, 2), ("n", "i"), FLOAT, (False, True)),
    calls.TakeAlong((0, 2), ("n",), FLOAT, -1),
    calls.TakeAll((0, 2), ("n",), FLOAT, False),
    calls.Merge((0,), ("rows", "i"), FLOAT, 0),
    calls.Copy((0,), ("i", "n"), FLOAT, 0),
    calls.PutLiteral((0, 4), ("n", "i"), FLOAT, (None, 1)),
    calls.PutAt((0, 4, 1), ("n", "i"), FLOAT, (False, True)),
    calls.AddRows((1, 4, 2), ("n", "i"), FLOAT, 0, False),
    calls.PutAll((0, 4, 2), ("n", "i"), FLOAT, False, False, False, False),
)


def faults(call):
    program = Program((*GIVEN, call), len(GIVEN) + 1, (), {}, (), ())
    return list(broken_laws(program, numpy_holds))


@pytest.mark.parametrize("call", RIGHT, ids=str)
def test_what_numpy_does_is_lawful(call):
    assert not faults(call)


@pytest.mark.parametrize("call", WRONG, ids=str)
def test_a_broken_law_is_seen(call):
    assert len(faults(call)) == 1

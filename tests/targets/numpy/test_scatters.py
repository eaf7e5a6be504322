"""What a scatter of given slots becomes: axes meet the places that they are for."""

from __future__ import annotations

import pytest

from symbp.program import Program
from symbp.program.builder import Builder
from symbp.program.operations import Along, Argument, DType, Fixed, Found, Scatter, Shape
from symbp.program.verify import broken_laws
from symbp.targets.numpy.laws import numpy_holds
from symbp.targets.numpy.scatters import scattered

FLOAT, NUMBER = DType.FLOAT, DType.NUMBER


@pytest.mark.parametrize(
    ("axes", "slots", "place"),
    [
        (("n", "i"), (Along(1), Along(0)), ()),
        (("n", "k", "i"), (Along(1), Fixed(2), Along(0)), ()),
        (("n", "k", "i"), (Along(1), Found(0), Along(0)), ((),)),
        (("n", "k", "i"), (Along(1), Found(0), Along(0)), ((1,),)),
    ],
    ids=["plain", "a literal", "one place", "a place for each"],
)
def test_the_axes_of_the_values_may_come_in_another_order_than_the_slots(axes, slots, place):
    builder = Builder()
    value = builder.add(Argument((), ("i", "n"), FLOAT, "v"))
    shape = builder.add(Shape(tuple(map(builder.length, axes)), (), NUMBER))
    found = [
        builder.add(Argument((), tuple("in"[label] for label in labels), DType.INT, "t"))
        for labels in place
    ]
    scatter = Scatter(
        (value, shape, *found), axes, FLOAT, slots, (0, 1), place, (0, 1), False, False
    )
    put = builder[scattered(builder, scatter, scatter.operands)]
    assert put.axes == axes
    value_axes = [axis for axis in builder[put.operands[0]].axes if axis in ("n", "i")]
    assert value_axes == ["n", "i"]
    program = Program(tuple(builder.operations), len(builder.operations), (), {}, (), ())
    assert not list(broken_laws(program, numpy_holds))

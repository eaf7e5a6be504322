"""What holds of every array program: the catalogue, and layers of a stranger."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.catalogue import layers
from symbp.notation import layer
from symbp.pipeline import composed
from symbp.program import Program, closure, lower
from symbp.program import operations as op
from symbp.program.operations import Argument, DType
from symbp.program.scalars import LengthOf
from symbp.program.verify import broken_laws, holds

LAYERS = {item.name: composed(item) for item in layers()}
LAYERS |= {
    item.name: item
    for item in (
        layer("Diagonal", "y[i] = s[i, i] * x[i] + s[0, i]"),
        layer("Picked", "y[n] = log(z[n, t[n]])", constants=["t"]),
        layer("Extremes", "y[n] = max(x[n, i], i) - min(x[n, i]**2, i)"),
        layer("Kernel", "y[q, k] = exp(-sum((Q[q, d] - K[k, d])**2, d))"),
        layer("Two", "a[i] = x[i]\nb[i] = x[i] * w[i]", outputs=["a", "b"]),
        layer("Position", "y[n, i] = x[n, i] * i + n"),
        layer("Counted", "y[n, i] = t[n]*x[t[n], i] + max(t[m], m)", constants=["t"]),
        layer("Chosen", "y[n, i] = where(t[n] == i, x[t[n], i], t[n])", constants=["t"]),
        layer("Masks", "y[i] = where(x[i] > 0, 1, 0)*where(a > 0 and x[i] < 1, 1, 0)"),
        layer("Zero", "y[n] = sign(a)*sign(b)*x[n]", parameters=["b"]),
    )
}


@pytest.fixture(scope="module")
def programs():
    return {name: lower(derive(some)) for name, some in LAYERS.items()}


@pytest.mark.parametrize("name", LAYERS)
def test_no_law_is_broken(programs, name):
    assert list(broken_laws(programs[name], holds)) == []


@pytest.mark.parametrize("name", LAYERS)
def test_results_are_where_they_are_promised(programs, name):
    program, some = programs[name], LAYERS[name]
    assert program.outputs == some.outputs
    assert {r.name for r in program.forward} >= set(some.outputs)
    backward = program.phases["backward"]
    assert {r.name for r in backward.results} >= set(backward.returned)
    results = [r.operation for r in program.forward if r.name in some.outputs]
    assert len(set(results)) == len(results), "two outputs in one array"


def test_closure_stops_at_what_is_given():
    program = lower(derive(layer("Some", "y = sin(exp(x))")))
    (y,) = [r.operation for r in program.forward if r.name == "y"]
    whole = closure(program.operations, [y], [])
    assert whole == tuple(sorted(whole))
    inner = program.operations[y].operands[0]
    assert closure(program.operations, [y], [inner]) == (y,)
    assert closure(program.operations, [y], [y]) == ()


X, Y = Argument((), ("n", "i"), DType.FLOAT, "x"), Argument((), ("i",), DType.FLOAT, "y")
MASK = Argument((), ("n", "i"), DType.INT, "t")


@pytest.mark.parametrize(
    "wrong",
    [
        op.Map((0, 3), ("n", "i"), DType.FLOAT, "add"),
        op.Map((0, 1), ("i", "n"), DType.FLOAT, "add"),
        op.Map((0, 2), ("n", "i"), DType.FLOAT, "add"),
        op.Map((0, 1), ("n", "i"), DType.FLOAT, "less"),
        op.Map((0, 1), ("n", "i"), DType.BOOL, "logical_and"),
        op.Choose((0, 0, 1), ("n", "i"), DType.FLOAT),
        op.Cast((0,), ("n", "i"), DType.FLOAT),
        op.Cast((2,), ("n", "i"), DType.INT),
        op.Transpose((0,), ("n", "i"), DType.FLOAT, (1, 0)),
        op.Transpose((0,), ("i", "n"), DType.FLOAT, (1, 1)),
        op.Expand((1,), ("1", "i"), DType.FLOAT, (True, False)),
        op.Reduce((0,), ("i",), DType.FLOAT, "sum", (-1,)),
        op.Reduce((2,), ("n",), DType.FLOAT, "sum", (-1,)),
        op.Reduce((0,), ("n",), DType.FLOAT, "std", (-1,)),
        op.Scalar((), (), DType.NUMBER, LengthOf("n"), ""),
        op.Positions((0,), ("n",), DType.INT),
        op.Fill((0,), ("n", "i"), DType.FLOAT),
        op.Contract((0, 1), ("n",), DType.FLOAT, (0, 1), (0,), (0,)),
        op.Contract((0, 1), ("i",), DType.FLOAT, (0, 1), (1,), (1,)),
        op.Contract((0, 1), ("n", "i"), DType.FLOAT, (0, 1), (1,), (0,)),
        op.Gather((0,), ("i",), DType.FLOAT, (op.Fixed(0),), (), (0,)),
        op.Gather((0,), ("n",), DType.FLOAT, (op.Fixed(0), op.Along(0)), (), ()),
        op.Gather((0, 1), ("n", "i"), DType.FLOAT, (op.Along(0), op.Found(0)), ((1,),), (0, 1)),
        op.Gather((0, 2), ("n", "i"), DType.FLOAT, (op.Along(0), op.Along(1)), ((0, 1),), (0, 1)),
        op.Scatter((0, 1), ("n",), DType.FLOAT, (op.Along(0),), (0, 1), (), (0, 1), False, False),
        op.Argument((), ("n", "..."), DType.FLOAT, "z"),
        X,
    ],
    ids=str,
)
def test_a_broken_law_is_seen(wrong):
    assert len(list(broken_laws(Program((X, Y, MASK, wrong), 4, (), {}, (), ()), holds))) == 1
    assert not list(broken_laws(Program((X, Y, MASK), 3, (), {}, (), ()), holds))

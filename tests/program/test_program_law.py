"""What holds of every array program: the catalogue, and layers of a stranger."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.catalogue import layers
from symbp.notation import layer
from symbp.pipeline import composed
from symbp.program import DType, Kind, closure, lower

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
ARITY = {
    Kind.ARGUMENT: 0, Kind.CONSTANT: 0, Kind.SHAPE: 1, Kind.WHERE: 3,
    Kind.CAST: 1, Kind.TRANSPOSE: 1, Kind.EXPAND: 1, Kind.REDUCE: 1, Kind.MATMUL: 2,
    Kind.VECDOT: 2, Kind.TENSORDOT: 2, Kind.EINSUM: 2, Kind.MERGE: 1, Kind.FULL: 2, Kind.COPY: 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def programs():
    return {name: lower(derive(some)) for name, some in LAYERS.items()}


@pytest.mark.parametrize("name", LAYERS)
def test_operands_stand_before_their_users(programs, name):
    for number, operation in enumerate(programs[name].operations):
        assert all(0 <= operand < number for operand in operation.operands)


@pytest.mark.parametrize("name", LAYERS)
def test_no_operation_stands_twice(programs, name):
    operations = programs[name].operations
    assert len(set(operations)) == len(operations)


@pytest.mark.parametrize("name", LAYERS)
def test_operations_have_as_many_operands_as_their_kind(programs, name):
    for operation in programs[name].operations:
        if operation.kind in ARITY:
            assert len(operation.operands) == ARITY[operation.kind], operation


@pytest.mark.parametrize("name", LAYERS)
def test_axes_are_plausible(programs, name):
    operations = programs[name].operations
    for operation in operations:
        sources = [operations[o] for o in operation.operands]
        if "..." in operation.axes:
            assert operation.axes.index("...") == 0
        if operation.kind in (Kind.UFUNC, Kind.WHERE):
            spaces = {axis for source in sources for axis in source.axes} - {"1"}
            assert spaces == set(operation.axes) - {"1"}
        if operation.kind is Kind.TRANSPOSE:
            assert sorted(operation.axes) == sorted(sources[0].axes)
        if operation.kind is Kind.NUMBER:
            assert operation.dtype is DType.NUMBER
            assert not operation.axes


COMPARED = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not")
FLOATS = {DType.FLOAT, DType.NUMBER}


@pytest.mark.parametrize("name", LAYERS)
def test_integers_and_booleans_are_cast_before_one_counts_with_them(programs, name):
    operations = programs[name].operations
    for operation in operations:
        types = [operations[o].dtype for o in operation.operands]
        word = operation.attributes[0] if operation.attributes else ""
        if operation.kind is Kind.UFUNC and word in COMPARED + LOGICAL:
            assert operation.dtype is DType.BOOL
            assert word in COMPARED or set(types) <= {DType.BOOL, DType.NUMBER}
        elif operation.kind is Kind.UFUNC:
            masks = {DType.BOOL} if DType.FLOAT in types else set()
            assert set(types) <= FLOATS | masks, operation
        elif operation.kind is Kind.WHERE:
            assert set(types[1:]) <= FLOATS
        elif operation.kind in (Kind.REDUCE, Kind.MATMUL, Kind.VECDOT, Kind.TENSORDOT):
            assert set(types) == {DType.FLOAT}
        elif operation.kind is Kind.GATHER:
            assert set(types[1:]) <= {DType.INT, DType.NUMBER}
        elif operation.kind is Kind.CAST:
            assert types[0] in (DType.INT, DType.BOOL)


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_handed_back_is_floating(programs, name):
    program = programs[name]
    for result in (*program.forward, *program.backward):
        if result.name in (*program.outputs, *program.gradients):
            assert program.operations[result.operation].dtype is DType.FLOAT, result.name


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_reached_from_what_is_saved(programs, name):
    """From saved values, parameters and upstreams alone: no input slips in unsaved."""
    program, some = programs[name], LAYERS[name]
    given = set(program.saved)
    wanted = [r.operation for r in program.backward if r.name in program.gradients]
    allowed = {*some.parameters, *(f"d{output}" for output in some.outputs)}
    for number in closure(program.operations, wanted, given):
        operation = program.operations[number]
        if operation.kind is Kind.ARGUMENT:
            name_of = operation.attributes[0]
            shapes_only = all(
                program.operations[user].kind is Kind.SHAPE
                for user in range(len(program.operations))
                if number in program.operations[user].operands
                and user in closure(program.operations, wanted, given)
            )
            assert name_of in allowed or shapes_only, name_of


@pytest.mark.parametrize("name", LAYERS)
def test_results_are_where_they_are_promised(programs, name):
    program, some = programs[name], LAYERS[name]
    assert program.outputs == some.outputs
    assert {r.name for r in program.forward} >= set(some.outputs)
    assert {r.name for r in program.backward} >= set(program.gradients)
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

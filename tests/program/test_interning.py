"""The builder interns: the same operation on the same operands is computed once."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.errors import InternalError
from symbp.notation import Index, layer
from symbp.program import lower
from symbp.program.builder import Builder, Ref, spaces_of, union
from symbp.program.operations import Argument, DType, Expand, Map, Transpose

N, J, K = Index("i", "i"), Index("j", "j"), Index("k", "i")
DOTS = Index("...", "...")


def argument(builder: Builder, name: str, *axes: Index) -> Ref:
    return Ref(builder.add(Argument((), spaces_of(axes), DType.FLOAT, name)), axes)


def test_the_same_twice_is_one_operation():
    builder = Builder()
    x = argument(builder, "x", N)
    one = builder.elementwise("exp", [x], (N,))
    assert builder.elementwise("exp", [x], (N,)) == one
    assert len(builder.operations) == 2


def test_index_names_do_not_count():
    builder = Builder()
    x = argument(builder, "x", N)
    one = builder.elementwise("exp", [x], (N,))
    other = builder.elementwise("exp", [Ref(x.operation, (K,))], (K,))
    assert one.operation == other.operation
    assert (one.axes, other.axes) == ((N,), (K,))


def test_order_of_operands_counts():
    builder = Builder()
    a, b = argument(builder, "a", N), argument(builder, "b", N)
    one = builder.elementwise("subtract", [a, b], (N,))
    assert builder.elementwise("subtract", [b, a], (N,)) != one


def test_alignment_expands_what_is_missing():
    builder = Builder()
    b = argument(builder, "b", J)
    assert builder.align(b, (N, J)) == b.operation
    column = argument(builder, "c", N)
    operation = builder[builder.align(column, (N, J))]
    assert operation == Expand((column.operation,), ("i", "1"), DType.FLOAT, (True, False))


def test_alignment_transposes():
    builder = Builder()
    s = argument(builder, "s", N, J)
    operation = builder[builder.align(s, (J, N))]
    assert operation == Transpose((s.operation,), ("j", "i"), DType.FLOAT, (1, 0))


def test_a_transpose_of_a_transpose_is_the_array():
    builder = Builder()
    s = argument(builder, "s", N, J)
    assert builder.permute(builder.permute(s, (J, N)), (N, J)) == s


def test_leading_axes_stay_first():
    builder = Builder()
    x = argument(builder, "x", DOTS, N)
    with pytest.raises(InternalError, match="leading axes must stay first"):
        builder.permute(x, (N, DOTS))


def test_asking_what_is_known_adds_nothing():
    builder = Builder()
    x, c = argument(builder, "x", N, J), argument(builder, "c", N)
    before = list(builder.operations)
    assert builder.known("multiply", [x, c], (N, J)) is None
    assert builder.operations == before
    product = builder.elementwise("multiply", [x, c], (N, J))
    assert builder.known("multiply", [x, c], (N, J)) == product


def test_union_follows_the_order_given():
    builder = Builder()
    a, b = argument(builder, "a", J), argument(builder, "b", N)
    assert union([a, b], (N, J)) == (N, J)
    assert union([a, b], (J, N)) == (J, N)
    with pytest.raises(InternalError, match="missing in the order"):
        union([a, b], (N,))


def test_a_subexpression_is_computed_once_whatever_its_indices_are_called():
    some = layer("Some", "y[n, i] = sin(x[n, i]) * sum(sin(x[n, k]), k) + sin(x[n, i])")
    program = lower(derive(some))
    assert sum(isinstance(o, Map) and o.function == "sin" for o in program.operations) == 1


def test_forward_work_is_not_done_again_going_backward():
    some = layer("Some", "y[n, i] = exp(x[n, i]) / sum(exp(x[n, k]), k)")
    program = lower(derive(some))
    assert sum(isinstance(o, Map) and o.function == "exp" for o in program.operations) == 1

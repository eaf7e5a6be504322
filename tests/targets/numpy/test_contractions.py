"""Sums of products become matrix products; what comes out is what `np.einsum` gives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from symbp.calculus import derive
from symbp.notation import Layer, layer
from symbp.pipeline import emit, load_class
from symbp.program import Program, lower
from symbp.program.operations import Map, Reduce
from symbp.targets.numpy.calls import Contraction
from symbp.targets.numpy.lower import numpy_program

NAMES = ("A", "B", "C", "D")

# The contraction as einsum writes it, the operations that it must become.
PATTERNS = {
    "ni,ij->nj": ["MATMUL"],
    "in,ij->nj": ["MATMUL"],
    "ni,ji->nj": ["MATMUL"],
    "in,ji->nj": ["MATMUL"],
    "ij,ni->nj": ["MATMUL"],
    "ij,jn->ni": ["MATMUL"],
    "ij,j->i": ["MATMUL"],
    "ij,i->j": ["MATMUL"],
    "j,ij->i": ["MATMUL"],
    "i,i->": ["VECDOT"],
    "ij,ij->": ["VECDOT"],
    "ij,ji->": ["VECDOT"],
    "ni,ni->n": ["VECDOT"],
    "nij,nij->ni": ["VECDOT"],
    "bqd,bkd->bqk": ["MATMUL"],
    "bqd,bdk->bqk": ["MATMUL"],
    "bqk,bkv->bqv": ["MATMUL"],
    "abqd,abkd->abqk": ["MATMUL"],
    "nij,jk->nik": ["MATMUL"],
    "nabc,cd->nabd": ["MATMUL"],
    "nij,ijk->nk": ["TENSORDOT"],
    "nhw,khw->nk": ["TENSORDOT"],
    "ab,bc,cd->ad": ["MATMUL", "MATMUL"],
    "ni,ij,j->n": ["MATMUL", "MATMUL"],
    "i,ij,j->": ["MATMUL", "VECDOT"],
    "i,j->": ["MULTIPLY"],
    "i,j->ij": ["MULTIPLY"],
    "n,ni->ni": ["MULTIPLY"],
}


def contraction(pattern: str) -> Layer:
    """The layer of an einsum: `ni,ij->nj` is `y[n, j] = sum(A[n, i] * B[i, j], i)`."""
    left, right = pattern.split("->")
    groups = left.split(",")
    factors = [f"{name}[{', '.join(group)}]" for name, group in zip(NAMES, groups, strict=False)]
    bound = sorted(set(left) - {*right, ","})
    product = " * ".join(factors)
    target = f"y[{', '.join(right)}]" if right else "y"
    value = f"sum({product}, {', '.join(bound)})" if bound else product
    return layer("Contraction", f"{target} = {value}")


def arrays_for(pattern: str, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    left = pattern.split("->")[0]
    sizes = {letter: 2 + place for place, letter in enumerate(sorted({*left} - {","}))}
    return [rng.normal(size=[sizes[i] for i in group]) for group in left.split(",")]


def forward_kinds(program: Program) -> list[str]:
    wanted = {result.operation for result in program.forward}
    found, waiting = [], list(wanted)
    seen = set(wanted)
    while waiting:
        operation = program.operations[waiting.pop()]
        if isinstance(operation, Contraction):
            found.append(type(operation).__name__.upper())
        elif isinstance(operation, Map):
            found.append(operation.function.upper())
        for operand in operation.operands:
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return sorted(found)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_becomes(pattern):
    found = forward_kinds(numpy_program(lower(derive(contraction(pattern)))))
    assert found == sorted(PATTERNS[pattern])


MORE = ["nhi,hij->nhj", "ij,ij->j", "ijk,kj->i", "ijk,ki->j", "nki,nkj->ijk", "abc,abd->ad",
        "ab,ac,ad->abcd", "ni,kij,nj->nk", "ijkl,lk->ij", "ij,kl->il", "ii,i->i", "iij,j->i",
        "abcd,dcba->", "ab,ba,ab->a"]  # fmt: skip


@pytest.mark.parametrize("pattern", [*PATTERNS, *MORE])
def test_computes_what_einsum_computes(pattern):
    arrays = arrays_for(pattern)
    instance = load_class(emit(contraction(pattern)))()
    found = instance.forward(*arrays)
    np.testing.assert_allclose(found, np.einsum(pattern, *arrays), rtol=1e-12)


DIAGONALS = {"ii,i->i", "iij,j->i"}  # whose adjoint is no einsum


@pytest.mark.parametrize("pattern", [p for p in (*PATTERNS, *MORE) if p not in DIAGONALS])
def test_gradients_are_what_einsum_computes(pattern):
    """The adjoint of an einsum is an einsum with one operand and the result exchanged."""
    arrays = arrays_for(pattern)
    left, right = pattern.split("->")
    groups = left.split(",")
    instance = load_class(emit(contraction(pattern)))()
    instance.forward(*arrays)
    dy = np.random.default_rng(1).normal(size=np.shape(np.einsum(pattern, *arrays)))
    gradients = instance.backward(dy) if right else instance.backward(float(dy))
    for place, (group, gradient) in enumerate(zip(groups, gradients, strict=True)):
        others = [g for other, g in enumerate(groups) if other != place]
        operands = [a for other, a in enumerate(arrays) if other != place]
        # Indices that the others lack are those that the operand was summed over alone.
        ones = sorted(set(group) - set("".join([right, *others])))
        sizes = dict(zip(group, arrays[place].shape, strict=True))
        extra = [np.ones([sizes[i] for i in ones])] if ones else []
        terms = ",".join([right, *others, *(["".join(ones)] if ones else [])])
        expected = np.einsum(f"{terms}->{group}", dy, *operands, *extra)
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("y[..., j] = sum(x[..., i] * w[i, j], i)", {"x": (5, 2, 3), "w": (3, 4)}),
        ("y[i, j] = sum(x[..., i] * w[..., j], ...)", {"x": (5, 2, 3), "w": (5, 2, 4)}),
        ("y[..., q, k] = sum(x[..., q, d] * w[..., k, d], d)", {"x": (5, 2, 3), "w": (5, 4, 3)}),
        ("y[...] = sum(x[..., i] * w[..., i], i)", {"x": (5, 2, 3), "w": (5, 2, 3)}),
        ("y[i] = sum(x[..., i] * w[...], ...)", {"x": (5, 2, 3), "w": (5, 2)}),
        ("y = sum(x[...] * w[...], ...)", {"x": (5, 2), "w": (5, 2)}),
    ],
    ids=["linear", "gram", "scores", "rows", "weighted", "inner"],
)
def test_leading_axes(text, shapes):
    some = layer("Contraction", text)
    rng = np.random.default_rng(0)
    x, w = (rng.normal(size=shapes[name]) for name in ("x", "w"))
    found = load_class(emit(some))().forward(x, w)
    plain = text.replace("...", "§")
    left, right = plain.split("=")
    inputs = [right[right.index(f"{name}[") + 2 : right.index("]", right.index(f"{name}["))]
              for name in ("x", "w")]  # fmt: skip
    output = left[left.index("[") + 1 : left.index("]")] if "[" in left else ""
    letters = {"§": "AB" if text.count("...") and "q" not in text else "A"}
    terms = ["".join(letters.get(c, c) for c in part if c.isalpha() or c == "§")
             for part in (*inputs, output)]  # fmt: skip
    expected = np.einsum(f"{terms[0]},{terms[1]}->{terms[2]}", x, w)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    kinds = {*forward_kinds(numpy_program(lower(derive(some))))}
    assert kinds <= {"MATMUL", "VECDOT", "TENSORDOT", "EINSUM"}


def test_no_product_larger_than_its_operands():
    """A contraction is never multiplied out and summed afterwards."""
    for pattern in PATTERNS:
        program = numpy_program(lower(derive(contraction(pattern))))
        for operation in program.operations:
            if isinstance(operation, Reduce):
                operands = (program.operations[o] for o in operation.operands)
                assert not any(isinstance(o, Map) and o.function == "multiply" for o in operands), (
                    pattern
                )


def test_every_order_of_the_factors_gives_the_same():
    for order in itertools.permutations(["A[n, i]", "B[i, j]", "C[j, k]"]):
        some = layer("Chain", f"y[n, k] = sum({' * '.join(order)}, i, j)", inputs=["A", "B", "C"])
        arrays = arrays_for("ni,ij,jk->nk")
        found = load_class(emit(some))().forward(*arrays)
        np.testing.assert_allclose(found, arrays[0] @ arrays[1] @ arrays[2], rtol=1e-12)

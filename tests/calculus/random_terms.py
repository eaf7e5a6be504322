"""Hypothesis strategies for expressions over small tensors, with bound indices of all kinds."""

from __future__ import annotations

from functools import reduce

import numpy as np
import sympy
from hypothesis import strategies as st

from symbp.calculus import Delta
from symbp.notation import Entry, Index, MaxOver, SumOver

SIZES = {"i": 2, "j": 3}
FREE = (Index("i", "i"), Index("j", "j"), Index("k", "i"))
TENSORS = {"a": "i", "b": "j", "c": "ij", "d": "ii", "e": ""}


def arrays() -> dict[str, np.ndarray]:
    """A value for every tensor."""
    rng = np.random.default_rng(5)
    shapes = {name: [SIZES[s] for s in spaces] for name, spaces in TENSORS.items()}
    return {name: rng.uniform(0.3, 1.7, shape) for name, shape in shapes.items()}


def places() -> dict[Index, int]:
    """A position for every free index."""
    return dict(zip(FREE, (1, 2, 0), strict=True))


@st.composite
def entries(draw: st.DrawFn, scope: tuple[Index, ...]) -> sympy.Expr:
    name = draw(st.sampled_from(sorted(TENSORS)))
    slots = []
    for space in TENSORS[name]:
        choices = [index for index in scope if index.space == space]
        slots.append(draw(st.sampled_from([*choices, sympy.Integer(1)])))
    return Entry(name, *slots)


@st.composite
def terms(
    draw: st.DrawFn, scope: tuple[Index, ...] = FREE, depth: int = 3, linear: bool = False
) -> sympy.Expr:
    """An expression whose free indices lie in the scope; bound names may hide those outside."""
    if depth == 0:
        return draw(st.one_of(entries(scope), st.integers(-3, 3).map(sympy.Integer)))
    kinds = ["add", "mul", "sum", "sum", "delta"]
    kind = draw(st.sampled_from(kinds if linear else [*kinds, "max", "power", "exp"]))
    inner = terms(scope, depth - 1, linear)
    if kind in ("add", "mul"):
        parts = draw(st.lists(inner, min_size=2, max_size=3))
        return reduce(lambda a, b: a + b if kind == "add" else a * b, parts)
    if kind == "delta":
        pool = [index for index in scope if index.space == "i"]
        a, b = draw(st.sampled_from(pool)), draw(st.sampled_from([*pool, sympy.Integer(0)]))
        return Delta(a, b) * draw(inner)
    if kind == "power":
        return draw(inner) ** 2
    if kind == "exp":
        return sympy.exp(draw(inner) / 10)
    name, space = draw(st.sampled_from([("i", "i"), ("j", "j"), ("q", "i"), ("k", "i")]))
    index = Index(name, space)
    visible = (*(other for other in scope if other.name != name), index)
    body = draw(terms(visible, depth - 1, linear))
    return (SumOver if kind == "sum" else MaxOver)(body, index)

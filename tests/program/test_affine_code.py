"""The text's affine layer comes out as the BLAS calls that a person writes."""

from __future__ import annotations

import re

import pytest

from symbp.notation import layer
from symbp.pipeline import emit


def statements(source: str, method: str) -> list[str]:
    """The lines of a method that compute, without their comments."""
    body = source.split(f"    def {method}(self")[1].split("\n    def ")[0].split("@property")[0]
    lines = (line.split("  # ")[0].strip() for line in body.splitlines())
    return [line for line in lines if re.match(r"\w+ [-+*/@]?= ", line)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("y[n, j] = sum(x[n, i] * W[i, j], i) + b[j]", "x W b y"),
        ("h[r, q] = sum(u[r, p] * M[p, q], p) + s[q]", "u M s h"),
        ("h[r, q] = s[q] + sum(M[p, q] * u[r, p], p)", "u M s h"),
    ],
)
def test_affine(text, names):
    x, w, b, y = names.split()
    some = layer("Stranger", text, parameters=[w, b])
    source = emit(some).text
    assert statements(source, "forward") == [
        f"{x} = self._checked({x})",
        f"{x} = _private({x})",
        f"{y} = {x} @ self.{w}",
        f"{y} += self.{b}",
    ]
    backward = statements(source, "backward")
    assert f"d{x} = d{y} @ self.{w}.T" in backward
    assert f"d{w} = {x}.T @ d{y}" in backward
    assert f"d{b} = d{y}.sum(axis=0)" in backward


def test_a_flattened_input_gets_its_shape_back():
    text = "y[n, j] = sum(x[n, *i] * W[i, j], i) + b[j]"
    source = emit(layer("Affine", text, parameters=["W", "b"])).text
    assert "dx = dx.reshape(x_shape)" in statements(source, "backward")


def test_leading_axes_are_merged_for_one_product():
    text = "y[..., j] = sum(x[..., i] * W[i, j], i)"
    source = emit(layer("Linear", text, parameters=["W"])).text
    assert "einsum" not in source
    assert source.count(" @ ") >= 3

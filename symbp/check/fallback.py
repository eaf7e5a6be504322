"""Where the emitted lines cannot run on symbols: SymPy's derivative, evaluated, as evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.digits import evaluate
from symbp.check.oracle import Oracle
from symbp.check.sampling import Recipe, draw
from symbp.check.shapes import small_cases
from symbp.check.symbolic import arithmetic
from symbp.check.symbolic_case import symbolic_scope, symbols_like
from symbp.check.walk import forward
from symbp.notation.layer import Layer

__all__ = ["symbolic_evidence"]

POINTS = 3
TOLERANCE = 1e-9


def symbolic_evidence(
    layer: Layer, cls: type, recipe: Recipe, oracle: Oracle, rng: np.random.Generator
) -> tuple[str, int]:
    """Compares the emitted float64 backward with the exact derivative at random points.

    Args:
        layer: the layer.
        cls: the emitted class.
        recipe: how to draw arguments.
        oracle: decides what is in the domain.
        rng: the source of randomness.

    Returns:
        "" or the first wrong entry, and how many entries were compared.
    """
    count = 0
    for shape in small_cases(layer):
        for _ in range(POINTS):
            data = draw(layer, recipe, shape, oracle, rng)
            instance = subject.build(layer, cls, data)
            outputs = subject.forward(layer, instance, data)
            upstreams = subject.random_upstreams(outputs, rng)
            gradients = subject.backward(layer, instance, upstreams)
            for name, exact in _derivatives(layer, data, upstreams).items():
                got = np.asarray(gradients[name], np.float64)
                scale = float(np.max(np.abs(exact), initial=0.0))
                wrong = np.abs(got - exact) > TOLERANCE * (np.abs(exact) + scale) + 1e-13
                count += exact.size
                if wrong.any():
                    place = [int(n) for n in np.argwhere(wrong)[0]]
                    return f"gradient of {name}{place} is wrong at {shape.label}", count
    return "", count


def _derivatives(layer: Layer, data: Data, upstreams: Any) -> dict[str, np.ndarray]:
    values: dict[Any, Any] = {}
    arrays: dict[str, Any] = {
        name: array if array.dtype.kind != "f" else symbols_like(name, array, values)
        for name, array in data.arrays.items()
    }
    expected = forward(layer, symbolic_scope(layer, data, arrays), arithmetic())
    total = sympy.Add(
        *(
            sympy.Rational(float(u)) * y.expr
            for name in layer.outputs
            for u, y in zip(upstreams[name].flat, expected[name].flat, strict=True)
            if not y.expr.is_infinite
        )
    )
    result = {}
    for name in subject.differentiable(layer):
        result[name] = np.zeros(arrays[name].shape)
        for place in np.ndindex(*arrays[name].shape):
            slope = sympy.diff(total, arrays[name][place].expr)
            result[name][place] = float(evaluate(slope, values))
    return result

"""The chain rule written out, against the numbers of the sweep's own products."""

from __future__ import annotations

import random

import pytest

from symbp.calculus import derive, expression_text
from symbp.calculus.numeric import evaluate, evaluate_derivation, sizes_of
from symbp.catalogue import layers
from symbp.notation import Entry, Equation, Layer, layer

BY_NAME = {item.name: item for item in layers()}


def written(chain: dict, key: object) -> str:
    return expression_text(chain[key])


def test_the_products_of_the_sigmoid_grow_from_right_to_left():
    derivation = derive(BY_NAME["Sigmoid"])
    products = {node: expression_text(v) for (node, _), v in derivation.chain.products.items()}
    assert products == {
        "y": "-dy*y**2",
        "u3": "-dy*y**2",
        "u2": "-dy*exp(-x)*y**2",
        "u1": "dy*exp(-x)*y**2",
    }


def test_the_square_of_a_sum():
    derivation = derive(layer("Square", "t = x + y\nz = t**2"))
    assert expression_text(derivation.chain.gradients["x"]) == "2*dz*t"


def test_what_is_long_keeps_its_name():
    deep = layer("Deep", "y = " + "tanh(" * 30 + "x" + ")" * 30)
    derivation = derive(deep)
    assert all(len(expression_text(v)) < 400 for v in derivation.chain.products.values())


@pytest.mark.parametrize("name", ["Sigmoid", "Affine", "SoftmaxWithLoss", "LayerNorm", "Gelu"])
def test_gradients_are_those_of_the_sweep(name):
    derivation = derive(BY_NAME[name])
    given = _random(derivation.layer)
    done = evaluate_derivation(derivation, given)
    known = {**done.values, **{f"d{n}": v for n, v in done.gradients.items()}, **given}
    axes = {node.target: node.axes for node in derivation.nodes}
    axes |= {n: tensor.axes for n, tensor in derivation.layer.tensors.items()}
    for target, value in derivation.chain.gradients.items():
        equation = Equation("check", axes[target], value)
        used = {entry.name for entry in value.atoms(Entry)} | derivation.layer.hyper.keys()
        needed = {name: known[name] for name in used}
        found = evaluate([equation], needed, sizes_of(derivation.layer, given))["check"]
        assert _flat(found) == pytest.approx(_flat(done.gradients[target]), rel=1e-9, abs=1e-12)


def _random(item: Layer) -> dict[str, object]:
    source = random.Random(1)
    lengths = {"...": 2}

    def array(axes: tuple) -> object:
        if not axes:
            return source.uniform(0.2, 2)
        length = lengths.setdefault(axes[0].space, len(lengths) + 2)
        return [array(axes[1:]) for _ in range(length)]

    names = (*item.inputs, *item.parameters, *item.constants)
    return {name: array(item.tensors[name].axes) for name in names} | dict(item.hyper)


def _flat(value: object) -> list[float]:
    if isinstance(value, list | tuple):
        return [number for part in value for number in _flat(part)]
    return [float(value)]

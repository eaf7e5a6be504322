"""The catalogue is what it promises: every layer, forward equations only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import symbp.catalogue
from symbp.catalogue import layers

FOLDER = Path(symbp.catalogue.__file__).parent

PROMISED = """
    Add Sub Mul Div Neg Reciprocal Exp Log Sqrt Square Pow Relu LeakyRelu Sigmoid Tanh Softplus
    Silu Gelu GeluTanh Mish Elu Selu Softsign HardSigmoid HardSwish LogSigmoid Affine Linear
    Bilinear Softmax LogSoftmax SoftmaxWithLoss SigmoidWithLoss MeanSquaredError L1Loss Huber
    BatchNorm LayerNorm RMSNorm ScaledDotProductAttention Dropout Embedding
"""


def test_every_promised_layer_is_there():
    names = [layer.name for layer in layers()]
    assert set(PROMISED.split()) <= set(names)
    assert names == sorted(names)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_files_hold_no_derivative(file):
    allowed = {"doc", "forward", "parameters", "constants", "hyper", "assume", "one_hot"}
    allowed |= {"inputs", "outputs", "sizes", "init", "layers"}
    for name, table in tomllib.loads(file.read_text()).items():
        assert set(table) <= allowed, name
        assert table["doc"].endswith("."), name


def test_layers_know_their_file_on_any_machine():
    assert {Path(layer.file).parent.as_posix() for layer in layers()} == {"symbp/catalogue"}

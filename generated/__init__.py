"""Layers derived and emitted by symbp 0.1.0; do not edit.

Made by symbp 0.1.0. Each layer is a module of its own that needs NumPy alone.
"""

from .add import Add
from .affine import Affine
from .batch_norm import BatchNorm
from .bilinear import Bilinear
from .div import Div
from .dropout import Dropout
from .elu import Elu
from .embedding import Embedding
from .exp import Exp
from .gelu import Gelu
from .gelu_tanh import GeluTanh
from .hard_sigmoid import HardSigmoid
from .hard_swish import HardSwish
from .huber import Huber
from .l1_loss import L1Loss
from .layer_norm import LayerNorm
from .leaky_relu import LeakyRelu
from .linear import Linear
from .log import Log
from .log_sigmoid import LogSigmoid
from .log_softmax import LogSoftmax
from .mean_squared_error import MeanSquaredError
from .mish import Mish
from .mul import Mul
from .neg import Neg
from .pow import Pow
from .reciprocal import Reciprocal
from .relu import Relu
from .rms_norm import RMSNorm
from .scaled_dot_product_attention import ScaledDotProductAttention
from .selu import Selu
from .sigmoid import Sigmoid
from .sigmoid_with_loss import SigmoidWithLoss
from .silu import Silu
from .softmax import Softmax
from .softmax_with_loss import SoftmaxWithLoss
from .softplus import Softplus
from .softsign import Softsign
from .sqrt import Sqrt
from .square import Square
from .sub import Sub
from .tanh import Tanh
from .two_layer_net import TwoLayerNet

__all__ = [
    "Add",
    "Affine",
    "BatchNorm",
    "Bilinear",
    "Div",
    "Dropout",
    "Elu",
    "Embedding",
    "Exp",
    "Gelu",
    "GeluTanh",
    "HardSigmoid",
    "HardSwish",
    "Huber",
    "L1Loss",
    "LayerNorm",
    "LeakyRelu",
    "Linear",
    "Log",
    "LogSigmoid",
    "LogSoftmax",
    "MeanSquaredError",
    "Mish",
    "Mul",
    "Neg",
    "Pow",
    "RMSNorm",
    "Reciprocal",
    "Relu",
    "ScaledDotProductAttention",
    "Selu",
    "Sigmoid",
    "SigmoidWithLoss",
    "Silu",
    "Softmax",
    "SoftmaxWithLoss",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Square",
    "Sub",
    "Tanh",
    "TwoLayerNet",
]

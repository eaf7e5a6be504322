"""Layers derived and emitted by symbp 0.1.0; do not edit.

Made by symbp 0.1.0. Each layer is a module of its own that needs NumPy alone.
"""

from importlib import import_module

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
_MODULES = {
    "Add": "add",
    "Affine": "affine",
    "BatchNorm": "batch_norm",
    "Bilinear": "bilinear",
    "Div": "div",
    "Dropout": "dropout",
    "Elu": "elu",
    "Embedding": "embedding",
    "Exp": "exp",
    "Gelu": "gelu",
    "GeluTanh": "gelu_tanh",
    "HardSigmoid": "hard_sigmoid",
    "HardSwish": "hard_swish",
    "Huber": "huber",
    "L1Loss": "l1_loss",
    "LayerNorm": "layer_norm",
    "LeakyRelu": "leaky_relu",
    "Linear": "linear",
    "Log": "log",
    "LogSigmoid": "log_sigmoid",
    "LogSoftmax": "log_softmax",
    "MeanSquaredError": "mean_squared_error",
    "Mish": "mish",
    "Mul": "mul",
    "Neg": "neg",
    "Pow": "pow",
    "RMSNorm": "rms_norm",
    "Reciprocal": "reciprocal",
    "Relu": "relu",
    "ScaledDotProductAttention": "scaled_dot_product_attention",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "SigmoidWithLoss": "sigmoid_with_loss",
    "Silu": "silu",
    "Softmax": "softmax",
    "SoftmaxWithLoss": "softmax_with_loss",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "sqrt",
    "Square": "square",
    "Sub": "sub",
    "Tanh": "tanh",
    "TwoLayerNet": "two_layer_net",
}


def __getattr__(name):
    """A class, its module imported when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__():
    """The classes."""
    return __all__

"""Layers as they ought to be emitted, written by hand, to test the judges on."""

from __future__ import annotations

from symbp.notation import Layer, layer

HEAD = """
import math

import numpy as np

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def floating(x):
    x = np.asarray(x)
    return x if x.dtype in FLOATS else x.astype(np.float64)


def private(x):
    return floating(x).copy()


def classes(t, count):
    if np.any((t < 0) | (t >= count)):
        raise ValueError("a class is out of range")


class Base:
    def __init__(self):
        self.params, self.grads = {}, {}
"""


def _source(name: str, body: str) -> str:
    return f"{HEAD}\n\nclass {name}(Base):{body}"


SIGMOID = layer("Sigmoid", "y = 1 / (1 + exp(-x))")
SIGMOID_SOURCE = _source(
    "Sigmoid",
    """
    def forward(self, x):
        x = floating(x)
        e = np.exp(-np.abs(x))
        self.y = np.where(x >= 0, 1, e) / (1 + e)
        return self.y + 0

    def backward(self, dy):
        dx = dy * self.y * (1 - self.y)
        return dx
""",
)

AFFINE = layer("Affine", "y[..., j] = sum(x[..., i] * W[i, j], i) + b[j]", parameters=["W", "b"])
AFFINE_SOURCE = _source(
    "Affine",
    """
    def __init__(self, W, b):
        self.W, self.b, self.params = W, b, {"W": W, "b": b}

    def forward(self, x):
        self.x = private(x)
        return self.x @ self.W + self.b

    def backward(self, dy):
        rows = dy.reshape(-1, dy.shape[-1])
        self.dW = self.x.reshape(-1, self.x.shape[-1]).T @ rows
        self.db = rows.sum(0)
        self.grads = {"W": self.dW, "b": self.db}
        dx = dy @ self.W.T
        return dx
""",
)

LOSS = layer(
    "SoftmaxWithLoss",
    "y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)\n"
    "loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)",
    constants=["t"],
    assume=["sum(t[..., c], c) == 1"],
    one_hot={"t": "c"},
)
LOSS_SOURCE = _source(
    "SoftmaxWithLoss",
    """
    def __init__(self, validate=True):
        self.params, self.grads, self.validate = {}, {}, validate

    def forward(self, x, t):
        x = floating(x)
        if t.dtype.kind in "iu":
            classes(t, x.shape[-1])
            t = np.eye(x.shape[-1], dtype=x.dtype)[t]
        elif self.validate and np.any(np.abs(t.sum(-1) - 1) > 1e-4):
            raise ValueError("t must sum to 1")
        s = x - x.max(-1, keepdims=True)
        e = np.exp(s)
        z = e.sum(-1, keepdims=True)
        self.y, self.t, self.n = e / z, t.copy(), x.dtype.type(x.size // x.shape[-1])
        return -(t * np.where(t == 0, 0, s - np.log(z))).sum() / self.n

    def backward(self, dloss=1):
        dx = (self.y - self.t) * (dloss / self.n)
        return dx
""",
)

MAXIMUM = layer("RowMaximum", "y[...] = max(x[..., i], i)")
MAXIMUM_SOURCE = _source(
    "RowMaximum",
    """
    def forward(self, x):
        self.x = private(x)
        self.at = self.x.argmax(-1)[..., None]
        return np.take_along_axis(self.x, self.at, -1)[..., 0]

    def backward(self, dy):
        dx = np.zeros_like(self.x)
        np.put_along_axis(dx, self.at, np.asarray(dy)[..., None], -1)
        return dx
""",
)

EMBEDDING = layer("Embedding", "y[..., j] = W[t[...], j]", parameters=["W"], constants=["t"])
EMBEDDING_SOURCE = _source(
    "Embedding",
    """
    def __init__(self, W):
        self.W, self.params = W, {"W": W}

    def forward(self, t):
        classes(t, len(self.W))
        self.t = t.copy()
        return self.W[t]

    def backward(self, dy):
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.t, dy)
        self.grads = {"W": self.dW}
""",
)

RELU = layer("Relu", "y = maximum(x, 0)")
RELU_SOURCE = _source(
    "Relu",
    """
    def forward(self, x):
        x = floating(x)
        self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, dy):
        dx = dy * self.mask
        return dx
""",
)

PRODUCT = layer("Product", "y = a * b")
PRODUCT_SOURCE = _source(
    "Product",
    """
    def forward(self, a, b):
        self.a, self.b = private(a), private(b)
        return self.a * self.b

    def backward(self, dy):
        return self.summed(dy * self.b, self.a.shape), self.summed(dy * self.a, self.b.shape)

    def summed(self, d, shape):
        d = np.asarray(d)
        d = d.sum(tuple(range(d.ndim - len(shape))))
        for axis, n in enumerate(shape):
            if n == 1:
                d = d.sum(axis, keepdims=True)
        return d
""",
)

NORM = layer(
    "LayerNorm",
    "m[...] = mean(x[..., i], i)\n"
    "c[..., i] = x[..., i] - m[...]\n"
    "v[...] = mean(c[..., i]**2, i)\n"
    "y[..., i] = g[i] * c[..., i] / sqrt(v[...] + eps)",
    parameters=["g"],
    hyper={"eps": 1e-5},
)
NORM_SOURCE = _source(
    "LayerNorm",
    """
    def __init__(self, g, *, eps=1e-5):
        self.g, self.eps, self.params = g, eps, {"g": g}

    def forward(self, x):
        x = floating(x)
        n = x.shape[-1]
        c = x - x.sum(-1, keepdims=True) / n
        self.s = np.sqrt((c * c).sum(-1, keepdims=True) / n + self.eps)
        self.h = c / self.s
        return self.g * self.h

    def backward(self, dy):
        n, h = dy.shape[-1], self.h
        d = dy * self.g
        self.dg = (dy * h).reshape(-1, n).sum(0)
        self.grads = {"g": self.dg}
        return (d - d.sum(-1, keepdims=True) / n - h * (d * h).sum(-1, keepdims=True) / n) / self.s
""",
)

GELU = layer("Gelu", "y = x * (1 + erf(x / sqrt(2))) / 2")
GELU_SOURCE = _source(
    "Gelu",
    """
    def forward(self, x):
        from scipy.special import erfc

        self.x = private(x)
        self.p = 0.5 * erfc(-self.x * (1 / math.sqrt(2)))
        return self.x * self.p

    def backward(self, dy):
        r = np.minimum(np.abs(self.x), 1000)
        density = np.exp(-0.5 * r * r) * (1 / math.sqrt(2 * math.pi))
        dx = dy * (self.p + self.x * density)
        return dx
""",
)

RIGHT: tuple[tuple[Layer, str], ...] = (
    (SIGMOID, SIGMOID_SOURCE),
    (AFFINE, AFFINE_SOURCE),
    (LOSS, LOSS_SOURCE),
    (MAXIMUM, MAXIMUM_SOURCE),
    (EMBEDDING, EMBEDDING_SOURCE),
    (RELU, RELU_SOURCE),
    (PRODUCT, PRODUCT_SOURCE),
    (NORM, NORM_SOURCE),
    (GELU, GELU_SOURCE),
)

# layer, its source, the right text, the wrong text, the judge that must reject it
WRONG: dict[str, tuple[Layer, str, str, str, str]] = {
    "missing batch sum": (AFFINE, AFFINE_SOURCE, "rows.sum(0)", "rows[0]", "gradient"),
    "no transpose": (
        AFFINE,
        AFFINE_SOURCE,
        "self.dW = self.x",
        "self.dW = 2 * self.x",
        "certificate",
    ),
    "upstream overwritten": (
        SIGMOID,
        SIGMOID_SOURCE,
        "dx = dy * self.y",
        "dy *= self.y\n        dx = dy",
        "gradient",
    ),
    "argument overwritten": (
        RELU,
        RELU_SOURCE,
        "return np.maximum(x, 0)",
        "x[~self.mask] = 0\n        return x",
        "gradient",
    ),
    "returned output overwritten": (
        SIGMOID,
        SIGMOID_SOURCE,
        "(1 - self.y)",
        "np.subtract(1, self.y, out=self.y)",
        "gradient",
    ),
    "output exposed": (SIGMOID, SIGMOID_SOURCE, "self.y + 0", "self.y", "gradient"),
    "argument exposed": (AFFINE, AFFINE_SOURCE, "self.x = private(x)", "self.x = x", "gradient"),
    "classes exposed": (EMBEDDING, EMBEDDING_SOURCE, "t.copy()", "t", "gradient"),
    "float64 creep": (SIGMOID, SIGMOID_SOURCE, "1, e)", "np.float64(1), e)", "gradient"),
    "overflow": (
        SIGMOID,
        SIGMOID_SOURCE,
        "np.where(x >= 0, 1, e) / (1 + e)",
        "1 / (1 + np.exp(-x))",
        "extremes",
    ),
    "log of softmax": (LOSS, LOSS_SOURCE, "s - np.log(z))", "np.log(e / z))", "extremes"),
    "upstream ignored": (LOSS, LOSS_SOURCE, "dloss / self.n", "1 / self.n", "gradient"),
    "biased logarithm": (LOSS, LOSS_SOURCE, "np.log(z)", "np.log(z + 1e-7)", "oracle"),
    "biased logarithm, exactly": (
        LOSS,
        LOSS_SOURCE,
        "np.log(z)",
        "np.log(z + 1e-12)",
        "certificate",
    ),
    "wrong one-hot": (
        LOSS,
        LOSS_SOURCE,
        "dtype=x.dtype)[t]",
        "dtype=x.dtype)[t[..., ::-1]]",
        "oracle",
    ),
    "no assumption check": (LOSS, LOSS_SOURCE, "> 1e-4", "> 1e4", "gradient"),
    "class -1 wraps": (LOSS, LOSS_SOURCE, "(t < 0) | ", "", "gradient"),
    "last maximum": (MAXIMUM, MAXIMUM_SOURCE, "self.x.argmax(-1)", "self.x.argmin(-1)", "oracle"),
    "repeated classes": (
        EMBEDDING,
        EMBEDDING_SOURCE,
        "np.add.at(self.dW, self.t, dy)",
        "self.dW[self.t] = dy",
        "gradient",
    ),
    "no broadcast sum": (
        PRODUCT,
        PRODUCT_SOURCE,
        "if n == 1:",
        "if n == 1 and axis == 0:",
        "gradient",
    ),
    "half of the density": (GELU, GELU_SOURCE, "2 * math.pi", "2.001 * math.pi", "certificate"),
    "mean forgotten": (
        NORM,
        NORM_SOURCE,
        "d - d.sum(-1, keepdims=True) / n",
        "d",
        "certificate",
    ),
    "eps fixed": (NORM, NORM_SOURCE, "n + self.eps", "n + 1e-5", "certificate"),
}


def load(layer: Layer, source: str) -> type:
    """The class of a module's text."""
    scope: dict[str, type] = {}
    exec(source, scope)
    return scope[layer.name]

"""A two-layer network written by hand, with the interface that `train` asks for."""

from __future__ import annotations

import numpy as np


class PlainNet:
    """Affine, ReLU, Affine, softmax with loss; integer classes."""

    def __init__(self, inputs, hidden, classes, *, seed=0, dtype="float64"):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": rng.normal(0, 0.1, (inputs, hidden)).astype(dtype),
            "b1": np.zeros(hidden, dtype),
            "W2": rng.normal(0, 0.1, (hidden, classes)).astype(dtype),
            "b2": np.zeros(classes, dtype),
        }
        self.grads = dict.fromkeys(self.params)

    def predict(self, x):
        p = self.params
        return np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"]

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t)

    def forward(self, x, t):
        _, self.hidden, scores = self.trace(x, t).values()
        scores = scores - scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        self.x, self.t, self.y = x, t, np.exp(logs)
        return -logs[np.arange(len(t)), t].mean()

    def backward(self):
        d = self.y.copy()
        d[np.arange(len(d)), self.t] -= 1
        d /= len(d)
        below = (d @ self.params["W2"].T) * (self.hidden > 0)
        self.grads = {
            "W1": self.x.T @ below,
            "b1": below.sum(axis=0),
            "W2": self.hidden.T @ d,
            "b2": d.sum(axis=0),
        }

    def trace(self, x, t):
        p = self.params
        first = x @ p["W1"] + p["b1"]
        hidden = np.maximum(first, 0)
        return {"first": first, "hidden": hidden, "scores": hidden @ p["W2"] + p["b2"]}


def problem(examples=130, inputs=6, classes=3, dtype="float64"):
    """A problem that can be learnt: classes by the largest of some sums of the inputs."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(examples, inputs)).astype(dtype)
    return x, (x @ rng.normal(size=(inputs, classes))).argmax(axis=1)

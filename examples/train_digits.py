"""Train a two-layer network on handwritten digits with generated layers.

Run it from anywhere, after `symbp generate`; scikit-learn ships the digits (1797 images of 8x8).

    python examples/train_digits.py --epochs 10
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from generated import Affine, Relu, SoftmaxWithLoss


class TwoLayerNet:
    """Affine, ReLU, Affine, softmax with loss."""

    def __init__(self, pixels: int, hidden: int, classes: int, rng: np.random.Generator) -> None:
        self.layers = [
            Affine(weights(rng, pixels, hidden), np.zeros(hidden, np.float32)),
            Relu(),
            Affine(weights(rng, hidden, classes), np.zeros(classes, np.float32)),
        ]
        self.last = SoftmaxWithLoss()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Scores, one row an image."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """The mean cross entropy against integer classes."""
        return float(self.last.forward(self.predict(x), t))

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """The share of images whose highest score is at their class."""
        return float(np.mean(self.predict(x).argmax(1) == t))

    def step(self, x: np.ndarray, t: np.ndarray, rate: float) -> float:
        """One step of gradient descent; returns the loss before it."""
        loss = self.loss(x, t)
        upstream = self.last.backward()
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        for layer in self.layers:
            for name, parameter in layer.params.items():
                parameter -= rate * layer.grads[name]
        return loss


def weights(rng: np.random.Generator, before: int, after: int) -> np.ndarray:
    """Normal weights of the variance that keeps a rectifier's output in scale (He et al. 2015)."""
    return rng.normal(0, np.sqrt(2 / before), (before, after)).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hidden", type=int, default=50)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    digits = load_digits()
    x, t = (digits.data / 16).astype(np.float32), digits.target
    order = rng.permutation(len(x))
    train, test = order[:1437], order[1437:]

    network = TwoLayerNet(x.shape[1], options.hidden, 10, rng)
    for epoch in range(1, options.epochs + 1):
        batches = np.array_split(rng.permutation(train), len(train) // options.batch)
        loss = np.mean([network.step(x[rows], t[rows], options.rate) for rows in batches])
        print(
            f"epoch {epoch:2}  loss {loss:.4f}  "
            f"train accuracy {network.accuracy(x[train], t[train]):.4f}  "
            f"test accuracy {network.accuracy(x[test], t[test]):.4f}"
        )


if __name__ == "__main__":
    main()

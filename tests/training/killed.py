"""A run that is killed: `python killed.py CHECKPOINT OPTIMIZER AT [WHEN]`.

AT is the forward pass before which, or the checkpoint within whose writing, the process dies.
"""

from __future__ import annotations

import os
import signal
import sys

import numpy as np
from training.plain_net import PlainNet, problem

from symbp import training
from symbp.training import SGD, Adam, Momentum, train

OPTIMIZERS = {"sgd": SGD(0.3), "momentum": Momentum(0.1), "adam": Adam(0.01)}
SETTINGS = {"epochs": 3, "batch": 32, "seed": 11, "every": 2, "test": problem(40, dtype="float32")}


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(PlainNet):
    left = None

    def forward(self, x, t):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                die()
        return super().forward(x, t)


def run(checkpoint, optimizer, left=None):
    net = Mortal(6, 8, 3, dtype="float32")
    net.left = left
    x, t = problem(dtype="float32")
    history = train(net, x, t, optimizer=OPTIMIZERS[optimizer], checkpoint=checkpoint, **SETTINGS)
    return net.params, history


def die_while_writing(at):
    """Replaces the writing of checkpoints: that number `at` gets half its bytes only."""
    whole, count = np.savez, iter(range(at, -1, -1))

    def savez(file, **arrays):
        whole(file, **arrays)
        if next(count) == 0:
            file.truncate(file.tell() // 2)
            file.flush()
            die()

    training.np.savez = savez


if __name__ == "__main__":
    path, name, at, *when = sys.argv[1:]
    if when:
        die_while_writing(int(at))
        run(path, name)
    else:
        run(path, name, int(at))

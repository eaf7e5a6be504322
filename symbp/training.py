"""Mini-batch training of a network with `forward`, `backward`, `params` and `grads`.

NumPy and the standard library are all that this file imports: it works alone, beside a generated
network.

    net = TwoLayerNet(784, 50, 10, seed=0, dtype="float32")
    history = train(net, x, t, epochs=16, batch=100, optimizer=SGD(0.1), seed=0, test=(x2, t2))

Every epoch visits every example once, in an order that depends on the seed and the epoch's number
alone; the last batch of an epoch is smaller when the batch does not divide the examples. So a run
that is stopped anywhere and resumed from its checkpoint on the same machine ends in the same bits
as one that was not.
"""

from __future__ import annotations

import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

__all__ = ["SGD", "Adam", "CheckpointError", "History", "Momentum", "batches", "train"]

Array = np.ndarray
Arrays = Mapping[str, Array]


class Network(Protocol):
    """What `train` needs; `trace(x, t)`, every forward value by name, is welcome."""

    params: Arrays
    grads: Arrays

    def forward(self, x: Array, t: Array) -> Any: ...
    def backward(self) -> Any: ...
    def accuracy(self, x: Array, t: Array) -> float: ...


class Optimizer(Protocol):
    """An update rule: frozen numbers; what it remembers is in the state that `begin` makes."""

    def begin(self, params: Arrays) -> dict[str, Array]: ...
    def update(self, params: Arrays, grads: Arrays, state: Arrays) -> None: ...


class CheckpointError(ValueError):
    """A checkpoint cannot be read, or belongs to another run."""


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: w <- w - rate*g (Robbins and Monro 1951).

    >>> params = {"w": np.array([1.0])}
    >>> SGD(rate=0.5).update(params, {"w": np.array([3.0])}, {})
    >>> params["w"]
    array([-0.5])
    """

    rate: float = 0.01

    def begin(self, params: Arrays) -> dict[str, Array]:
        return {}

    def update(self, params: Arrays, grads: Arrays, state: Arrays) -> None:
        for name, w in params.items():
            w -= self.rate * grads[name]


@dataclass(frozen=True)
class Momentum:
    """Classical momentum: v <- momentum*v - rate*g, w <- w + v.

    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964), as written
    by Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in
    deep learning" (ICML 2013), equations 1 and 2.
    """

    rate: float = 0.01
    momentum: float = 0.9

    def begin(self, params: Arrays) -> dict[str, Array]:
        return {f"v.{name}": np.zeros_like(w) for name, w in params.items()}

    def update(self, params: Arrays, grads: Arrays, state: Arrays) -> None:
        for name, w in params.items():
            v = state[f"v.{name}"]
            v *= self.momentum
            v -= self.rate * grads[name]
            w += v


@dataclass(frozen=True)
class Adam:
    """Adam with bias correction: Kingma and Ba, "Adam" (ICLR 2015), algorithm 1.

    m <- beta1*m + (1 - beta1)*g, v <- beta2*v + (1 - beta2)*g**2,
    w <- w - rate * m/(1 - beta1**k) / (sqrt(v/(1 - beta2**k)) + epsilon), k = 1, 2, ...
    """

    rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def begin(self, params: Arrays) -> dict[str, Array]:
        state = {"k": np.zeros((), np.int64)}
        for name, w in params.items():
            state |= {f"m.{name}": np.zeros_like(w), f"v.{name}": np.zeros_like(w)}
        return state

    def update(self, params: Arrays, grads: Arrays, state: Arrays) -> None:
        state["k"][...] += 1
        k = int(state["k"])
        for name, w in params.items():
            g, m, v = grads[name], state[f"m.{name}"], state[f"v.{name}"]
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * (g * g)
            step = np.sqrt(v / (1 - self.beta2**k))
            step += self.epsilon
            np.divide(m, step, out=step)
            step *= self.rate / (1 - self.beta1**k)
            w -= step


@dataclass
class History:
    """What training saw: the loss of every step, and accuracies after every epoch."""

    loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)


def batches(examples: int, batch: int, seed: int, epoch: int) -> Iterator[Array]:
    """The rows of every batch of an epoch, shuffled by the seed and the epoch's number.

    >>> [rows.tolist() for rows in batches(5, 2, seed=0, epoch=1)]
    [[1, 4], [3, 0], [2]]
    """
    order = np.random.default_rng([seed, epoch]).permutation(examples)
    for start in range(0, examples, batch):
        yield order[start : start + batch]


def train(
    net: Network,
    x: Array,
    t: Array,
    *,
    epochs: int,
    batch: int,
    optimizer: Optimizer,
    seed: int,
    test: tuple[Array, Array] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    every: int | None = None,
    progress: bool = True,
    each_epoch: Callable[[int, History], None] | None = None,
) -> History:
    """Train a network in place.

    Args:
        net: the network; its parameters are changed.
        x: examples, (N, ...).
        t: labels, one row an example.
        epochs: how often every example is visited.
        batch: examples a step; an epoch's last step takes what is left.
        optimizer: the update rule.
        seed: of the order of the examples, 0 or more.
        test: examples and labels that are only judged.
        checkpoint: a file to resume from if it is there, replaced after every epoch.
        every: steps after which the checkpoint is replaced within an epoch too.
        progress: whether to draw a bar on a terminal; a pipe gets none.
        each_epoch: called with the epoch's number, from 1, and the history so far.

    Returns:
        The history, with that of the run that was resumed.

    Raises:
        CheckpointError: the checkpoint is damaged, or of another run.
        FloatingPointError: a value is nan or infinite; the message names the first one.
        ValueError: an argument makes no sense.
    """
    if min(epochs, batch, seed + 1) < 1:
        raise ValueError(f"{epochs=}, {batch=}, {seed=}: must be 1, 1, 0 or more")
    x, t = np.asarray(x), np.asarray(t)
    if not len(x) == len(t) > 0:
        raise ValueError(f"x has {len(x)} examples, but t has {len(t)}")
    history, state, store = History(), optimizer.begin(net.params), None
    steps = -(-len(x) // batch)
    if checkpoint is not None:
        data = _digest(x, t, *(test or ()))
        run = f"{type(net).__name__}, {optimizer}, {batch=}, {seed=}, data {data}"
        store = _Checkpoint(Path(checkpoint), run)
        history = store.resume(net, state, epochs * steps) or history
    done = len(history.loss)
    for epoch in range(done // steps + 1, epochs + 1):
        title, order = f"epoch {epoch}/{epochs}", batches(len(x), batch, seed, epoch)
        with closing(_drawn(order, title, steps, history, progress)) as drawn:
            for step, rows in enumerate(drawn, 1):
                if (epoch - 1) * steps + step <= done:
                    continue
                where = f"epoch {epoch}, step {step}"
                loss = _step(net, x[rows], t[rows], optimizer, state, where)
                history.loss.append(loss)
                if store and every and step % every == 0 and step < steps:
                    store.save(net, state, history)
        if broken := _broken(_live(net, state)):
            raise FloatingPointError(f"after epoch {epoch}: {broken}")
        history.train_accuracy.append(float(net.accuracy(x, t)))
        if test is not None:
            history.test_accuracy.append(float(net.accuracy(*test)))
        if store:
            store.save(net, state, history)
        if each_epoch is not None:
            each_epoch(epoch, history)
    return history


def _step(
    net: Network, x: Array, t: Array, optimizer: Optimizer, state: Arrays, where: str
) -> float:
    """One step; returns the loss before it. A gradient that is not finite changes nothing."""
    with np.errstate(all="ignore"):  # what is not finite is found and named below
        loss = float(net.forward(x, t))
        if np.isfinite(loss):
            net.backward()
            if all(np.isfinite(g).all() for g in net.grads.values()):
                optimizer.update(net.params, net.grads, state)
                return loss
        values = {"the input x": x} | _live(net, {})
        if trace := getattr(net, "trace", None):
            values |= {f"forward value {k}": v for k, v in trace(x, t).items()}
        if np.isfinite(loss):  # the backward pass makes the last gradient first
            values |= {f"gradient of {k}": net.grads[k] for k in [*net.grads][::-1]}
        broken = _broken(values | {"the loss": np.array(loss)})
    raise FloatingPointError(f"{where}, loss {loss:.4g}: {broken}")


def _broken(values: Arrays) -> str:
    """Names the first value that is not finite, "" if all are."""
    for name, value in values.items():
        count = np.size(value) - np.count_nonzero(np.isfinite(value))
        if count:
            entries = f"{count} of {np.size(value)} entries"
            return f"{name} is the first value that is not finite ({entries})"
    return ""


class _Checkpoint:
    """A file with everything that a run needs to go on, replaced as a whole."""

    def __init__(self, path: Path, run: str) -> None:
        self.path, self.run = path, run

    def save(self, net: Network, state: Arrays, history: History) -> None:
        arrays = {"run": np.array(self.run)} | _live(net, state)
        for name, values in vars(history).items():
            arrays[f"history {name}"] = np.array(values)
        part = self.path.with_name(f".{self.path.name}.part")
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)

    def resume(self, net: Network, state: Arrays, most: int) -> History | None:
        """Fills parameters and state in place; None if there is no file yet."""
        if not self.path.exists():
            return None
        try:
            with np.load(self.path, allow_pickle=False) as file:
                found = dict(file)
            run = found.pop("run").item()
            past = [found.pop(f"history {name}").tolist() for name in vars(History())]
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
            raise CheckpointError(f"{self.path} is damaged, or no checkpoint") from None
        if run != self.run:
            raise CheckpointError(f"{self.path} is of {run}; this run is {self.run}")
        if len(past[0]) > most:
            raise CheckpointError(f"{self.path} has {len(past[0])} steps, not {most}")
        live = _live(net, state)
        for name in sorted(live.keys() | found.keys()):
            was, now = _kind(found.get(name)), _kind(live.get(name))
            if was != now:
                raise CheckpointError(f"{self.path}: {name} is {was}, but here {now}")
        for name, array in live.items():
            array[...] = found[name]
        return History(*past)


def _live(net: Network, state: Arrays) -> dict[str, Array]:
    """The arrays that training changes."""
    named = {f"parameter {name}": array for name, array in net.params.items()}
    return named | {f"state {name}": array for name, array in state.items()}


def _kind(array: Array | None) -> str:
    return "missing" if array is None else f"{array.dtype}{list(array.shape)}"


def _digest(*arrays: Array) -> str:
    """Tells other data from the same data."""
    value = 0
    for array in map(np.ascontiguousarray, arrays):
        value = zlib.crc32(array.tobytes(), zlib.crc32(_kind(array).encode(), value))
    return f"{value:08x}"


def _drawn(
    items: Iterable[Array], title: str, steps: int, history: History, wanted: bool
) -> Generator[Array]:
    """The batches; on a terminal a bar with loss and accuracy is drawn meanwhile."""
    shown = wanted and sys.stderr.isatty()
    accuracy = (history.test_accuracy or history.train_accuracy)[-1:]
    ending = f", accuracy {accuracy[0]:.4f}" if accuracy else ""
    try:
        for number, rows in enumerate(items, 1):
            yield rows
            percent = 100 * number // steps
            if shown and percent > 100 * (number - 1) // steps:
                bar = f"{title} |{'#' * (percent // 4):25}| {number}/{steps}"
                sys.stderr.write(f"\r{bar}, loss {history.loss[-1]:.4f}{ending}\033[K")
    finally:
        if shown:
            sys.stderr.write("\r\033[K")

"""A run that was killed and resumed ends in the same bits; other files are refused."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from training import killed
from training.plain_net import PlainNet, problem

from symbp.training import SGD, CheckpointError, Momentum, train

ROOT = Path(__file__).resolve().parents[2]
HERE = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def kill(*arguments):
    command = [sys.executable, killed.__file__, *map(str, arguments)]
    assert subprocess.run(command, env=HERE, check=False).returncode == -signal.SIGKILL


def assert_same_run(one, other):
    (params, history), (others, past) = one, other
    assert history == past
    for name, value in params.items():
        assert value.tobytes() == others[name].tobytes(), name


# Three epochs of five steps: the first step, within an epoch, at its end, in the last.
@pytest.mark.parametrize("at", [0, 1, 3, 5, 9, 14])
@pytest.mark.parametrize("optimizer", killed.OPTIMIZERS)
def test_killed_before_a_step(tmp_path, optimizer, at):
    path = tmp_path / "run.npz"
    kill(path, optimizer, at)
    assert path.exists() == (at >= 2)
    whole = killed.run(None, optimizer)
    assert_same_run(killed.run(path, optimizer), whole)
    # A run that is finished is read back, not run.
    assert_same_run(killed.run(path, optimizer, left=0), whole)


@pytest.mark.parametrize("at", [0, 1, 2, 5])
def test_killed_while_writing(tmp_path, at):
    path = tmp_path / "run.npz"
    kill(path, "adam", at, "while writing")
    assert path.exists() == (at > 0)
    assert_same_run(killed.run(path, "adam"), killed.run(None, "adam"))
    assert os.listdir(tmp_path) == ["run.npz"]


def start(path, net=None, **changed):
    x, t = problem()
    net = net or PlainNet(6, 8, 3)
    settings = {"epochs": 2, "batch": 32, "optimizer": SGD(0.1), "seed": 0} | changed
    x = settings.pop("x", x)
    return train(net, x, t, checkpoint=path, **settings)


def test_more_epochs_go_on(tmp_path):
    path = tmp_path / "run.npz"
    start(path)
    assert start(path, epochs=4) == start(None, epochs=4)


OTHERS = {
    "optimizer": ({"optimizer": Momentum(0.1)}, r"PlainNet, SGD\(.*; this run is .*Momentum\("),
    "rate": ({"optimizer": SGD(0.2)}, r"SGD\(rate=0.1\).*; this run is .*SGD\(rate=0.2\)"),
    "batch": ({"batch": 31}, "batch=32.*; this run is .*batch=31"),
    "seed": ({"seed": 1}, "seed=0.*; this run is .*seed=1"),
    "data": ({"x": problem()[0] + 1}, "data .*; this run is .*data "),
    "test": ({"test": problem(5)}, "data .*; this run is .*data "),
    "epochs": ({"epochs": 1}, "has 10 steps, not 5$"),
    "shape": ({"net": PlainNet(6, 9, 3)}, r"parameter W1 is float64\[6, 8\], .* float64\[6, 9\]"),
    "dtype": (
        {"net": PlainNet(6, 8, 3, dtype="float32")},
        r"parameter W1 is float64\[6, 8\], but here float32\[6, 8\]",
    ),
}


@pytest.mark.parametrize(("changed", "message"), OTHERS.values(), ids=OTHERS)
def test_refuses_the_checkpoint_of_another_run(tmp_path, changed, message):
    path = tmp_path / "run.npz"
    start(path)
    net = changed.get("net", PlainNet(6, 8, 3))
    before = {name: value.copy() for name, value in net.params.items()}
    with pytest.raises(CheckpointError, match=f"^{re.escape(str(path))}.*{message}"):
        start(path, **{"net": net, **changed})
    for name, value in net.params.items():
        np.testing.assert_array_equal(value, before[name])


def pickled(path):
    np.savez(path, run=np.array([{}], dtype=object))


DAMAGED = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("W1 = 3\n"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:900]),
    "a byte flipped": lambda path: path.write_bytes(
        path.read_bytes()[:500] + b"\xff" + path.read_bytes()[501:]
    ),
    "an array": lambda path: np.save(path.open("wb"), np.zeros(3)),
    "other arrays": lambda path: np.savez(path, W1=np.zeros(3)),
    "a number for the run": lambda path: np.savez(path, run=np.zeros(3)),
    "pickled": pickled,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_refuses_what_is_no_checkpoint(tmp_path, damage):
    path = tmp_path / "run.npz"
    start(path)
    damage(path)
    message = f"^{re.escape(str(path))} is damaged, or no checkpoint$"
    with pytest.raises(CheckpointError, match=message):
        start(path)

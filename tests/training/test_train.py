"""Training: order, reproducibility, what is drawn, what is refused."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from training.plain_net import PlainNet, problem

from symbp.training import SGD, Adam, batches, train

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "symbp" / "training.py"


def run(seed=0, **options):
    net = PlainNet(6, 16, 3)
    settings = {"epochs": 3, "batch": 32, "optimizer": SGD(0.5)} | options
    return net, train(net, *problem(), seed=seed, **settings)


def test_every_epoch_visits_every_example_once():
    epochs = [list(batches(130, 32, seed=7, epoch=epoch)) for epoch in (1, 2)]
    for found in epochs:
        assert [len(rows) for rows in found] == [32, 32, 32, 32, 2]
        assert sorted(np.concatenate(found)) == list(range(130))
    assert not np.array_equal(epochs[0][0], epochs[1][0])


def test_history_has_every_step_and_every_epoch():
    seen = []
    net, history = run(test=problem(50), each_epoch=lambda epoch, h: seen.append(len(h.loss)))
    assert seen == [5, 10, 15]
    assert len(history.train_accuracy) == len(history.test_accuracy) == 3
    assert history.train_accuracy[-1] == net.accuracy(*problem())
    assert run()[1].test_accuracy == []


def test_it_learns():
    _, history = run(epochs=40, optimizer=Adam(0.01))
    assert history.train_accuracy[-1] > 0.95
    assert history.loss[-1] < 0.3 * history.loss[0]


def test_seed_decides_everything():
    (one, first), (two, second), (other, _) = run(seed=3), run(seed=3), run(seed=4)
    assert first == second
    for name, value in one.params.items():
        np.testing.assert_array_equal(value, two.params[name])
    assert not np.array_equal(one.params["W1"], other.params["W1"])


def test_first_step_is_the_one_by_hand():
    x, t = problem()
    rows = next(batches(len(x), 130, seed=0, epoch=1))
    by_hand = PlainNet(6, 16, 3)
    loss = by_hand.forward(x[rows], t[rows])
    by_hand.backward()
    net, history = run(epochs=1, batch=130)
    assert history.loss == [loss]
    for name, value in by_hand.params.items():
        np.testing.assert_array_equal(net.params[name], value - 0.5 * by_hand.grads[name])


def test_labels_may_be_a_list():
    x, t = problem()
    train(PlainNet(6, 4, 3), x, list(t), epochs=1, batch=10, optimizer=SGD(), seed=0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"epochs": 0}, "epochs=0, batch=32, seed=0: must be 1, 1, 0 or more"),
        ({"batch": 0}, "epochs=3, batch=0, seed=0: must be 1, 1, 0 or more"),
        ({"seed": -1}, "epochs=3, batch=32, seed=-1: must be 1, 1, 0 or more"),
    ],
)
def test_refuses_settings(changed, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        run(**changed)


@pytest.mark.parametrize(("examples", "labels"), [(4, 3), (0, 0)])
def test_refuses_examples_without_their_labels(examples, labels):
    x, t = np.zeros((examples, 6)), np.zeros(labels, int)
    with pytest.raises(ValueError, match=f"^x has {examples} examples, but t has {labels}$"):
        train(PlainNet(6, 4, 3), x, t, epochs=1, batch=1, optimizer=SGD(), seed=0)


DRAWS = """
from training.plain_net import PlainNet, problem
from symbp.training import SGD, train
train(PlainNet(6, 4, 3), *problem(), epochs=2, batch=32, optimizer=SGD(), seed=0, progress={})
"""
HERE = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def test_draws_nothing_in_a_pipe():
    command = [sys.executable, "-c", DRAWS.format(True)]
    done = subprocess.run(command, env=HERE, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("wanted", [True, False])
def test_draws_loss_and_accuracy_on_a_terminal(wanted):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", DRAWS.format(wanted)]
    subprocess.run(command, env=HERE, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    drawn = b""
    try:
        while part := os.read(ours, 4096):
            drawn += part
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    if wanted:
        assert b"epoch 1/2 |###" in drawn
        assert b"| 5/5, loss 1." in drawn
        assert b", accuracy 0." in drawn
        assert drawn.endswith(b"\r\033[K")
    else:
        assert drawn == b""


def test_file_works_alone(tmp_path):
    (tmp_path / "training.py").write_text(FILE.read_text())
    code = "import sys, training; print('symbp' in sys.modules, training.SGD(0.1))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False SGD(rate=0.1)\n"

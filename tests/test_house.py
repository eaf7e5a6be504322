"""What the README and the rooms promise."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import symbp
from symbp.catalogue import layers
from symbp.templates import templates_folder

ROOT = Path(__file__).resolve().parent.parent


def test_version_is_written_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "symbp/version.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", symbp.__version__)


def test_readme_has_the_two_commands():
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    last = [command.rpartition("/bin/")[2] for command in commands]
    assert last == ["symbp generate", "pytest -n auto"]


def test_readme_promises_layers_that_exist():
    readme = (ROOT / "README.md").read_text()
    for name in re.findall(r"from generated import (.+)", readme)[0].split(", "):
        assert name in {layer.name for layer in layers()}


def test_templates_are_found_in_a_checkout():
    assert templates_folder() == ROOT / "templates"


def test_imports_run_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_wheel_carries_the_templates(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, unpacked], check=True)
    code = "from symbp.templates import templates_folder; print(templates_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unpacked, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(unpacked / "symbp" / "_templates")


def test_no_module_imports_itself_in_a_circle():
    """Not inside of a room either: each can be read from its leaves up."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "symbp").rglob("*.py")
    }
    graph = {}
    for name, path in modules.items():
        imports = [
            n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)
        ]
        names = {f"{node.module}.{alias.name}" for node in imports for alias in node.names}
        named = {one if one in modules else one.rpartition(".")[0] for one in names}
        graph[name] = (named & modules.keys()) - {name}
    graphlib.TopologicalSorter(graph).prepare()

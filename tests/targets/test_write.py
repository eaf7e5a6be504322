"""Files are written whole or not at all, and nobody's own file is touched."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symbp.errors import SymbpError
from symbp.targets.code import SourceFile
from symbp.targets.package import render_package
from symbp.targets.write import classes_left, compare, write


def module(name: str, body: str = "", origin: str = "symbp/catalogue/some.toml") -> SourceFile:
    head = f'"""A layer.\n\nMade by symbp 0.1.0 from [X] of {origin}; do not edit.\n"""\n'
    class_name = name.capitalize()
    return SourceFile(f"{name}.py", f'{head}\n__all__ = ["{class_name}"]\n{body}')


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_writes_what_changed_only(tmp_path):
    folder = tmp_path / "a" / "generated"
    first = [module("one"), module("two"), render_package(["One", "Two"])]
    changes = write(first, folder)
    assert [file.path for file in changes.written] == ["one.py", "two.py", "__init__.py"]
    assert contents(folder) == {file.path: file.text for file in first}
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    changes = write([module("one"), module("two", "# new\n"), first[2]], folder)
    assert [file.path for file in changes.written] == ["two.py"]
    assert changes.unchanged == 2
    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert [name for name in after if after[name] != before[name]] == ["two.py"]


def test_compare_changes_nothing_and_tells_the_difference(tmp_path):
    write([module("one"), module("gone")], tmp_path)
    before = contents(tmp_path)
    changes = compare([module("one", "# new\n"), module("two")], tmp_path, whole=True)
    assert changes
    assert contents(tmp_path) == before
    assert "--- a/one.py\n+++ b/one.py\n" in changes.diff
    assert "+# new\n" in changes.diff
    assert "--- /dev/null\n+++ b/two.py\n" in changes.diff
    assert "--- a/gone.py\n+++ /dev/null\n" in changes.diff
    assert not compare([module("one")], tmp_path)


def test_what_the_catalogue_makes_no_longer_is_removed(tmp_path):
    mine = module("mine", origin="mine.toml")
    own = SourceFile("own.py", '__all__ = ["Own"]\n')
    write([module("one"), module("two"), mine, own], tmp_path)
    assert write([module("one")], tmp_path).removed == ()
    assert classes_left([module("one")], tmp_path, whole=True) == {"Mine"}
    assert classes_left([module("one")], tmp_path) == {"Mine", "Two"}
    assert write([module("one")], tmp_path, whole=True).removed == ("two.py",)
    assert sorted(contents(tmp_path)) == ["mine.py", "one.py", "own.py"]


@pytest.mark.parametrize("name", ["one.py", "__init__.py"])
def test_somebodys_own_file_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine = 1\n")
    with pytest.raises(SymbpError, match=f"{name} was not made by symbp and is left alone: move"):
        write([module("one"), render_package(["One"])], tmp_path)
    assert contents(tmp_path) == {name: "mine = 1\n"}


def test_litter_of_a_killed_run_is_cleaned(tmp_path):
    (tmp_path / ".symbp-abc123").write_text("half")
    write([module("one")], tmp_path)
    assert list(contents(tmp_path)) == ["one.py"]


def test_files_can_be_read_by_others(tmp_path):
    write([module("one")], tmp_path)
    (tmp_path / "plain").touch()
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


WRITER = """
import sys
from pathlib import Path
from symbp.targets.code import SourceFile
from symbp.targets.write import write
mark = "# Made by symbp\\n"
print("ready", flush=True)
for turn in range(10**6):
    files = [SourceFile(f"m{n}.py", mark + f"# {turn}\\n" * 20000) for n in range(3)]
    write(files, Path(sys.argv[1]))
"""


def test_killed_at_any_moment(tmp_path):
    chance = random.Random(0)
    for _ in range(12):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0.005, 0.08))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for path in tmp_path.glob("*.py"):
            mark, *lines = path.read_text().splitlines()
            assert mark == "# Made by symbp"
            assert len(lines) == 20000, path
            assert len(set(lines)) == 1, path
        assert all(path.suffix == ".py" or path.name[0] == "." for path in tmp_path.iterdir())

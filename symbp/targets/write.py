"""Writing modules to a folder: whole files or nothing, and only those that changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from symbp.atomic import TEMPORARY, put
from symbp.errors import SymbpError
from symbp.targets.code import SourceFile
from symbp.targets.header import CATALOGUE, MARK

__all__ = ["Changes", "classes_left", "compare", "write"]

_HEAD = 2000


@dataclass(frozen=True)
class Changes:
    """What a folder lacks to be what it should be.

    Args:
        written: files that are new or differ, in the order of writing.
        removed: names of modules that symbp made and makes no longer.
        unchanged: how many files are already right.
        diff: the unified difference from the folder to what it should be.
    """

    written: tuple[SourceFile, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    diff: str = ""

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def compare(files: Iterable[SourceFile], folder: Path, whole: bool = False) -> Changes:
    """Find what `write` would change, and change nothing.

    Args:
        files: what should be in the folder, at its top level.
        folder: it need not exist.
        whole: the files are the whole catalogue, so that other modules made from the catalogue
            are left over from earlier and go.

    Raises:
        SymbpError: a file of that name is there and was not made by symbp.
    """
    written, difference, unchanged = [], [], 0
    made = sorted(files, key=lambda file: (file.path == "__init__.py", file.path))
    for file in made:
        old = _read(folder / file.path)
        if old == file.text:
            unchanged += 1
            continue
        if old is not None and not _ours(old):
            raise SymbpError(
                f"{folder / file.path} was not made by symbp and is left alone: move it away, "
                "or choose another folder with --out"
            )
        written.append(file)
        difference += _difference(file.path, old or "", file.text)
    removed = _left_over({file.path for file in made}, folder) if whole else ()
    for name in removed:
        difference += _difference(name, _read(folder / name) or "", "")
    return Changes(tuple(written), removed, unchanged, "".join(difference))


def write(files: Iterable[SourceFile], folder: Path, whole: bool = False) -> Changes:
    """Make the folder what it should be; see `compare` for the arguments.

    Each file is written beside its place and put there in one step, so that a reader, or a
    process killed at any moment, finds the old file or the new one, whole. `__init__.py` comes
    after the modules that it names, and modules are removed after that.

    Returns:
        What was changed.
    """
    changes = compare(files, folder, whole)
    folder.mkdir(parents=True, exist_ok=True)
    for litter in folder.glob(f"{TEMPORARY}*"):
        litter.unlink(missing_ok=True)
    for file in changes.written:
        put(folder / file.path, file.text)
    for name in changes.removed:
        (folder / name).unlink(missing_ok=True)
    return changes


def classes_left(files: Iterable[SourceFile], folder: Path, whole: bool = False) -> set[str]:
    """The classes of modules that symbp made in the folder before and that stay; see `compare`."""
    made = {file.path for file in files}
    gone = set(_left_over(made, folder)) if whole else set()
    found = set()
    for path in sorted(folder.glob("*.py")):
        text = _read(path) or ""
        if path.name not in made | gone | {"__init__.py"} and _ours(text):
            found.update(re.findall(r'^__all__ = \["(\w+)"\]$', text, flags=re.MULTILINE))
    return found


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _ours(text: str) -> bool:
    """Whether symbp made a file: its docstring says so."""
    return MARK in text[:_HEAD]


def _left_over(made: set[str], folder: Path) -> tuple[str, ...]:
    """The modules that were made from the catalogue and are not made from it now."""
    suffixes = {PurePath(name).suffix for name in made}
    there = {path.name for path in folder.glob("*.*") if path.suffix in suffixes}
    names = sorted(there - made - {"__init__.py"})
    heads = {name: (_read(folder / name) or "")[:_HEAD] for name in names}
    return tuple(name for name in names if MARK in heads[name] and CATALOGUE in heads[name])


def _difference(name: str, old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"a/{name}" if old else "/dev/null",
        f"b/{name}" if new else "/dev/null",
    )
    return [
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    ]

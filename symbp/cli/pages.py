"""Files of reports: marked as symbp's own, and no other file is ever written over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from symbp.atomic import put
from symbp.errors import SymbpError
from symbp.version import __version__

__all__ = ["check_free", "put_page"]

MARK = "Made by symbp"
COMMENTS = {".html": "<!-- {} -->", ".md": "<!-- {} -->", ".tex": "% {}"}


def check_free(paths: Iterable[Path]) -> None:
    """See that nothing which symbp did not write stands in the place of a page.

    Raises:
        SymbpError: there is such a file.
    """
    for path in paths:
        if path.exists() and not _is_ours(path):
            raise SymbpError(
                f"{path} was not made by symbp and is left alone: move it away, or choose another "
                "folder with --out"
            )


def put_page(path: Path, text: str) -> int:
    """Write a page if it is not there already, and say how many were written.

    Raises:
        SymbpError: there is a file that symbp did not write.
    """
    comment = COMMENTS[path.suffix].format(f"{MARK} {__version__}; do not edit.")
    first, rest = text.split("\n", 1) if path.suffix == ".html" else ("", text)
    page = f"{first}\n{comment}\n{rest}" if first else f"{comment}\n{rest}"
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == page:
        return 0
    check_free([path])
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, page)
    return 1


def _is_ours(path: Path) -> bool:
    """Whether one of the first two lines says that symbp made the file."""
    if not path.is_file():
        return False
    head = path.read_bytes()[:500].decode("utf-8", errors="replace").split("\n")[:2]
    return any(MARK in line for line in head)

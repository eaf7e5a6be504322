"""Writing a file in one step: a reader finds the old file or the new one, whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["TEMPORARY", "put"]

TEMPORARY = ".symbp-"


def put(path: Path, text: str) -> None:
    """Write a text file beside its place, and put it there in one step.

    Args:
        path: the file; its folder exists.
        text: what it is to hold, in UTF-8 with line feeds between lines.
    """
    handle, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

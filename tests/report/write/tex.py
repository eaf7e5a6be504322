"""Compiling LaTeX, where there is a TeX."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["assert_within_the_page", "compiled", "has_chinese", "needs_pdflatex"]

WIDEST = 10.0  # points that a line may stick out
CHINESE = ("xelatex", "ctex.sty", "pzdr.tfm")
REQUIRED = bool(os.environ.get("SYMBP_TEX"))  # set where a TeX must be there

needs_pdflatex = pytest.mark.skipif(
    not REQUIRED and shutil.which("pdflatex") is None, reason="needs pdflatex"
)


def compiled(source: str, folder: Path, engine: str, runs: int = 2) -> str:
    """The log of the last run."""
    (folder / "report.tex").write_text(source, encoding="utf-8")
    options = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
    for _ in range(runs):
        run = subprocess.run(
            [engine, *options, "report.tex"], cwd=folder, capture_output=True, timeout=300
        )
        log = (folder / "report.log").read_text(encoding="utf-8", errors="replace")
        assert run.returncode == 0, log[-2000:]
    assert (folder / "report.pdf").stat().st_size > 10_000
    return log


def has_chinese() -> bool:
    if shutil.which("kpsewhich") is None or shutil.which(CHINESE[0]) is None:
        return False
    found = (subprocess.run(["kpsewhich", name], capture_output=True) for name in CHINESE[1:])
    return all(run.returncode == 0 for run in found)


def assert_within_the_page(log: str) -> None:
    wide = [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0.0) <= WIDEST

"""The report of every layer of the catalogue compiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from report.write.tex import assert_within_the_page, compiled, needs_pdflatex

from symbp.catalogue import layers
from symbp.reports import report

BY_NAME = {layer.name: layer for layer in layers()}


@pytest.mark.tex
@pytest.mark.slow
@needs_pdflatex
@pytest.mark.parametrize("name", BY_NAME)
def test_it_compiles_and_stays_within_the_page(name: str, tmp_path: Path) -> None:
    found = report(BY_NAME[name], judged=name in ("Sigmoid", "TwoLayerNet"))
    assert_within_the_page(compiled(found.to_latex(), tmp_path, "pdflatex", runs=1))

"""Reads Python text into the tree of emitted code."""

from __future__ import annotations

from dataclasses import replace

from symbp.targets.reading import expression, parsed
from symbp.targets.tree import Assign, Augment, Do, Statement

__all__ = ["expression", "statement"]


def statement(text: str, equation: str = "", origin: str = "") -> Statement:
    """One statement; with the equation that it computes."""
    (one,) = parsed(text)
    assert isinstance(one, Assign | Augment | Do)
    return replace(one, equation=equation, origin=origin)

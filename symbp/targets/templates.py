"""How the templates of emitted code are loaded."""

from __future__ import annotations

from functools import cache

import jinja2

from symbp.targets.blocks import Raise
from symbp.targets.lines import lines_of
from symbp.targets.tree import Message, call
from symbp.templates import templates_folder

__all__ = ["environment"]


@cache
def environment() -> jinja2.Environment:
    """Jinja, strict about undefined names; templates only loop over finished lines."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters["raised_as"] = _raised
    return made


def _raised(sentence: str, error: str, depth: int, cause: str = "") -> str:
    """A raise of an error that says a sentence; its first line is not indented."""
    lines = lines_of([Raise(call(error, Message(sentence)), cause)], depth)
    return "\n".join(lines).lstrip()

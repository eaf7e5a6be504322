"""How the templates of emitted code are loaded."""

from __future__ import annotations

from functools import cache

import jinja2

from symbp.targets.layout import raise_statement
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
    made.filters["raised_as"] = raise_statement
    return made

"""Where the templates are, and how they are loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from symbp.emit.layout import raise_statement
from symbp.errors import InternalError

__all__ = ["environment", "templates_folder"]


def templates_folder() -> Path:
    """The folder of templates: inside the package in an installed wheel, beside it in a checkout.

    Raises:
        InternalError: it is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_templates", package.parent / "templates"):
        if (folder / "layer.py.jinja").is_file():
            return folder
    raise InternalError(f"no templates beside {package}; reinstall symbp")


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

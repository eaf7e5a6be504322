"""Where the templates are."""

from __future__ import annotations

from pathlib import Path

from symbp.errors import InternalError

__all__ = ["templates_folder"]


def templates_folder() -> Path:
    """The folder of templates: inside the package in an installed wheel, beside it in a checkout.

    Raises:
        InternalError: it is in neither place.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_templates", package.parent / "templates"):
        if (folder / "layer.py.jinja").is_file():
            return folder
    raise InternalError(f"no templates beside {package}; reinstall symbp")

"""The `__init__.py` of a folder of emitted modules."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.notation.names import snake_case
from symbp.targets.code import SourceFile
from symbp.targets.header import MARK
from symbp.targets.lines import lines_of
from symbp.targets.templates import environment
from symbp.targets.tree import Assign, Display, Literal, Name
from symbp.version import __version__

__all__ = ["render_package"]


def render_package(classes: Iterable[str]) -> SourceFile:
    """The `__init__.py` that hands the classes of all modules on."""
    names = sorted(classes)
    handed_on = Display(tuple(Literal(f'"{name}"') for name in names))
    text = (
        environment()
        .get_template("package.py.jinja")
        .render(
            version=__version__,
            header=[
                f"{MARK} {__version__}. Each layer is a module of its own that needs NumPy alone."
            ],
            names=lines_of([Assign(Name("__all__"), handed_on)], 0),
            modules=["_MODULES = {", *(f'    "{n}": "{snake_case(n)}",' for n in names), "}"],
        )
    )
    return SourceFile("__init__.py", text)

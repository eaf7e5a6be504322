"""Which target a command is about."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from symbp.cli.layers import nearest_hint
from symbp.errors import SymbpError

if TYPE_CHECKING:
    from symbp.targets.target import Target

__all__ = ["runnable", "target_named", "target_option"]

target_option = click.option(
    "--target",
    default="numpy",
    metavar="TARGET",
    show_default=True,
    help="numpy; numba, loops that it compiles; or text, the array program for a look at it.",
)


def target_named(name: str) -> Target:
    """A target.

    Raises:
        SymbpError: there is none of the name.
    """
    from symbp.targets.registry import TARGETS

    if name not in TARGETS:
        *others, last = TARGETS
        hint = nearest_hint(name, TARGETS) or f"; there are {', '.join(others)} and {last}"
        raise SymbpError(f"no target `{name}`{hint}")
    return TARGETS[name]


def runnable(name: str) -> Target:
    """A target whose classes can be run here.

    Raises:
        SymbpError: there is none of the name, it has no classes, or needs what is not installed.
    """
    target = target_named(name)
    if not target.runs:
        raise SymbpError(f"what the target `{name}` emits cannot be run")
    for package in target.needs:
        if find_spec(package) is None:
            raise SymbpError(f'{package} is not installed: pip install "symbp[{package}]"')
    return target

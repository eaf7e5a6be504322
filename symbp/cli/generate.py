"""`symbp generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbp.cli.layers import (
    chosen,
    files_argument,
    nearest_hint,
    only_option,
    progress,
    read_all,
    say_inputs,
)
from symbp.errors import SymbpError

if TYPE_CHECKING:
    from symbp.targets.write import Changes

__all__ = ["generate"]

DIFFERENT = 1


@click.command(short_help="Emit layers as NumPy modules, or for another target.")
@files_argument
@only_option
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder to write into; `generated`, or `generated_TARGET`, unless given.",
)
@click.option(
    "--target",
    default="numpy",
    metavar="TARGET",
    show_default=True,
    help="What to emit: numpy, or text, the array program for a look at it.",
)
@click.option("--check", is_flag=True, help="Write nothing; print the difference, exit 1 if any.")
def generate(
    files: tuple[Path, ...], only: tuple[str, ...], out: Path | None, target: str, check: bool
) -> int:
    """Emit the layers of FILE..., or of the catalogue, as NumPy modules or for another target."""
    from symbp import pipeline
    from symbp.targets.registry import TARGETS
    from symbp.targets.write import classes_left, compare, write

    if target not in TARGETS:
        hint = nearest_hint(target, TARGETS) or f"; there are {' and '.join(TARGETS)}"
        raise SymbpError(f"no target `{target}`{hint}")
    chosen_target = TARGETS[target]
    out = out or Path("generated" if target == "numpy" else f"generated_{target}")
    if out.exists() and not out.is_dir():
        raise SymbpError(f"--out {out} is a file: give a folder")
    layers = chosen(read_all(files), only)
    say_inputs(layers)
    whole = not files and not only
    sources = [pipeline.emit(layer, chosen_target) for layer in progress(layers, "generate")]
    if chosen_target.package:
        names = {layer.name for layer in layers} | classes_left(sources, out, whole)
        sources.append(chosen_target.package(names))
    if check:
        changes = compare(sources, out, whole)
        click.echo(changes.diff, nl=False)
        return DIFFERENT if changes else 0
    click.echo(_summary(write(sources, out, whole), out))
    return 0


def _summary(changes: Changes, out: Path) -> str:
    parts = [f"{len(changes.written)} written", f"{changes.unchanged} unchanged"]
    if changes.removed:
        parts.append(f"{len(changes.removed)} removed")
    return f"{out}: {', '.join(parts)}"

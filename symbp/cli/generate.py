"""`symbp generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbp.cli.layers import chosen, files_argument, only_option, progress, read_all, say_inputs
from symbp.errors import SymbpError

if TYPE_CHECKING:
    from symbp.targets.write import Changes

__all__ = ["generate"]

DIFFERENT = 1


@click.command(short_help="Emit layers as NumPy modules.")
@files_argument
@only_option
@click.option(
    "--out",
    default=Path("generated"),
    metavar="DIR",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The folder to write into.",
)
@click.option("--check", is_flag=True, help="Write nothing; print the difference, exit 1 if any.")
def generate(files: tuple[Path, ...], only: tuple[str, ...], out: Path, check: bool) -> int:
    """Emit the layers of FILE..., or of the catalogue, as NumPy modules."""
    from symbp import pipeline
    from symbp.targets.package import render_package
    from symbp.targets.write import classes_left, compare, write

    if out.exists() and not out.is_dir():
        raise SymbpError(f"--out {out} is a file: give a folder")
    layers = chosen(read_all(files), only)
    say_inputs(layers)
    whole = not files and not only
    modules = [pipeline.emit(layer) for layer in progress(layers, "generate")]
    names = {layer.name for layer in layers} | classes_left(modules, out, whole)
    sources = [*modules, render_package(names)]
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

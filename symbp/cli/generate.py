"""`symbp generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbp.cli.layers import (
    chosen,
    files_argument,
    hvp_option,
    jvp_option,
    only_option,
    products_asked,
    progress,
    read_all,
    say_inputs,
)
from symbp.cli.targets import target_named, target_option
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
@target_option
@jvp_option
@hvp_option
@click.option("--check", is_flag=True, help="Write nothing; print the difference, exit 1 if any.")
def generate(
    files: tuple[Path, ...],
    only: tuple[str, ...],
    out: Path | None,
    target: str,
    jvp: bool,
    hvp: bool,
    check: bool,
) -> int:
    """Emit the layers of FILE..., or of the catalogue, as NumPy modules or for another target."""
    from symbp import pipeline
    from symbp.targets.write import classes_left, compare, write

    chosen_target = target_named(target)
    out = out or Path("generated" if target == "numpy" else f"generated_{target}")
    if out.exists() and not out.is_dir():
        raise SymbpError(f"--out {out} is a file: give a folder")
    layers = chosen(read_all(files, only), only)
    say_inputs(layers)
    whole = not files and not only
    products = products_asked(jvp, hvp)
    sources = [
        pipeline.emit(layer, chosen_target, products) for layer in progress(layers, "generate")
    ]
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

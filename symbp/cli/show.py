"""`symbp list` and `symbp derive`."""

from __future__ import annotations

import shutil
import sys

import click

from symbp.cli.found import one_layer
from symbp.cli.layers import (
    at_option,
    hvp_option,
    jvp_option,
    language_option,
    numbers,
    only_option,
    products_asked,
    say_inputs,
)
from symbp.cli.table import show, table_of

__all__ = ["derive", "list_layers"]

WIDTH = 100


@click.command(name="list", short_help="Show the catalogue.")
def list_layers() -> None:
    """Show the catalogue, with the equations of each layer."""
    from rich.markup import escape

    from symbp import catalogue
    from symbp.calculus import equation_text

    table = table_of("layer", "forward")
    for layer in catalogue.layers():
        equations = "\n".join(eq.source or equation_text(eq) for eq in layer.equations)
        table.add_row(layer.name, escape(equations))
    show(table)


@click.command(short_help="Show a derivation in the terminal.")
@click.argument("what", metavar='NAME|FILE|"y = ..."')
@only_option
@at_option
@language_option
@jvp_option
@hvp_option
@click.option("--check/--no-check", default=True, help="Ask the judges too (default).")
def derive(
    what: str, only: tuple[str, ...], at: str, lang: str, jvp: bool, hvp: bool, check: bool
) -> None:
    """Show the derivation of a layer, step by step.

    The layer is one of the catalogue or of a layer file in this folder, by its NAME; that of a
    layer FILE, with --only NAME where it holds several; or an equation.
    """
    from symbp.reports import report

    layer = one_layer(what, only)
    say_inputs([layer])
    found = report(layer, at=numbers(at), judged=check, products=products_asked(jvp, hvp))
    colour = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if colour else WIDTH
    click.echo(found.to_text(lang, colour, width), nl=False)

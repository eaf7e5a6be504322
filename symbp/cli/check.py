"""`symbp check`."""

from __future__ import annotations

from pathlib import Path

import click

from symbp.cli.layers import chosen, files_argument, only_option, progress, read_all, say_inputs
from symbp.cli.table import show, table_of

__all__ = ["check"]

FAILED = 1


@click.command(short_help="Have the judges look at layers.")
@files_argument
@only_option
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seed of the random arguments.",
)
def check(files: tuple[Path, ...], only: tuple[str, ...], seed: int) -> int:
    """Emit layers to memory and have the three judges look at them."""
    from rich.markup import escape

    from symbp import pipeline
    from symbp.check import JUDGES, Verdict, check_layer

    colours = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.EVIDENCE: "yellow"}
    table = table_of("layer", "judge", "verdict", "what was shown")
    accepted = True
    layers = chosen(read_all(files), only)
    say_inputs(layers)
    for layer in progress(layers, "check"):
        composed = pipeline.composed(layer)  # a network's mathematics, its parameters handed in
        source = pipeline.emit(composed)
        judges = JUDGES if composed is layer else pipeline.JUDGES_OF_NETWORKS
        made = pipeline.load_class(source)
        report = check_layer(composed, made, source.text, seed=seed, judges=judges)
        accepted = accepted and report.ok
        for number, result in enumerate(report.results):
            colour = colours.get(result.verdict, "dim")
            verdict = f"[{colour}]{result.verdict.value}[/]"
            name = "" if number else layer.name
            table.add_row(name, result.judge, verdict, escape(result.detail))
    show(table)
    return 0 if accepted else FAILED

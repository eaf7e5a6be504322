"""`symbp check`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from symbp.cli.layers import (
    chosen,
    files_argument,
    hvp_option,
    jvp_option,
    only_option,
    products_asked,
    read_all,
    say_inputs,
)
from symbp.cli.progress import judging
from symbp.cli.table import show, table_of
from symbp.cli.targets import runnable, target_option

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
@target_option
@jvp_option
@hvp_option
def check(
    files: tuple[Path, ...],
    only: tuple[str, ...],
    seed: int,
    target: str,
    jvp: bool,
    hvp: bool,
) -> int:
    """Emit layers to memory and have the four judges look at them.

    The oracle compares forward with scalar loops in high precision, the gradient judge every entry
    of backward with differences and dual numbers, the certificate the lines run on symbols with
    SymPy's derivative; the last judge goes to extreme arguments. With --jvp and --hvp the products
    of derivatives and tangents are judged too, by differences with sixty digits.
    """
    from rich.markup import escape

    from symbp import pipeline
    from symbp.check import JUDGES, Verdict, check_layer

    colours = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.EVIDENCE: "yellow"}
    table = table_of("layer", "judge", "verdict", "what was shown")
    accepted, products, chosen_target = True, products_asked(jvp, hvp), runnable(target)
    layers = chosen(read_all(files, only), only)
    say_inputs(layers)
    with judging(len(layers)) as told:
        for layer in layers:
            source = pipeline.emit(layer, chosen_target, products)
            made = pipeline.load_class(source)
            report = check_layer(
                layer,
                made,
                source.text,
                seed=seed,
                judges=(*JUDGES, *products),
                progress=partial(told, layer.name),
            )
            accepted = accepted and report.ok
            for number, result in enumerate(report.results):
                colour = colours.get(result.verdict, "dim")
                verdict = f"[{colour}]{result.verdict.value}[/]"
                name = "" if number else layer.name
                table.add_row(name, result.judge, verdict, escape(result.detail))
    show(table)
    return 0 if accepted else FAILED

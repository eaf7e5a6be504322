"""The command line: arguments, exit codes, printing. The work is `symbp.pipeline`'s.

Everything that imports SymPy is imported within the commands, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from symbp.errors import SymbpError, UnknownNameError
from symbp.version import __version__

if TYPE_CHECKING:
    from symbp.emit import Changes
    from symbp.notation import Layer, Network

__all__ = ["app", "main"]

JUDGES_OF_NETWORKS = ("oracle", "gradient", "certificate")  # not parameters of 1e4
DIFFERENT = FAILED = 1
FAULT = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 well, 1 a difference or a failed check, 2 a fault.

    Faults of what was given are one line on standard error; a traceback is a bug.
    """
    try:
        code = app.main(arguments, prog_name="symbp", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _fail(_usage_fault(error))
    except BrokenPipeError:  # the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULT)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except SymbpError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("symbp: interrupted", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


class _Commands(click.Group):
    """A group that answers a wrong name with the nearest right one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"no command `{args[0]}`{_nearest(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(__version__, prog_name="symbp")
@click.pass_context
def app(context: click.Context) -> None:
    """Derive the backward pass of NumPy layers from their forward equations, and emit both."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_files = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
_only = click.option("--only", multiple=True, metavar="NAME", help="This layer; may be repeated.")


@app.command()
@_files
@_only
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
    from symbp.emit import classes_left, compare, render_package, write

    if out.exists() and not out.is_dir():
        raise SymbpError(f"--out {out} is a file: give a folder")
    layers = _chosen(_read(files), only)
    whole = not files and not only
    modules = [pipeline.emit(layer) for layer in _progress(layers, "generate")]
    names = {layer.name for layer in layers} | classes_left(modules, out, whole)
    sources = [*modules, render_package(names)]
    if check:
        changes = compare(sources, out, whole)
        click.echo(changes.diff, nl=False)
        return DIFFERENT if changes else 0
    click.echo(_summary(write(sources, out, whole), out))
    return 0


@app.command()
@_files
@_only
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
    table = _table("layer", "judge", "verdict", "what was shown")
    accepted = True
    layers = _chosen(_read(files), only)
    for layer in _progress(layers, "check"):
        composed = pipeline.composed(layer)  # a network's mathematics, its parameters handed in
        source = pipeline.emit(composed)
        judges = JUDGES if composed is layer else JUDGES_OF_NETWORKS
        made = pipeline.load_class(source)
        report = check_layer(composed, made, source.text, seed=seed, judges=judges)
        accepted = accepted and report.ok
        for number, result in enumerate(report.results):
            colour = colours.get(result.verdict, "dim")
            verdict = f"[{colour}]{result.verdict.value}[/]"
            name = "" if number else layer.name
            table.add_row(name, result.judge, verdict, escape(result.detail))
    _print(table)
    return 0 if accepted else FAILED


@app.command(name="list")
def list_layers() -> None:
    """Show the catalogue, with the equations of each layer."""
    from rich.markup import escape

    from symbp import catalogue
    from symbp.calculus import equation_text

    table = _table("layer", "forward")
    for layer in catalogue.layers():
        equations = "\n".join(eq.source or equation_text(eq) for eq in layer.equations)
        table.add_row(layer.name, escape(equations))
    _print(table)


@app.command()
@click.argument("what", metavar='NAME|"y = ..."')
def derive(what: str) -> None:
    """Show the derivation of a layer of the catalogue, or of an equation."""
    from symbp import catalogue, layer, pipeline

    if "=" in what:
        chosen: Layer | Network = layer("Derived", what)
    else:
        (chosen,) = _chosen(catalogue.layers(), (what,))
    click.echo(pipeline.derive_text(chosen))


def _read(files: tuple[Path, ...]) -> tuple[Layer | Network, ...]:
    """The layers of the files, or the catalogue's."""
    from symbp import catalogue

    if not files:
        return catalogue.layers()
    layers = [layer for file in files for layer in catalogue.read_layers(file)]
    first: dict[str, str] = {}
    for layer in layers:
        if layer.name in first:
            raise SymbpError(
                f"{layer.file}: {layer.name} is already in {first[layer.name]}: rename one of them"
            )
        first[layer.name] = layer.file
    return tuple(layers)


def _chosen(
    layers: tuple[Layer | Network, ...], only: tuple[str, ...]
) -> tuple[Layer | Network, ...]:
    """The layers of these names, or all of them."""
    if not only:
        return layers
    known = {layer.name: layer for layer in layers}
    for name in only:
        if name not in known:
            raise UnknownNameError(f"no layer `{name}`{_nearest(name, known)}")
    return tuple(known[name] for name in dict.fromkeys(only))


def _nearest(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, whatever its case."""
    import difflib

    by_case = {word.lower(): word for word in sorted(known)}
    found = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.6)
    return f"; did you mean `{by_case[found[0]]}`?" if found else ""


def _progress(layers: tuple[Layer | Network, ...], doing: str) -> Iterator[Layer | Network]:
    """The layers, with a bar on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty() or len(layers) < 2:
        yield from layers
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(layers, doing, console=Console(stderr=True), transient=True)


def _summary(changes: Changes, out: Path) -> str:
    parts = [f"{len(changes.written)} written", f"{changes.unchanged} unchanged"]
    if changes.removed:
        parts.append(f"{len(changes.removed)} removed")
    return f"{out}: {', '.join(parts)}"


def _table(*titles: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def _print(table: Any) -> None:
    """A table as wide as the terminal, and unbroken in a pipe."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 240)
    console.print(table)


def _usage_fault(error: click.ClickException) -> str:
    message = error.format_message().splitlines()
    return " ".join(line.strip() for line in message)


def _fail(message: str) -> NoReturn:
    click.echo(f"symbp: {' '.join(message.split())}", err=True)
    sys.exit(FAULT)

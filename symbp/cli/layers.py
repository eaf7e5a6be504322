"""Which layers a command is about, and progress over them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbp.errors import SymbpError, UnknownNameError

if TYPE_CHECKING:
    from symbp.notation import Layer, Network

__all__ = [
    "at_option",
    "chosen",
    "files_argument",
    "hvp_option",
    "jvp_option",
    "language_option",
    "nearest_hint",
    "numbers",
    "only_option",
    "products_asked",
    "progress",
    "read_all",
    "say_inputs",
]

files_argument = click.argument(
    "files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path)
)
only_option = click.option(
    "--only", multiple=True, metavar="NAME", help="This layer; may be repeated."
)


at_option = click.option(
    "--at", default="", metavar="x=100,y=2", help="Numbers to show the graph with; arrays as [1,2]."
)
jvp_option = click.option(
    "--jvp", is_flag=True, help="With a method jvp: the Jacobian times tangents."
)
hvp_option = click.option(
    "--hvp", is_flag=True, help="With a method hvp: second derivatives times tangents."
)
language_option = click.option(
    "--lang", default="en", show_default=True, metavar="en|zh", help="The language of the report."
)


def read_all(files: tuple[Path, ...], only: tuple[str, ...] = ()) -> tuple[Layer | Network, ...]:
    """The layers of the files, or the catalogue's; of these at least those that are asked for."""
    from symbp import catalogue

    if not files:
        found = catalogue.find(only) if only else ()
        return found if found and len(found) == len(set(only)) else catalogue.layers()
    layers = [layer for file in files for layer in catalogue.read_layers(file)]
    first: dict[str, str] = {}
    for layer in layers:
        if layer.name in first:
            raise SymbpError(
                f"{layer.file}: {layer.name} is already in {first[layer.name]}: rename one of them"
            )
        first[layer.name] = layer.file
    return tuple(layers)


def chosen(
    layers: tuple[Layer | Network, ...], only: tuple[str, ...]
) -> tuple[Layer | Network, ...]:
    """The layers of these names, or all of them."""
    from symbp.notation import no_layer

    if not only:
        return layers
    known = {layer.name: layer for layer in layers}
    for name in only:
        if name not in known:
            raise UnknownNameError(no_layer(name, known))
    return tuple(known[name] for name in dict.fromkeys(only))


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, whatever its case."""
    import difflib

    by_case = {word.lower(): word for word in sorted(known)}
    found = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.6)
    return f"; did you mean `{by_case[found[0]]}`?" if found else ""


def progress(layers: tuple[Layer | Network, ...], doing: str) -> Iterator[Layer | Network]:
    """The layers, with a bar on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty() or len(layers) < 2:
        yield from layers
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(layers, doing, console=Console(stderr=True), transient=True)


def products_asked(jvp: bool, hvp: bool) -> tuple[str, ...]:
    """The names of the products with derivatives that options ask for."""
    return (*(["jvp"] if jvp else []), *(["hvp"] if hvp else []))


def say_inputs(layers: Iterable[Layer | Network]) -> None:
    """Says on standard error which names were taken as inputs because no list declares them."""
    from symbp.catalogue import is_own
    from symbp.notation import Network

    found = [
        f"{', '.join(layer.undeclared)} of {layer.name}"
        for layer in layers
        if not isinstance(layer, Network) and layer.undeclared and not is_own(layer)
    ]
    if found:
        click.echo(f"symbp: taken as inputs, as no list has them: {'; '.join(found)}", err=True)


def numbers(text: str) -> dict[str, object] | None:
    """The numbers of `x=100,y=[1,2]`; None for nothing.

    Raises:
        SymbpError: it is not of that form.
    """
    if not text.strip():
        return None
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        keywords = call.keywords if isinstance(call, ast.Call) and not call.args else []
        found = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found, keywords = {}, []
    if not found or None in found or len(found) < len(keywords):
        raise SymbpError(f"--at {text}: write numbers by name, like `x=100,y=2` or `x=[1,2]`")
    return {str(name): value for name, value in found.items()}

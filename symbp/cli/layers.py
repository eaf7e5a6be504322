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
    "language_option",
    "layers_named",
    "nearest_hint",
    "numbers",
    "only_option",
    "progress",
    "read_all",
    "with_parts",
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
language_option = click.option(
    "--lang", default="en", show_default=True, metavar="en|zh", help="The language of the report."
)


def read_all(files: tuple[Path, ...]) -> tuple[Layer | Network, ...]:
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


def layers_named(names: tuple[str, ...]) -> tuple[Layer | Network, ...]:
    """The layers of the catalogue with these names, of layer files, or of equations.

    Args:
        names: a layer's name, a file that ends in `.toml`, or an equation `y = ...`; the whole
            catalogue if there are none.

    Raises:
        UnknownNameError: a name is none of these.
    """
    from symbp import catalogue, layer

    if not names:
        return catalogue.layers()
    found: list[Layer | Network] = []
    for name in names:
        if "=" in name:
            count = sum("=" in other for other in names[: names.index(name)])
            found.append(layer(f"Equation{count + 1}" if count else "Equation", name))
        elif name.endswith(".toml"):
            found += read_all((Path(name),))
        else:
            found += chosen(catalogue.layers(), (name,))
    return tuple({item.name: item for item in found}.values())


def with_parts(
    layers: tuple[Layer | Network, ...], names: tuple[str, ...]
) -> tuple[Layer | Network, ...]:
    """The layers, and after a network the layers that it is made of.

    Args:
        layers: those that `names` gave.
        names: where the parts are looked for, too: in the files among these.
    """
    from symbp import catalogue
    from symbp.notation import Network

    files = (Path(name) for name in names if name.endswith(".toml"))
    known = {item.name: item for item in catalogue.layers()}
    known |= {item.name: item for file in files for item in catalogue.read_layers(file)}
    found: dict[str, Layer | Network] = {}

    def add(item: Layer | Network) -> None:
        if item.name in found:
            return
        found[item.name] = item
        for use in item.uses if isinstance(item, Network) else ():
            add(known[use.layer])

    for layer in layers:
        add(layer)
    return tuple(found.values())


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

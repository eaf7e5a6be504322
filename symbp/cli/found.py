"""What the names on a command line mean: layers of the catalogue, of files, or equations."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from symbp.cli.layers import chosen, read_all
from symbp.errors import SymbpError, UnknownNameError

if TYPE_CHECKING:
    from symbp.notation import Layer, Network

__all__ = ["layers_named", "one_layer", "with_parts"]

MAX_BYTES = 262_144


def layers_named(names: tuple[str, ...]) -> tuple[Layer | Network, ...]:
    """The layers that names stand for.

    Args:
        names: a layer's name, a file that ends in `.toml`, or an equation `y = ...`; the whole
            catalogue if there are none. A name that the catalogue lacks is looked for in the
            layer files of the current folder.

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
            found.append(_by_name(name))
    return tuple({item.name: item for item in found}.values())


def one_layer(what: str, only: tuple[str, ...]) -> Layer | Network:
    """The one layer that a name, file or equation stands for.

    Args:
        what: as for `layers_named`.
        only: the layer of a file that holds several.

    Raises:
        SymbpError: it stands for several.
    """
    layers = chosen(layers_named((what,)), only)
    if len(layers) != 1:
        names = ", ".join(layer.name for layer in layers)
        raise SymbpError(f"{what} holds {names}: say which, like --only {layers[0].name}")
    return layers[0]


def _by_name(name: str) -> Layer | Network:
    """A layer of the catalogue, or of a layer file in the current folder."""
    from symbp import catalogue
    from symbp.notation import no_layer

    known = {item.name: item for item in catalogue.layers()}
    if name in known:
        return known[name]
    files = [path for path in sorted(Path().glob("*.toml")) if name in _tables(path)]
    if len(files) > 1:
        raise SymbpError(f"`{name}` is in {files[0]} and in {files[1]}: give the file")
    if files:
        return chosen(read_all((files[0],)), (name,))[0]
    own = {table for path in sorted(Path().glob("*.toml")) for table in _tables(path)}
    raise UnknownNameError(no_layer(name, {*known, *own}))


def _tables(path: Path) -> set[str]:
    """The names of what looks like a layer or a network in a TOML file; none if it is not one."""
    try:
        with path.open("rb") as stream:
            data = tomllib.loads(stream.read(MAX_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    return {
        name
        for name, table in data.items()
        if isinstance(table, dict) and not table.keys().isdisjoint({"forward", "layers"})
    }


def with_parts(
    layers: tuple[Layer | Network, ...], files: Iterable[Path]
) -> tuple[Layer | Network, ...]:
    """The layers, and after a network the layers that it is made of.

    Args:
        layers: what is asked for.
        files: where the parts are looked for, beside the catalogue and the networks' own files.
    """
    from symbp import catalogue
    from symbp.notation import Network

    networks = (item.layer for item in layers if isinstance(item, Network))
    own = {Path(layer.file) for layer in networks if not catalogue.is_own(layer)}
    known = {item.name: item for item in catalogue.layers()}
    for file in sorted({*files, *(path for path in own if path.is_file())}):
        known |= {item.name: item for item in catalogue.read_layers(file)}
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

"""Reading the layer files that ship with symbp."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from os import PathLike

from symbp import notation
from symbp.notation import Layer, Network

__all__ = ["find", "is_own", "layers", "parse_layers", "read_layers"]

FOLDER = "symbp/catalogue/"
NETWORKS = "networks.toml"  # read last: networks use the layers of the other files


def read_layers(path: str | PathLike[str]) -> tuple[Layer | Network, ...]:
    """Read a layer file; its networks may use the catalogue's layers and its own.

    Args:
        path: the TOML file.

    Raises:
        NotationError: the file cannot be read, or a layer is malformed.
    """
    return notation.read_layers(path, layers())


def parse_layers(text: str, file: str = "") -> tuple[Layer | Network, ...]:
    """Read the text of a layer file; its networks may use the catalogue's layers and its own.

    Raises:
        NotationError: the text is not TOML, or a layer is malformed.
    """
    return notation.parse_layers(text, file, layers())


def is_own(layer: Layer) -> bool:
    """Whether a layer is one of the catalogue."""
    return layer.file.startswith(FOLDER)


@cache
def layers() -> tuple[Layer | Network, ...]:
    """Every layer and network of the catalogue, sorted by name.

    >>> [layer.name for layer in layers()][:3]
    ['Add', 'Affine', 'BatchNorm']
    """
    found: list[Layer | Network] = []
    for name, text in _texts().items():
        found += notation.parse_layers(text, f"{FOLDER}{name}", found)
    return tuple(sorted(found, key=lambda layer: layer.name))


def find(names: Collection[str]) -> tuple[Layer | Network, ...]:
    """The catalogue's layers of these names, sorted; no files are read but those that have them.

    >>> [layer.name for layer in find(["Tanh", "Nobody"])]
    ['Tanh']
    """
    having = {name for name, text in _texts().items() if set(tomllib.loads(text)) & set(names)}
    if NETWORKS in having:
        return tuple(layer for layer in layers() if layer.name in names)
    found = [
        layer
        for name in having
        for layer in notation.parse_layers(_texts()[name], f"{FOLDER}{name}")
        if layer.name in names
    ]
    return tuple(sorted(found, key=lambda layer: layer.name))


@cache
def _texts() -> dict[str, str]:
    """The files by name, in the order in which they are read."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files("symbp.catalogue").iterdir()
        if entry.name.endswith(".toml")
    }
    return {name: texts[name] for name in sorted(texts, key=lambda name: (name == NETWORKS, name))}

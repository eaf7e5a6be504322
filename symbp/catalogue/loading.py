"""Reading the layer files that ship with symbp."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from os import PathLike

from symbp import notation
from symbp.notation import Layer, Network

__all__ = ["is_own", "layers", "parse_layers", "read_layers"]

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
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files("symbp.catalogue").iterdir()
        if entry.name.endswith(".toml")
    }
    for name in sorted(texts, key=lambda name: (name == NETWORKS, name)):
        found += notation.parse_layers(texts[name], f"{FOLDER}{name}", found)
    return tuple(sorted(found, key=lambda layer: layer.name))

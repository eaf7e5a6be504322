"""Reading the layer files that ship with symbp."""

from __future__ import annotations

from importlib.resources import files

from symbp.notation import parse_layers
from symbp.notation.layer import Layer

__all__ = ["layers"]


def layers() -> tuple[Layer, ...]:
    """Every layer of the catalogue, sorted by name.

    >>> [layer.name for layer in layers()][:3]
    ['Add', 'Affine', 'BatchNorm']
    """
    found: list[Layer] = []
    for entry in files("symbp.catalogue").iterdir():
        if entry.name.endswith(".toml"):
            text = entry.read_text(encoding="utf-8")
            found += parse_layers(text, f"symbp/catalogue/{entry.name}")
    return tuple(sorted(found, key=lambda layer: layer.name))

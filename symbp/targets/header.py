"""The head of an emitted file: what made it, from what, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from symbp.notation.layer import Layer
from symbp.version import __version__

__all__ = ["CATALOGUE", "MARK", "header", "title"]

MARK = "Made by symbp"
CATALOGUE = "symbp/catalogue/"


def title(layer: Layer) -> str:
    """The first line: what the layer is."""
    sentence = layer.doc or f"The layer {layer.name}."
    return sentence if sentence.endswith(".") else f"{sentence}."


def header(layer: Layer, target: str = "numpy", products: Iterable[str] = ()) -> list[str]:
    """The lines below the title: the maker, the source, the command."""
    option = "" if target == "numpy" else f" --target {target}"
    option += "".join(f" --{name}" for name in products)
    if not layer.file:
        return [
            f"{MARK} {__version__} from a layer written in Python; do not edit.",
            f'Make it again: symbp.pipeline.emit(symbp.layer("{layer.name}", ...))',
        ]
    if layer.file.startswith(CATALOGUE):
        again, file = f"symbp generate --only {layer.name}{option}", layer.file
    else:
        file = PurePath(layer.file).name
        again = f"symbp generate {file} --only {layer.name}{option}"
    return [
        f"{MARK} {__version__} from [{layer.name}] of {file}; do not edit.",
        f"Make it again: {again}",
    ]

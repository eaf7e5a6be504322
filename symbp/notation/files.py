"""Layer files: TOML, one table a layer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from symbp.errors import NotationError, Place
from symbp.notation.draft import draft_of
from symbp.notation.layer import Layer
from symbp.notation.names import snake_case
from symbp.notation.network import Network
from symbp.notation.network_read import read_network
from symbp.notation.read import read

__all__ = ["layer_from_text", "parse_layers", "read_layers"]

MAX_BYTES = 262_144
MAX_LAYERS = 500


def read_layers(
    path: str | PathLike[str], library: Iterable[Layer | Network] = ()
) -> tuple[Layer | Network, ...]:
    """Read a layer file.

    Args:
        path: the TOML file.
        library: layers and networks that its networks may use beside its own.

    Returns:
        Its layers, in the file's order.

    Raises:
        NotationError: the file cannot be read, or a layer is malformed.
    """
    file = str(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotationError(f"cannot be read: {error.strerror}", Place(file)) from None
    if len(data) > MAX_BYTES:
        raise NotationError(f"is longer than {MAX_BYTES} bytes", Place(file))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotationError(f"is not UTF-8: see byte {error.start}", Place(file)) from None
    return parse_layers(text, file, library)


def parse_layers(
    text: str, file: str = "", library: Iterable[Layer | Network] = ()
) -> tuple[Layer | Network, ...]:
    """Read the text of a layer file.

    Args:
        text: TOML. A table with `layers` is a network, any other a layer.
        file: its name, for errors.
        library: layers and networks that its networks may use beside its own.

    Returns:
        The layers, in order.

    Raises:
        NotationError: the text is not TOML, or a layer is malformed.

    >>> layer, = parse_layers('''
    ... [Sigmoid]
    ... forward = "y = 1 / (1 + exp(-x))"
    ... ''')
    >>> layer.inputs, layer.outputs
    (('x',), ('y',))
    """
    place = Place(file)
    if len(text) > MAX_BYTES:
        raise NotationError(f"is longer than {MAX_BYTES} characters", place)
    try:
        # TOML takes the line ends of either kind, and nothing else, as a line end.
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotationError(f"is not TOML: {_line(str(error))}", place) from None
    except (RecursionError, ValueError):
        raise NotationError(
            "is not TOML that symbp reads: nested too deeply, or a number too long", place
        ) from None
    if not tables:
        raise NotationError(
            'holds no layer: write one, a line [Sigmoid] and below it forward = "y = ..."', place
        )
    if len(tables) > MAX_LAYERS:
        raise NotationError(f"has more than {MAX_LAYERS} layers", place)
    modules: dict[str, str] = {}
    layers: list[Layer | Network] = []
    known = {item.name: item.as_layer() if isinstance(item, Network) else item for item in library}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise NotationError(
                f"`{_line(name)}` stands outside of any layer: begin the layer with a line like "
                "[Sigmoid]",
                place,
            )
        if "layers" in table:
            made: Layer | Network = read_network(name, table, known, file)
        else:
            made = read(draft_of(name, table, file))
        known[name] = made.as_layer() if isinstance(made, Network) else made
        layers.append(made)
        module = snake_case(name)
        if module in modules:
            raise NotationError(
                f"the layers {modules[module]} and {name} would both be {module}.py: rename one",
                place,
            )
        modules[module] = name
    return tuple(layers)


def layer_from_text(text: str, file: str = "") -> Layer:
    """Read the text of a layer file that holds one layer.

    Raises:
        NotationError: the text is malformed, or holds another number of layers.
    """
    layers = parse_layers(text, file)
    if len(layers) != 1:
        raise NotationError(f"holds {len(layers)} layers, not one", Place(file))
    (layer,) = layers
    if isinstance(layer, Network):
        raise NotationError("holds a network, not a layer", Place(file))
    return layer


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:197] + "..."

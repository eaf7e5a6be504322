"""Reads a network's wiring: uses of layers, sequential unless they name what they take.

"Affine"                  takes the use before it
"h = Affine"              the same, with a name
"h = Affine(x)"           takes x: an input of the network or another use
"s = Add(h, x)"           takes two
"f = SoftmaxWithLoss(h, t=labels)"
"LeakyRelu(alpha=0.2)"    with another hyper-parameter
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from symbp.errors import NotationError, Place

__all__ = ["Wiring", "read_wiring"]

MAX_USES = 100
MAX_LENGTH = 400


@dataclass(frozen=True)
class Wiring:
    """One entry of a network's `layers`, parsed.

    Args:
        layer: the layer's name.
        place: where it stands.
        name: the name given to the use, "" if none.
        positional: the names of what it takes, in the order of the layer's arguments.
        named: the same by the layer's argument.
        hyper: hyper-parameters given.
    """

    layer: str
    place: Place
    name: str = ""
    positional: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)
    hyper: dict[str, int | float] = field(default_factory=dict)


def read_wiring(entries: object, place: Place) -> tuple[Wiring, ...]:
    """Parse a network's `layers`.

    Args:
        entries: a list of strings.
        place: the file and the network.

    Raises:
        NotationError: an entry is no use of a layer.
    """
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        raise NotationError('layers is a list, like ["Affine", "Relu"]', place)
    if len(entries) > MAX_USES:
        raise NotationError(f"{len(entries)} uses are more than {MAX_USES}", place)
    found = []
    for number, entry in enumerate(entries, 1):
        here = Place(place.file, place.layer, "layers", number)
        if not isinstance(entry, str) or len(entry) > MAX_LENGTH or not entry.isprintable():
            raise NotationError('a use is a string, like "h = Affine(x)"', here)
        found.append(_wiring(entry, here))
    return tuple(found)


def _wiring(text: str, place: Place) -> Wiring:
    name, _, right = text.partition("=") if _has_name(text) else ("", "", text)
    try:
        node = ast.parse(right.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotationError(
            f'`{text}` is no use of a layer: write "h = Affine(x)"', place
        ) from None
    name = name.strip()
    if name and not _is_name(name):
        raise NotationError(f"`{name}` cannot name a use: take letters and digits", place)
    if isinstance(node, ast.Name):
        return Wiring(node.id, place, name)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise NotationError(f'`{text}` is no use of a layer: write "h = Affine(x)"', place)
    positional = tuple(_wire(argument, text, place) for argument in node.args)
    named: dict[str, str] = {}
    hyper: dict[str, int | float] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise NotationError(f"`{text}`: `**` is not part of the notation", place)
        if keyword.arg in named or keyword.arg in hyper:
            raise NotationError(f"`{text}`: {keyword.arg} is given twice", place)
        number = _number(keyword.value)
        if number is not None:
            if not _is_float(number):
                raise NotationError(f"{keyword.arg} is a number beyond float64", place)
            hyper[keyword.arg] = number
        else:
            named[keyword.arg] = _wire(keyword.value, text, place)
    return Wiring(node.func.id, place, name, positional, named, hyper)


def _is_float(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _has_name(text: str) -> bool:
    """Whether a use is given a name: an equals sign stands before any bracket."""
    before = text.partition("(")[0]
    return "=" in before


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and not text.startswith("_")


def _wire(node: ast.expr, text: str, place: Place) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    raise NotationError(
        f"`{text}`: a use takes names of inputs and of other uses, not {ast.unparse(node)}", place
    )


def _number(node: ast.expr) -> int | float | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return sign * value
    return None

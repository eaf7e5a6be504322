"""How the parameters of a network begin."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from symbp.errors import NotationError, Place
from symbp.notation.compose import Composition
from symbp.notation.expression import Entry, SumOver
from symbp.notation.layer import Layer
from symbp.notation.names import nearest
from symbp.notation.network import Initialiser

__all__ = ["read_initialisers"]


INITIALISERS = "normal(0.01), xavier, he, zeros, ones"


def read_initialisers(net: Composition, table: object, place: Place) -> dict[str, Initialiser]:
    """One for every parameter: as declared by its own or its layer's name, else by its rank."""
    if not isinstance(table, dict):
        raise NotationError('init is a table, like { W = "he", b = "zeros" }', place)
    known = {name for pair in net.origins.items() for name in (pair[0], pair[1][1])}
    for name in table:
        if name not in known:
            raise NotationError(
                f"init: there is no parameter `{name}`{nearest(name, known)}", place
            )
    found = {}
    for name, (layer, own) in net.origins.items():
        declared = table.get(name, table.get(own, layer.initialisers.get(own)))
        incoming = _summed_axes(layer, own)
        default = "zeros" if len(net.tensors[name].axes) < 2 else "normal(0.01)"
        rule = _initialiser(declared or ("he" if incoming else default), name, place)
        if rule.kind in ("he", "xavier"):
            if not incoming:
                raise NotationError(
                    f"init of {name}: {rule.kind} is for a parameter that is summed over; write "
                    "normal(0.01), zeros or ones",
                    place,
                )
            others = range(len(net.tensors[name].axes))
            outgoing = tuple(p for p in others if p not in incoming)
            rule = replace(rule, incoming=incoming, outgoing=outgoing)
        found[name] = rule
    return found


def _summed_axes(layer: Layer, parameter: str) -> tuple[int, ...]:
    """The positions of a parameter's axes that the layer sums over: its fan in."""
    found: set[int] = set()
    for equation in layer.equations:
        for total in equation.value.atoms(SumOver):
            for entry in total.atoms(Entry):
                if entry.name == parameter:
                    slots = enumerate(entry.indices)
                    found |= {place for place, index in slots if index in total.bound}
    return tuple(sorted(found))


def _initialiser(text: object, name: str, place: Place) -> Initialiser:
    words = {
        "xavier": Initialiser("xavier"),
        "he": Initialiser("he"),
        "zeros": Initialiser("constant", 0.0),
        "ones": Initialiser("constant", 1.0),
    }
    if isinstance(text, str) and text in words:
        return words[text]
    match = (
        re.fullmatch(r"normal\((\d+\.?\d*(?:e-?\d+)?)\)", text) if isinstance(text, str) else None
    )
    if match is None:
        raise NotationError(f"init of {name} is `{text}`, but is one of {INITIALISERS}", place)
    scale = float(match[1])
    if not math.isfinite(scale):
        raise NotationError(f"init of {name}: {match[1]} is beyond float64", place)
    return Initialiser("normal", scale)

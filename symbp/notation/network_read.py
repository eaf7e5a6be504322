"""Reads a TOML table with `layers` into a `Network`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbp.errors import NotationError, Place
from symbp.notation.compose import Composition, compose
from symbp.notation.draft import checked_doc
from symbp.notation.expression import Index, Size
from symbp.notation.initialisers import read_initialisers
from symbp.notation.layer import Assumption, Equation, Layer, Role, Tensor
from symbp.notation.names import fault_of_layer_name, fault_of_name, nearest
from symbp.notation.network import Network
from symbp.notation.wiring import Wiring, read_wiring

__all__ = ["KEYS", "read_network"]

KEYS = (
    "layers",
    "inputs",
    "constants",
    "outputs",
    "sizes",
    "init",
    "scores",
    "input_gradient",
    "doc",
)
EMITTED = frozenset(
    {
        *("above", "dtype", "file", "given", "gradient", "gradients", "h", "kept", "name"),
        *("parameter", "path", "place", "random", "scale", "scores", "seed", "validate"),
    }
)


def read_network(
    name: str, table: Mapping[str, Any], layers: Mapping[str, Layer], file: str = ""
) -> Network:
    """Read a network.

    Args:
        name: its class's name.
        table: the TOML table.
        layers: the layers that it may use, by name.
        file: the layer file's name.

    Raises:
        NotationError: the table is malformed; a fault of wiring names the wire.
    """
    if fault := fault_of_layer_name(name):
        raise NotationError(fault, Place(file))
    place = Place(file, name)
    for key in table:
        if key not in KEYS:
            raise NotationError(f"unknown key `{key}`{nearest(key, KEYS)}", place)
    wirings = read_wiring(table["layers"], place)
    inputs = _names(table, "inputs", place) or ("x",)
    constants = _names(table, "constants", place) or _unwired_constants(wirings, layers)
    for given in constants:
        if given in inputs:
            raise NotationError(f"`{given}` stands in inputs and in constants", place)
    net = compose(wirings, layers, inputs, constants)
    for given in (*inputs, *constants):
        if given not in net.tensors:
            raise NotationError(f"the input `{given}` is wired to nothing", place)
    sizes, renaming = _sizes(net, _names(table, "sizes", place), place)
    wants_gradient = table.get("input_gradient", False)
    if not isinstance(wants_gradient, bool):
        raise NotationError("input_gradient is true or false", place)
    outputs = _outputs(net, table, place)
    for own in (*inputs, *constants, *(size for size, _ in sizes)):
        if own in EMITTED:
            raise NotationError(f"`{own}` is a name that the emitted class uses: rename it", place)
    _check_taken(net, outputs, table.get("scores"), place)
    layer = _layer(name, net, renaming, inputs, constants, outputs, wants_gradient)
    _check_names(layer, place)
    doc = checked_doc(table.get("doc", ""), Place(file, name, "doc"))
    labels = [c for c in constants if layer.tensors[c].one_hot is not None]
    return Network(
        layer=replace(layer, doc=doc, file=file),
        uses=tuple(net.uses),
        sizes=sizes,
        initialisers=read_initialisers(net, table.get("init", {}), place),
        scores=_scores(net, layer, table, place),
        labels=labels[0] if labels else None,
        inputs=inputs,
    )


def _names(table: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    value = table.get(key, ())
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise NotationError(f'{key} is a list of names, like ["x"]', place)
    for name in value:
        if fault := fault_of_name(name):
            raise NotationError(fault, place)
    if len(set(value)) != len(value):
        raise NotationError(f"{key} holds a name twice", place)
    return tuple(value)


def _unwired_constants(wirings: Sequence[Wiring], layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """Constants of the layers used that no wire names: the network is given them."""
    found: dict[str, None] = {}
    for wiring in wirings:
        layer = layers.get(wiring.layer)
        if layer is not None:
            arguments = layer.arguments
            wired = {*arguments[: len(wiring.positional)], *wiring.named}
            found |= dict.fromkeys(c for c in layer.constants if c not in wired)
    return tuple(found)


def _sizes(
    net: Composition, names: tuple[str, ...], place: Place
) -> tuple[tuple[tuple[str, str], ...], dict[Index, Index]]:
    """The lengths of the parameters' axes in order, and every index by its final name."""
    settled = net.settled()
    spaces: dict[str, None] = {}
    for parameter in net.origins:
        spaces |= dict.fromkeys(settled[axis].space for axis in net.tensors[parameter].axes)
    if names and len(names) != len(spaces):
        raise NotationError(
            f"sizes names {len(names)} lengths, but the parameters have {len(spaces)}: "
            f"{', '.join(spaces) or 'none'}",
            place,
        )
    wanted = dict(zip(spaces, names or spaces, strict=True))
    renaming: dict[Index, Index] = {}
    first: set[str] = set()
    for old, new in settled.items():
        name = wanted.get(new.space)
        if new.variadic:
            renaming[old] = new
        elif name is None:  # the names of lengths are the user's
            apart = [f"{part}_" if part in names else part for part in (new.name, new.space)]
            renaming[old] = Index(*apart)
        elif name not in first:
            first.add(name)
            renaming[old] = Index(name, name)
        else:
            renaming[old] = Index(f"{new.name}_" if new.name in names else new.name, name)
    return tuple((wanted[space], wanted[space]) for space in spaces), renaming


def _layer(
    name: str,
    net: Composition,
    renaming: Mapping[Index, Index],
    inputs: tuple[str, ...],
    constants: tuple[str, ...],
    outputs: tuple[str, ...],
    wants_gradient: bool,
) -> Layer:
    def axes(indices: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(renaming[index] for index in indices)

    roles = dict.fromkeys(inputs, Role.INPUT if wants_gradient else Role.CONSTANT)
    tensors: dict[str, Tensor] = {}
    for own, tensor in net.tensors.items():
        role = roles.get(own, Role.CONSTANT if own in constants else tensor.role)
        tensors[own] = replace(tensor, role=role, axes=axes(tensor.axes))
    rename = {old: new for old, new in renaming.items() if old != new}
    return Layer(
        name=name,
        equations=tuple(
            Equation(eq.target, axes(eq.axes), eq.value.xreplace(_with_sizes(rename)))
            for eq in net.equations
        ),
        tensors=tensors,
        inputs=inputs if wants_gradient else (),
        constants=constants if wants_gradient else (*inputs, *constants),
        parameters=tuple(net.origins),
        outputs=outputs,
        assumptions=tuple(
            Assumption(
                item.left.xreplace(_with_sizes(rename)),
                item.right.xreplace(_with_sizes(rename)),
                item.source,
            )
            for item in net.assumptions
        ),
    )


def _with_sizes(rename: Mapping[Index, Index]) -> dict[Any, Any]:
    """The renaming of indices and of the lengths that `size` names."""
    return {**rename, **{Size(old): Size(new) for old, new in rename.items()}}


def _outputs(net: Composition, table: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    wanted = _names(table, "outputs", place)
    by_use = {use.name: use for use in net.uses}
    if not wanted:
        return tuple(net.uses[-1].outputs.values())
    found: list[str] = []
    for name in wanted:
        if name not in by_use:
            raise NotationError(f"outputs: there is no use `{name}`{nearest(name, by_use)}", place)
        found += by_use[name].outputs.values()
    return tuple(found)


def _check_taken(net: Composition, outputs: tuple[str, ...], scores: object, place: Place) -> None:
    """Every use is taken by another, or is an output, or the scores."""
    taken = {source for use in net.uses for source in use.wires.values()} | set(outputs)
    for use in net.uses:
        if not taken & set(use.outputs.values()) and use.name != scores:
            raise NotationError(
                f"the use `{use.name}` is taken by no other and is no output", place
            )


def _scores(net: Composition, layer: Layer, table: Mapping[str, Any], place: Place) -> str:
    """What `predict` hands back: what the last use takes if that makes a number of it."""
    by_use = {use.name: use for use in net.uses}
    if "scores" in table:
        name = table["scores"]
        if not isinstance(name, str) or name not in by_use:
            raise NotationError(
                f"scores: there is no use `{name}`{nearest(str(name), by_use)}", place
            )
        return next(iter(by_use[name].outputs.values()))
    last = net.uses[-1]
    if layer.tensors[layer.outputs[0]].axes:
        return layer.outputs[0]
    source = next(iter(last.wires.values()))
    return source if source in {eq.target for eq in layer.equations} else layer.outputs[0]


def _check_names(layer: Layer, place: Place) -> None:
    """Names that the composition made must not collide."""
    names = [*layer.tensors, *{i.name for t in layer.tensors.values() for i in t.axes}]
    for name in layer.tensors:
        fault = fault_of_name(name)
        if fault:
            raise NotationError(fault, place)
        if names.count(name) > 1:
            raise NotationError(f"the name `{name}` is taken twice: name the uses otherwise", place)

"""Where a network's wires lead: what every use takes, and in which order the uses run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.errors import NotationError
from symbp.notation.layer import Layer
from symbp.notation.names import nearest
from symbp.notation.wiring import Wiring

__all__ = ["use_names", "use_order", "use_wires"]


def use_names(
    wirings: Sequence[Wiring], inputs: Sequence[str], constants: Sequence[str]
) -> list[str]:
    """A name for every use: that given, or the layer's with the use's number."""
    found: list[str] = []
    for number, wiring in enumerate(wirings, 1):
        name = wiring.name or f"{wiring.layer}{number}"
        if name in (*found, *inputs, *constants):
            raise NotationError(f"`{name}` is taken: name this use otherwise", wiring.place)
        found.append(name)
    return found


def use_wires(
    number: int,
    wirings: Sequence[Wiring],
    layers: Mapping[str, Layer],
    named: Sequence[str],
    inputs: Sequence[str],
    constants: Sequence[str],
) -> dict[str, str]:
    """For every argument of a use's layer where it comes from: `x`, a use, or `use.output`."""
    wiring = wirings[number]
    if wiring.layer not in layers:
        hint = nearest(wiring.layer, layers)
        raise NotationError(f"there is no layer `{wiring.layer}`{hint}", wiring.place)
    layer = layers[wiring.layer]
    arguments = layer.arguments
    if len(wiring.positional) > len(arguments):
        raise NotationError(
            f"{wiring.layer} takes {len(arguments)} ({', '.join(arguments)}), but gets "
            f"{len(wiring.positional)}",
            wiring.place,
        )
    wires = dict(zip(arguments, wiring.positional, strict=False))
    for argument, source in wiring.named.items():
        if argument not in arguments or argument in wires:
            fault = "is wired twice" if argument in wires else "is no input"
            raise NotationError(f"{wiring.layer}: `{argument}` {fault}", wiring.place)
        wires[argument] = source
    known = {*named, *inputs, *constants}
    for argument, source in wires.items():
        if source.partition(".")[0] in (*inputs, *constants) and "." in source:
            raise NotationError(
                f"{wiring.layer}: {argument} = {source}: `{source.partition('.')[0]}` is an input "
                "of the network and has no outputs",
                wiring.place,
            )
        if source.partition(".")[0] not in known:
            raise NotationError(
                f"{wiring.layer}: the wire {argument} = {source} leads nowhere: `{source}` is "
                f"neither a use nor an input{nearest(source, known)}",
                wiring.place,
            )
    before = named[number - 1] if number else inputs[0]
    for argument in arguments:
        if argument in wires:
            continue
        if argument in constants:
            wires[argument] = argument
        elif argument == arguments[0]:
            wires[argument] = before
        else:
            raise NotationError(
                f"{wiring.layer}: nothing is wired to its input `{argument}`: write "
                f"{wiring.layer}({arguments[0]}={before}, {argument}=...)",
                wiring.place,
            )
    return {argument: wires[argument] for argument in arguments}


def use_order(
    wirings: Sequence[Wiring], wired: Sequence[Mapping[str, str]], named: Sequence[str]
) -> list[int]:
    """The uses, each after those that it is wired to."""
    order: list[int] = []
    open_: list[int] = []

    def visit(number: int) -> None:
        if number in order:
            return
        if number in open_:
            circle = " -> ".join(named[n] for n in [*open_[open_.index(number) :], number])
            raise NotationError(f"the wires run in a circle: {circle}", wirings[number].place)
        open_.append(number)
        for source in wired[number].values():
            name = source.partition(".")[0]
            if name in named:
                visit(named.index(name))
        open_.pop()
        order.append(number)

    for number in range(len(wirings)):
        visit(number)
    return order

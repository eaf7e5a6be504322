"""Composes a network's uses into one layer: their equations with everything renamed and wired."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import sympy
from sympy import Expr

from symbp.errors import NotationError
from symbp.notation.binding import Binding, FitError, IndexNames
from symbp.notation.expression import Index, scalar
from symbp.notation.layer import Assumption, Equation, Layer, Role, Tensor
from symbp.notation.names import nearest
from symbp.notation.network import Use
from symbp.notation.routes import use_names, use_order, use_wires
from symbp.notation.union import Union
from symbp.notation.wiring import Wiring

__all__ = ["Composition", "compose"]


@dataclass
class Composition:
    """What the uses make together.

    Args:
        arguments: names of the network's inputs, then of its constants.
        tensors: every tensor so far.
        equations, assumptions: those of the uses so far.
        uses: the uses so far.
        origins: for every parameter of the network the layer's tensor and name that it comes from.
        lengths: which lengths are the same.
    """

    arguments: tuple[str, ...]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    origins: dict[str, tuple[Layer, str]] = field(default_factory=dict)
    lengths: Union[str] = field(default_factory=Union)
    names: IndexNames = field(default_factory=IndexNames)
    parameter_groups: int = 0

    def settled(self) -> dict[Index, Index]:
        """Every index with the one name of its length."""
        found: dict[Index, Index] = {}
        everything: list[Expr] = [Expr(*tensor.axes) for tensor in self.tensors.values()]
        everything += [equation.value for equation in self.equations]
        everything += [side for item in self.assumptions for side in (item.left, item.right)]
        for value in everything:
            for index in value.atoms(Index):
                found[index] = Index(index.name, self.lengths.find(index.space))
        return found


def compose(
    wirings: Sequence[Wiring],
    layers: Mapping[str, Layer],
    inputs: Sequence[str],
    constants: Sequence[str],
) -> Composition:
    """Wires uses of layers.

    Args:
        wirings: the uses as written.
        layers: what may be used, by name.
        inputs, constants: the network's.

    Returns:
        The composition; its indices still have to be settled.

    Raises:
        NotationError: a layer is unknown, a wire leads nowhere or in a circle, an input is
            missing, or shapes cannot fit.
    """
    composition = Composition((*inputs, *constants))
    named = use_names(wirings, inputs, constants)
    wired = [
        use_wires(number, wirings, layers, named, inputs, constants)
        for number in range(len(wirings))
    ]
    outputs: dict[str, dict[str, str]] = {}
    for number in use_order(wirings, wired, named):
        wiring, layer = wirings[number], layers[wirings[number].layer]
        wires = {
            argument: _tensor(source, outputs, layers, wirings, named)
            for argument, source in wired[number].items()
        }
        use = _use(composition, number, wiring, layer, wires, number == len(wirings) - 1)
        outputs[named[number]] = dict(use.outputs)
    composition.uses.sort(key=lambda use: named.index(use.name))
    return composition


def _tensor(
    source: str,
    outputs: Mapping[str, Mapping[str, str]],
    layers: Mapping[str, Layer],
    wirings: Sequence[Wiring],
    named: Sequence[str],
) -> str:
    """The network's tensor that a wire carries."""
    name, _, output = source.partition(".")
    if name not in outputs:
        return name
    own = outputs[name]
    wiring = wirings[named.index(name)]
    if output and output not in own:
        raise NotationError(
            f"`{source}`: {wiring.layer} has no output `{output}`{nearest(output, own)}",
            wiring.place,
        )
    return own[output or layers[wiring.layer].outputs[0]]


def _use(
    net: Composition,
    number: int,
    wiring: Wiring,
    layer: Layer,
    wires: Mapping[str, str],
    is_last: bool,
) -> Use:
    """Adds one use's tensors and equations."""
    binding = Binding(net.names, net.lengths)
    given = {source for source in wires.values() if source not in net.tensors}
    for argument, source in wires.items():
        if source in net.tensors:
            _fit(binding, layer, argument, source, net.tensors[source], wiring)
    for argument, source in wires.items():
        if source in given and source in net.tensors:
            _fit(binding, layer, argument, source, net.tensors[source], wiring)
        elif source in given:
            own = layer.tensors[argument]
            axes = binding.axes(own.axes)
            net.tensors[source] = replace(own, name=source, role=Role.CONSTANT, axes=axes)
    tensors = dict(wires)
    tensors |= _parameters(net, layer, binding, wiring)
    tensors |= _defined(net, layer, number, wiring, is_last)
    hyper = _hyper(layer, wiring)
    for equation in layer.equations:
        axes = binding.axes(equation.axes)
        value = binding.expression(equation.value, tensors).xreplace(hyper)
        target = tensors[equation.target]
        net.tensors[target] = Tensor(target, Role.DEFINED, axes)
        net.equations.append(Equation(target, axes, value))
    for item in layer.assumptions:
        sides = [binding.expression(side, tensors) for side in (item.left, item.right)]
        net.assumptions.append(Assumption(sides[0], sides[1], _renamed(item.source, tensors)))
    use = Use(
        wiring.name or f"{wiring.layer}{number + 1}",
        wiring.layer,
        wires,
        {name: tensors[name] for name in layer.outputs},
        {name: tensors[name] for name in layer.parameters},
    )
    net.uses.append(use)
    return use


def _fit(
    binding: Binding, layer: Layer, argument: str, source: str, actual: Tensor, wiring: Wiring
) -> None:
    own = layer.tensors[argument]
    if own.integer and not actual.integer:
        raise NotationError(
            f"{layer.name}: {argument} holds integers, but {source} does not", wiring.place
        )
    try:
        binding.fit(own, actual.axes)
    except FitError as error:
        shape = ", ".join(index.name for index in actual.axes)
        raise NotationError(
            f"{layer.name}: {source}[{shape}] does not fit {argument}: it {error}", wiring.place
        ) from None


def _parameters(net: Composition, layer: Layer, binding: Binding, wiring: Wiring) -> dict[str, str]:
    """The layer's parameters under names of the network's: W1, b1 for the first that has any."""
    numbers: dict[str, int] = {}
    names = {}
    for own in layer.parameters:
        base, group = re.fullmatch(r"(.*?)(\d*)", own).groups()  # type: ignore[union-attr]
        if group not in numbers:
            net.parameter_groups += 1
            numbers[group] = net.parameter_groups
        name = f"{base}{numbers[group]}"
        tensor = layer.tensors[own]
        if tensor.variadic:
            raise NotationError(
                f"{layer.name}: its parameter {own} takes any shape, so a network cannot size it",
                wiring.place,
            )
        axes = binding.axes(tensor.axes)
        net.tensors[name] = replace(tensor, name=name, axes=axes)
        net.origins[name] = (layer, own)
        names[own] = name
    return names


def _defined(
    net: Composition, layer: Layer, number: int, wiring: Wiring, is_last: bool
) -> dict[str, str]:
    """Names for what the layer's equations define."""
    names: dict[str, str] = {}
    for equation in layer.equations:
        own = equation.target
        name = f"{own}{number + 1}"
        if own == layer.outputs[0] and wiring.name:
            name = wiring.name
        elif is_last and own in layer.outputs:
            name = own
        while name in net.tensors or name in net.arguments or name in names.values():
            name += "_"
        names[own] = name
    return names


def _hyper(layer: Layer, wiring: Wiring) -> dict[Expr, Expr]:
    """The layer's hyper-parameters as the numbers that this use has."""
    for name in wiring.hyper:
        if name not in layer.hyper:
            raise NotationError(
                f"{layer.name} has no hyper-parameter `{name}`{nearest(name, layer.hyper)}",
                wiring.place,
            )
    values = {**layer.hyper, **wiring.hyper}
    return {scalar(name): sympy.Rational(str(value)) for name, value in values.items()}


def _renamed(source: str, tensors: Mapping[str, str]) -> str:
    return re.sub(r"[A-Za-z]\w*", lambda match: tensors.get(match[0], match[0]), source)

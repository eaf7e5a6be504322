"""What a network is once it has been read: a layer made of layers, and what to make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from symbp.notation.layer import Equation, Layer, Role

__all__ = ["Initialiser", "Network", "Use"]


@dataclass(frozen=True)
class Use:
    """One use of a layer in a network.

    Args:
        name: the name that other uses wire it by.
        layer: the layer's name.
        wires: for every input and constant of the layer the network's tensor that it gets.
        outputs: for every output of the layer the network's tensor that it becomes.
        parameters: for every parameter of the layer the network's.
    """

    name: str
    layer: str
    wires: Mapping[str, str]
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    def __post_init__(self) -> None:
        for field in ("wires", "outputs", "parameters"):
            object.__setattr__(self, field, MappingProxyType(dict(getattr(self, field))))


@dataclass(frozen=True)
class Initialiser:
    """How a parameter begins: independent entries of a normal distribution, or one number.

    Args:
        kind: "normal" (mean 0, deviation `scale`), "xavier" (deviation sqrt(2/(fan in + fan out)),
            Glorot and Bengio 2010), "he" (deviation sqrt(2/fan in), He et al. 2015) or "constant".
        scale: the deviation, or the constant.
        incoming, outgoing: the positions of the axes whose lengths make the fan in and the fan out.
    """

    kind: str
    scale: float = 0.0
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The initialiser as it is written."""
        if self.kind == "constant":
            return "ones" if self.scale else "zeros"
        return f"normal({self.scale!r})" if self.kind == "normal" else self.kind


@dataclass(frozen=True)
class Network:
    """A network: its composition as one layer, and how it is built and read.

    Args:
        layer: the equations of all uses, wired; derived and emitted like any layer.
        uses: the uses, in the order written.
        sizes: the lengths that the parameters' shapes need, as pairs of the constructor's
            argument and the index space, in the order of the wiring.
        initialisers: one for every parameter.
        scores: the tensor that `predict` hands back.
        labels: the constant with the labels, None if there is none that holds classes.
        inputs: what the network is given, whether or not it gets a gradient.
    """

    layer: Layer
    uses: tuple[Use, ...]
    sizes: tuple[tuple[str, str], ...]
    initialisers: Mapping[str, Initialiser]
    scores: str
    labels: str | None = None
    inputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "initialisers", MappingProxyType(dict(self.initialisers)))

    @property
    def name(self) -> str:
        """The class's name."""
        return self.layer.name

    def as_layer(self) -> Layer:
        """The network as another network uses it: its inputs may have a gradient there."""
        layer = self.layer
        return replace(
            layer,
            tensors={
                name: replace(tensor, role=Role.INPUT) if name in self.inputs else tensor
                for name, tensor in layer.tensors.items()
            },
            inputs=self.inputs,
            constants=tuple(name for name in layer.constants if name not in self.inputs),
            initialisers={name: rule.text for name, rule in self.initialisers.items()},
        )

    @property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """What else the class computes, by method: the values that are returned there."""
        everything = tuple(equation.target for equation in self.layer.equations)
        return {"predict": (self.scores,), "trace": everything}

    @property
    def file(self) -> str:
        """The layer file's name."""
        return self.layer.file

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations of the whole."""
        return self.layer.equations

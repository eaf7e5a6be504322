"""What a network is once it has been read: a layer made of layers, and what to make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from symbp.notation.layer import Equation, Layer

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
    """

    kind: str
    scale: float = 0.0


@dataclass(frozen=True)
class Network:
    """A network: its composition as one layer, and how it is built and read.

    Args:
        layer: the equations of all uses, wired; derived and emitted like any layer.
        uses: the uses, in an order in which each follows those it is wired to.
        sizes: the lengths that the parameters' shapes need, as pairs of the constructor's
            argument and the index space, in the order of the wiring.
        initialisers: one for every parameter.
        scores: the tensor that `predict` hands back.
        labels: the constant with the labels, None if there is none that holds classes.
    """

    layer: Layer
    uses: tuple[Use, ...]
    sizes: tuple[tuple[str, str], ...]
    initialisers: Mapping[str, Initialiser]
    scores: str
    labels: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "initialisers", MappingProxyType(dict(self.initialisers)))

    @property
    def name(self) -> str:
        """The class's name."""
        return self.layer.name

    @property
    def file(self) -> str:
        """The layer file's name."""
        return self.layer.file

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations of the whole."""
        return self.layer.equations

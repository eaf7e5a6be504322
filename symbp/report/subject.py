"""What a report is about: a derivation, the code that came of it, what the judges say of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symbp.calculus import Derivation, Derived
from symbp.calculus.numeric import Evaluated
from symbp.notation import Network
from symbp.report.picture import Curve

__all__ = ["Computes", "Judged", "Module", "Saved", "Subject"]


@dataclass(frozen=True)
class Computes:
    """Which equation some lines of a module compute.

    Args:
        first, last: line numbers, from 1.
        target: the tensor that the equation defines.
        method: in which they stand.
    """

    first: int
    last: int
    target: str
    method: str


@dataclass(frozen=True)
class Saved:
    """A value that forward keeps for backward: its name in the code, and what it is there."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Module:
    """An emitted module.

    Args:
        path: the file's name.
        text: its text.
        computes: its mathematical lines, in order.
        saved: what forward keeps for backward.
    """

    path: str
    text: str
    computes: tuple[Computes, ...]
    saved: tuple[Saved, ...]


@dataclass(frozen=True)
class Judged:
    """What one judge says of the module: its name, its verdict, and what it showed."""

    judge: str
    verdict: str
    detail: str


@dataclass(frozen=True)
class Subject:
    """All that there is to show about a derivation.

    Args:
        derivation: of the layer.
        products: what was derived beside the backward pass, by the name of its method.
        module: the emitted module; None if the layer was not emitted.
        judged: the judges' verdicts; empty if they were not asked.
        curve: the layer's curve, if it is a function of one variable.
        network: the network that the layer is composed of, if it is.
        given: the numbers that the graph is shown with, by name.
        numbers: every value and gradient at these.
    """

    derivation: Derivation
    products: Mapping[str, Derived] = field(default_factory=dict)
    module: Module | None = None
    judged: tuple[Judged, ...] = ()
    curve: Curve | None = None
    network: Network | None = None
    given: Mapping[str, object] | None = None
    numbers: Evaluated | None = None

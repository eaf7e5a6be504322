"""What a layer is once it has been read: frozen values that every later stage trusts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from types import MappingProxyType

from sympy import Expr

from symbp.notation.expression import Entry, Index, entries

__all__ = ["Assumption", "Equation", "Layer", "Role", "Tensor"]


class Role(Enum):
    """What a tensor is to its layer."""

    INPUT = "input"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    DEFINED = "defined"


@dataclass(frozen=True)
class Tensor:
    """A tensor of a layer.

    Args:
        name: as the user wrote it.
        role: input, parameter, constant, or defined by an equation.
        axes: one index an axis, the variadic `...` first if it has one. Two axes whose indices
            have the same `space` have the same length. Empty for a number.
        flattened: the last axis was written `*i`: it stands for all trailing axes of the argument.
        integer: its entries are used as indices, so it must hold integers.
        one_hot: for a constant that may also be given as integer classes: the position in `axes`
            of the class axis that such an argument lacks; None otherwise.
    """

    name: str
    role: Role
    axes: tuple[Index, ...] = ()
    flattened: bool = False
    integer: bool = False
    one_hot: int | None = None

    @property
    def variadic(self) -> bool:
        """Whether any number of leading axes is allowed."""
        return bool(self.axes) and self.axes[0].variadic

    @property
    def rank(self) -> int:
        """The number of axes that are not covered by `...`."""
        return len(self.axes) - self.variadic


@dataclass(frozen=True)
class Equation:
    """`target[axes] = value`, forward or backward.

    Args:
        target: the name of the tensor that it defines.
        axes: the indices of the left side, plain and all different.
        value: a SymPy expression (see `symbp.notation.expression`) whose free indices are
            among `axes`.
        source: the equation as the user wrote it; "" for a derived one.
    """

    target: str
    axes: tuple[Index, ...]
    value: Expr
    source: str = ""

    def __str__(self) -> str:
        axes = f"[{', '.join(index.name for index in self.axes)}]" if self.axes else ""
        return f"{self.target}{axes} = {self.value}"


@dataclass(frozen=True)
class Assumption:
    """An identity `left == right`, for every value of its free indices, that the data satisfy."""

    left: Expr
    right: Expr
    source: str = ""


@dataclass(frozen=True)
class Layer:
    """A layer's forward mathematics, validated.

    Args:
        name: the class's name, like SoftmaxWithLoss.
        equations: in order, each target defined once before it is used.
        tensors: every tensor by name.
        inputs, parameters, constants: names of the tensors given from outside, in declared order
            or that of first appearance.
        outputs: names of the tensors handed back.
        hyper: numbers with defaults, by name.
        assumptions: identities of the data.
        broadcasts: the equations are elementwise without brackets, with several tensors given
            from outside: those of one output broadcast against each other as NumPy does, and
            `...` of each may differ.
        doc: one sentence.
        file: the layer file's name, "" for a layer written in Python.
        initialisers: how parameters begin in a network that does not say otherwise.
        order: inputs and constants in the order in which they are handed in; those that are not
            in it come last.
        undeclared: the inputs that no list declares, where others declare something.
    """

    name: str
    equations: tuple[Equation, ...]
    tensors: Mapping[str, Tensor]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    hyper: Mapping[str, int | float] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    broadcasts: bool = False
    doc: str = ""
    file: str = ""
    initialisers: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The inputs and constants in the order in which forward takes them."""
        given = (*self.inputs, *self.constants)
        place = {name: number for number, name in enumerate(self.order)}
        return tuple(sorted(given, key=lambda name: place.get(name, len(place))))

    def gradient(self, name: str) -> str:
        """What the gradient of a tensor is called: `dx` for x.

        Where the layer has something of its own that is called `dx`, it is `grad_x`.
        """
        return _free(self._names, f"d{name}", f"grad_{name}")

    def tangent(self, name: str) -> str:
        """What the tangent of a tensor, or of a gradient, is called: `x_dot` for x.

        Where the layer has something of its own, or a gradient, that is called `x_dot`, it is
        `x_tangent`.
        """
        taken = self._names.union(map(self.gradient, self.tensors))
        return _free(taken, f"{name}_dot", f"{name}_tangent")

    @property
    def broadcast_groups(self) -> dict[str, tuple[str, ...]]:
        """Where the layer broadcasts, the tensors from outside that make an output's shape."""
        reached: dict[str, set[str]] = {}
        for equation in self.equations:
            names = {entry.name for entry in entries(equation.value)}
            reached[equation.target] = set().union(*(reached.get(n, {n}) for n in names))
        wide = [n for n, t in self.tensors.items() if t.role is not Role.DEFINED and t.variadic]
        return {output: tuple(n for n in wide if n in reached[output]) for output in self.outputs}

    @property
    def gathered(self) -> dict[str, tuple[str, ...]]:
        """The spaces of the axes that each integer tensor indexes, by the tensor's name.

        In `y[n] = z[n, t[n]]` the tensor t indexes the second axis of z: its integers must be less
        than that axis's length, and than every other's that it indexes.
        """
        found: dict[str, dict[str, None]] = {}
        for equation in self.equations:
            for entry in entries(equation.value):
                axes = self.tensors[entry.name].axes
                for axis, index in zip(axes, entry.indices, strict=True):
                    if isinstance(index, Entry):
                        found.setdefault(index.name, {})[axis.space] = None
        return {name: tuple(spaces) for name, spaces in found.items()}

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names that the user gave."""
        indices = {
            symbol.name
            for equation in self.equations
            for symbol in equation.value.atoms(Index) | set(equation.axes)
        }
        return frozenset({*self.tensors, *self.hyper, *indices})

    def __post_init__(self) -> None:
        object.__setattr__(self, "tensors", MappingProxyType(dict(self.tensors)))
        object.__setattr__(self, "hyper", MappingProxyType(dict(self.hyper)))
        object.__setattr__(self, "initialisers", MappingProxyType(dict(self.initialisers)))


def _free(taken: Collection[str], first: str, other: str) -> str:
    """The first of two names, or the other where the first is taken."""
    if first not in taken:
        return first
    while other in taken:
        other += "_"
    return other

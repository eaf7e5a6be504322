"""Fits a layer's axes to those of the tensors that it is wired to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sympy import Expr, Mul

from symbp.errors import InternalError
from symbp.notation.expression import VARIADIC, Entry, Index, Reduction, Size
from symbp.notation.layer import Tensor
from symbp.notation.union import Union

__all__ = ["Binding", "FitError", "IndexNames"]

Axes = tuple[Index, ...]


class FitError(Exception):
    """Axes do not fit; the message says which and why, without the place."""


class IndexNames:
    """Hands out index names that the network does not use yet."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str, space: str = "") -> Index:
        """An index of a name not used before, over the given length or one of its own."""
        base = wanted.rstrip("0123456789_") or "i"
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{base}{number}"
        self._taken.add(name)
        return Index(name, space or name)


@dataclass
class Binding:
    """One use's indices and lengths, in those of the network.

    Args:
        names: hands out names.
        lengths: which lengths of the network are the same.
        indices: for every index of the layer those of the network that it stands for, several
            for `...`.
        spaces: the same for lengths.
    """

    names: IndexNames
    lengths: Union[str]
    indices: dict[Index, Axes] = field(default_factory=dict)
    spaces: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fit(self, tensor: Tensor, actual: Axes) -> None:
        """Binds the axes of one of the layer's tensors to those of what it is wired to.

        Raises:
            FitError: it has another number of axes.
        """
        least = tensor.rank
        if len(actual) < least or (len(actual) > least and not tensor.variadic):
            more = " at least" if tensor.variadic else ""
            raise FitError(f"has {_count(len(actual))}, but {tensor.name} wants{more} {least}")
        if tensor.variadic:
            lead = actual[: len(actual) - least]
            known = self.spaces.get(VARIADIC)
            if known is not None and len(known) != len(lead):
                raise FitError(
                    f"has {_count(len(lead))} before the last {least}, but another input has "
                    f"{len(known)}"
                )
            self._bind(tensor.axes[0], lead)
        for axis, index in zip(tensor.axes[tensor.variadic :], actual[-least:], strict=False):
            if index.variadic:
                raise FitError("has any number of axes, but these must be named")
            self._bind(axis, (index,))

    def _bind(self, axis: Index, actual: Axes) -> None:
        spaces = tuple(index.space for index in actual)
        for one, other in zip(self.spaces.setdefault(axis.space, spaces), spaces, strict=True):
            self.lengths.join(one, other)
        if axis not in self.indices:
            used = {index for group in self.indices.values() for index in group}
            self.indices[axis] = tuple(
                self.names.new(index.name, index.space) if index in used else index
                for index in actual
            )

    def axes(self, own: Iterable[Index]) -> Axes:
        """The network's indices for axes of the layer; lengths not known yet are new."""
        return tuple(index for axis in own for index in self.of(axis))

    def of(self, axis: Index) -> Axes:
        """The network's indices for one of the layer."""
        if axis not in self.indices:
            if axis.space in self.spaces:
                self.indices[axis] = self._fresh(axis)
            elif axis.variadic:
                self.indices[axis] = (Index(VARIADIC, VARIADIC),)
            else:
                self.indices[axis] = (self.names.new(axis.name),)
            self.spaces.setdefault(axis.space, tuple(i.space for i in self.indices[axis]))
        return self.indices[axis]

    def _fresh(self, axis: Index) -> Axes:
        """New indices over the lengths that the layer's axis has."""
        return tuple(
            Index(VARIADIC, VARIADIC)
            if space == VARIADIC
            else self.names.new(space if axis.variadic else axis.name, space)
            for space in self.spaces[axis.space]
        )

    def expression(self, node: Expr, tensors: dict[str, str]) -> Expr:
        """An expression of the layer in the network's tensors and indices."""
        if isinstance(node, Entry):
            slots = tuple(self._slots(node.indices, tensors))
            return Entry(tensors[node.name], *slots)
        if isinstance(node, Index):
            (index,) = self.of(node)
            return index
        if isinstance(node, Size):
            return Mul(*(Size(Index(space, space)) for space in self.spaces[node.space]))
        if isinstance(node, Reduction):
            return self._reduction(node, tensors)
        if not node.args:
            return node
        return node.func(*(self.expression(arg, tensors) for arg in node.args))

    def _slots(self, slots: Iterable[Expr], tensors: dict[str, str]) -> Iterator[Expr]:
        for slot in slots:
            if isinstance(slot, Index):
                yield from self.of(slot)
            else:
                yield self.expression(slot, tensors)

    def _reduction(self, node: Reduction, tensors: dict[str, str]) -> Expr:
        """A reduction; its bound indices are new ones within it."""
        inner = Binding(self.names, self.lengths, dict(self.indices), self.spaces)
        for index in node.bound:
            if index.space not in self.spaces:
                raise InternalError(f"{node}: the length of {index} is not known")
            inner.indices[index] = inner._fresh(index)
        body = inner.expression(node.body, tensors)
        bound = [index for axis in node.bound for index in inner.indices[axis]]
        if node.word == "sum":
            return type(node)(body, *bound)
        for index in reversed(bound):
            body = type(node)(body, index)
        return body


def _count(number: int) -> str:
    return "no axis" if number == 0 else "1 axis" if number == 1 else f"{number} axes"

"""Union-find: which things are the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Union"]

T = TypeVar("T", bound=Hashable)


class Union(Generic[T]):
    """Classes of equal things; a thing that was never joined is alone in its class.

    >>> union = Union[str]()
    >>> union.join("n", "m")
    >>> union.find("m") == union.find("n")
    True
    """

    def __init__(self) -> None:
        self._parent: dict[T, T] = {}

    def find(self, thing: T) -> T:
        """The member that stands for the thing's class."""
        while (parent := self._parent.get(thing, thing)) != thing:
            self._parent[thing] = self._parent.get(parent, parent)
            thing = parent
        return thing

    def join(self, one: T, other: T) -> None:
        """Make the classes of two things one; the first's representative stays."""
        self._parent[self.find(other)] = self.find(one)

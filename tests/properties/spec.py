"""What a random layer is made of before the notation reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbp.notation import Layer, layer

__all__ = ["Spec"]


@dataclass(frozen=True)
class Spec:
    """The arguments of `symbp.notation.layer`, as text."""

    forward: str
    parameters: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    outputs: tuple[str, ...] | None = None
    hyper: Mapping[str, int | float] = field(default_factory=dict)
    assume: tuple[str, ...] = ()
    one_hot: Mapping[str, str] = field(default_factory=dict)

    def layer(self) -> Layer:
        return layer("Made", self.forward, **self.keywords())

    def keywords(self) -> dict[str, Any]:
        """Those that are not empty."""
        given = {
            "parameters": list(self.parameters),
            "constants": list(self.constants),
            "outputs": None if self.outputs is None else list(self.outputs),
            "hyper": dict(self.hyper),
            "assume": list(self.assume),
            "one_hot": dict(self.one_hot),
        }
        return {key: value for key, value in given.items() if value}

    def __repr__(self) -> str:
        return f"{self.forward!r}, {self.keywords()!r}"

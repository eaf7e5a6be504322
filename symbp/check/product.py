"""Calls the `jvp` or the `hvp` of an emitted class by its contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.notation.layer import Layer

__all__ = ["Arrays", "Product"]

Arrays = Mapping[str, Any]


class Product:
    """One of the two methods of an emitted class.

    Args:
        layer: the layer.
        cls: the emitted class.
        method: "jvp" or "hvp".
    """

    def __init__(self, layer: Layer, cls: type, method: str) -> None:
        self.layer, self.cls, self.method = layer, cls, method
        self.moved = subject.differentiable(layer)

    @property
    def names(self) -> tuple[str, ...]:
        """The tensors whose tangents, or whose gradients' tangents, it gives."""
        return self.layer.outputs if self.method == "jvp" else self.moved

    def ready(self, data: Data) -> Any:
        """An instance after forward; in float32 assumptions hold to that accuracy only."""
        instance = subject.build(self.layer, self.cls, data, validate=False)
        subject.forward(self.layer, instance, data)
        return instance

    def called(self, instance: Any, tangents: Arrays, upstreams: Arrays) -> dict[str, Any]:
        """What the method gives, by name of `names`."""
        options = {}
        if self.method == "hvp":
            options = {self.layer.gradient(n): upstreams[n] for n in self.layer.outputs}
        with np.errstate(all="ignore"):
            given = {self.layer.tangent(name): tangent for name, tangent in tangents.items()}
            result = getattr(instance, self.method)(**given, **options)
        return dict(zip(self.names, (result,) if len(self.names) == 1 else result, strict=True))

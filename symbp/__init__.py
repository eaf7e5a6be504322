"""symbp: derive the backward pass of a NumPy layer from its forward equations, and emit both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbp.version import __version__

if TYPE_CHECKING:
    from symbp.catalogue import parse_layers, read_layers
    from symbp.graphs import graph
    from symbp.notation import layer
    from symbp.reports import report as derive

__all__ = ["__version__", "derive", "graph", "layer", "parse_layers", "read_layers"]


def __dir__() -> list[str]:
    """The public names, for completion."""
    return __all__


def __getattr__(name: str) -> Any:
    """Public names, read when first used: importing SymPy takes a while."""
    if name == "layer":
        from symbp.notation import layer

        return layer
    if name == "derive":
        from symbp.reports import report

        return report
    if name == "graph":
        from symbp.graphs import graph

        return graph
    if name in ("parse_layers", "read_layers"):
        from symbp import catalogue

        return getattr(catalogue, name)
    raise AttributeError(f"module 'symbp' has no attribute {name!r}")

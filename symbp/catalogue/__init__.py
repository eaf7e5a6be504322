"""The layers that ship with symbp: forward equations only."""

from symbp.catalogue.loading import layers, parse_layers, read_layers

__all__ = ["layers", "parse_layers", "read_layers"]

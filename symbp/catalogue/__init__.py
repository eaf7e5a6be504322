"""The layers that ship with symbp: forward equations only."""

from symbp.catalogue.loading import find, is_own, layers, parse_layers, read_layers

__all__ = ["find", "is_own", "layers", "parse_layers", "read_layers"]

"""The layers that ship with symbp: forward equations only."""

from symbp.catalogue.loading import layers

__all__ = ["layers"]

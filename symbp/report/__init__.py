"""Derivations as text."""

from symbp.report.text import derivation_text

__all__ = ["derivation_text"]

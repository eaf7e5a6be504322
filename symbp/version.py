"""The version, in one place: hatchling, the command line and emitted headers read it here."""

__all__ = ["__version__"]

__version__ = "0.1.0"

"""The two families of failure: faults of what the user wrote, and bugs of symbp itself.

A `SymbpError` carries a one-line message that says what was given, what is wrong with it and
what to write instead; the command line prints it and exits 2. An `InternalError` means that a
stage broke its own law: it is never the user's fault and is allowed to show a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CheckError",
    "InternalError",
    "LoweringError",
    "NotationError",
    "Place",
    "SymbpError",
    "UnknownNameError",
]


class SymbpError(Exception):
    """Something that the user wrote cannot be processed; the message is one line."""


@dataclass(frozen=True)
class Place:
    """Where in the user's text a fault lies.

    Args:
        file: the layer file's name as the user gave it, or "" for a layer written in Python.
        layer: the layer's name, or "".
        key: the TOML key ("forward", "assume", ...), or "".
        equation: the equation's number within the key, counted from 1; 0 where there is none.
        column: the column within that equation, counted from 1; 0 where there is none.
    """

    file: str = ""
    layer: str = ""
    key: str = ""
    equation: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, self.layer]
        if self.key and self.key != "forward":
            parts.append(self.key)
        if self.equation:
            parts.append(f"equation {self.equation}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(part for part in parts if part)


class NotationError(SymbpError):
    """A layer is malformed; `place` says where."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        self.place = place or Place()
        where = str(self.place)
        super().__init__(_on_one_line(f"{where}: {message}" if where else message))


class UnknownNameError(SymbpError):
    """A name given at the command line or from Python is not known."""


class LoweringError(SymbpError):
    """A well-formed layer needs an array operation that symbp cannot emit."""


class CheckError(SymbpError):
    """A judge cannot be run on what it was given."""


class InternalError(Exception):
    """A stage of symbp broke its own law; please report it."""


def _on_one_line(text: str) -> str:
    """The text with what a terminal would act upon as Python writes it."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)

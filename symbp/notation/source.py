"""A piece of the user's text together with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbp.errors import NotationError, Place

__all__ = ["Source"]


@dataclass(frozen=True)
class Source:
    """One equation or assumption as written.

    Args:
        text: one line, whitespace normalised; columns count in it.
        place: the file, layer, key and number of the equation.
    """

    text: str
    place: Place

    def error(self, message: str, column: int = 0) -> NotationError:
        """The fault of this text, ready to be raised.

        Args:
            message: what is wrong and what to write instead, one line.
            column: counted from 1; 0 where the fault is of the whole equation.
        """
        return NotationError(message, replace(self.place, column=column))

"""How long a judge may take: what it could not finish is said in its verdict, not waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["SECONDS", "Budget", "SpentError"]

SECONDS = 12.0
"""What one of the four judges may take, so that any layer is judged in less than a minute."""


class SpentError(Exception):
    """The time is up; what has been shown so far stands."""


class Budget:
    """A deadline that is looked at between steps.

    Args:
        seconds: from now on.
        clock: tells the time.

    Example:
        >>> Budget(0.0).spent
        True
    """

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return self._clock() >= self._end

    def check(self) -> None:
        """Ends a long loop.

        Raises:
            SpentError: the time is up.
        """
        if self.spent:
            raise SpentError

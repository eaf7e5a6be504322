"""Numbers as a reader wants them: short, arrays in brackets."""

from __future__ import annotations

import math

__all__ = ["number_text"]

DIGITS = 5
MOST_ENTRIES = 6
TINY = 1e-15  # rounding


def number_text(value: object) -> str:
    """A number with five digits, or an array of them; a long array by its shape.

    >>> number_text(2.2000000000000001), number_text([0.3, -0.8]), number_text([[0] * 9] * 9)
    ('2.2', '(0.3, −0.8)', '9 × 9')
    """
    if not isinstance(value, list | tuple):
        return _scalar(float(value))  # type: ignore[arg-type]
    if math.prod(_shape(value)) > MOST_ENTRIES:
        return " × ".join(str(length) for length in _shape(value))
    return f"({', '.join(number_text(item) for item in value)})"


def _shape(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return (len(value), *(_shape(value[0]) if value else ()))


def _scalar(value: float) -> str:
    if abs(value) < TINY:
        return "0"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{DIGITS}g}".replace("-", "−")

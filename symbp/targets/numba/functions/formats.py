"""The two floating-point formats that the functions are written for, and their fixed numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FORMATS", "Format", "Number"]

Number = int | float


@dataclass(frozen=True)
class Format:
    """A format of IEEE 754.

    Args:
        width: in bits.
        mantissa: the bits that are stored of it.
        bias: what is added to an exponent that is stored.
        root_half: the bits of sqrt(1/2).
    """

    width: int
    mantissa: int
    bias: int
    root_half: int

    @property
    def numbers(self) -> Mapping[str, Number]:
        """The fixed numbers by their names in emitted code, before the width."""
        return {
            "MANTISSA": self.mantissa,
            "BIAS": self.bias,
            "EXPONENTS": 2 * self.bias + 1,
            "MANTISSAS": (1 << self.mantissa) - 1,
            "ONE_BITS": self.bias << self.mantissa,
            "ROOT_HALF_BITS": self.root_half,
            "ROUNDER": 1.5 * 2.0**self.mantissa,
            "ROUNDER_BITS": (self.bias + self.mantissa << self.mantissa) + (1 << self.mantissa - 1),
            "WHOLE": 2.0**self.mantissa + self.bias,
            "WHOLE_SMALL": 2.0**self.mantissa + self.bias + self.mantissa,
            "WHOLE_BITS": self.bias + self.mantissa << self.mantissa,
            "LEAST_NORMAL": 2.0 ** (1 - self.bias),
            "INF": math.inf,
            "NAN": math.nan,
            "TO_NORMAL": 2.0**self.mantissa,
        }


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "float64": Format(64, 52, 1023, 0x3FE6A09E667F3BCD),
        "float32": Format(32, 23, 127, 0x3F3504F3),
    }
)
"""By the names of NumPy; functions of float32 go by some of float64."""

"""Samples of floating-point numbers, and errors in units in the last place (ULP)."""

from __future__ import annotations

import math

import mpmath
import numpy as np

BITS = {"float32": (23, 255, np.uint32), "float64": (52, 2047, np.uint64)}


def samples(dtype, per_binade, seed=0):
    """Numbers of both signs out of every binade, subnormal ones too, with the ends of each."""
    mantissa, binades, unsigned = BITS[dtype]
    rng = np.random.default_rng(seed)
    exponents = np.repeat(np.arange(binades, dtype=unsigned), per_binade)
    bits = rng.integers(0, 1 << mantissa, exponents.size, dtype=unsigned)
    for n, end in enumerate((0, (1 << mantissa) - 1, 1)[:per_binade]):
        bits[n::per_binade] = end
    found = ((exponents << unsigned(mantissa)) | bits).view(dtype)
    return np.concatenate([found, -found])


def around(points, dtype, count):
    """The numbers next to some points, `count` to each side, with both signs."""
    whole = np.dtype(f"int{np.dtype(dtype).itemsize * 8}")
    steps = np.arange(-count, count + 1).astype(whole)
    bits = np.concatenate([np.array(point, dtype).view(whole) + steps for point in points])
    return np.concatenate([bits.view(dtype), -bits.view(dtype)])


def unit(exact, dtype):
    """The unit in the last place of exact values; subnormal values have the least one."""
    info = np.finfo(dtype)
    return np.ldexp(1.0, np.maximum(np.frexp(exact)[1] - 1, info.minexp) - info.nmant)


def errors_by_double(y, exact):
    """Errors in ULP of float32 values, against exact ones in float64."""
    largest = float(np.finfo(np.float32).max)
    with np.errstate(all="ignore"):
        apart = np.abs(y.astype(np.float64) - exact) / unit(exact, np.float32)
        overflows = np.abs(exact) >= largest * (1 + 2.0**-25)
    apart = np.where(overflows & (y == np.copysign(np.inf, exact)), 0.0, apart)
    return np.where((y == exact) | (np.isnan(y) & np.isnan(exact)), 0.0, apart)


def error_exactly(y, exact):
    """The error in ULP of one float64 value, against an exact one of mpmath."""
    if mpmath.isnan(exact) or mpmath.isinf(exact):
        return 0.0 if str(mpmath.mpf(y)) == str(exact) else math.inf
    if not exact:
        return 0.0 if y == 0 else math.inf
    if math.isinf(y):
        return 0.0 if abs(exact) >= mpmath.mpf(2) ** 1024 - mpmath.mpf(2) ** 970 else math.inf
    exponent = max(mpmath.frexp(exact)[1] - 1, -1022)
    return float(abs(mpmath.mpf(y) - exact) / mpmath.mpf(2) ** (exponent - 52))

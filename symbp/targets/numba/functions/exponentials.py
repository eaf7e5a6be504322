"""exp, expm1 and tanh: reduction by log(2), and a polynomial in what is left.

The reduction in two parts is from W. J. Cody and W. Waite, Software Manual for the Elementary
Functions, 1980, chapter 6, and so is tanh by an odd function near to 0 and by exp elsewhere.
Rounding by adding a large number is in J.-M. Muller, Elementary Functions, 3rd edition, chapter 11.
"""

from __future__ import annotations

__all__ = ["EXPONENTIALS", "NUMBERS"]

NUMBERS = {
    "EXP_MOST": (89.0, 710.0),
    "EXP_LEAST": (-104.0, -746.0),
    "EXPM1_LEAST": (-20.0, -40.0),
    "TANH_NEAR": (0.6, 0.6),
    "TANH_MOST": (10.0, 20.0),
}
"""In float32 and in float64."""

EXPONENTIALS = (
    '''
def _power_N(k):
    """2**k for a whole k between 1 - _BIAS_N and _BIAS_N."""
    return _float_N((k + _BIAS_N) << _MANTISSA_N)
''',
    '''
def _exp_N(x):
    """exp(x), also where it is subnormal."""
    # beyond these ends it is inf or 0, which the last line makes of it; a NaN stays one
    c = _EXP_MOST_N if x > _EXP_MOST_N else x
    c = _EXP_LEAST_N if c < _EXP_LEAST_N else c
    # x = k log(2) + r, |r| <= log(2) / 2
    shifted = c * _PER_LN2_N + _ROUNDER_N
    k = INTEGER(_bits_N(shifted) - _ROUNDER_BITS_N)
    n = shifted - _ROUNDER_N
    r = (c - n * _LN2_N[0]) - n * _LN2_N[1]
    p = polynomial(_EXP_N, r)
    p = (p * r * r + r) + F(1.0)
    # times 2**k in two steps, as 2**k alone may be too large or too small
    half = k >> 1
    return p * _power_N(half) * _power_N(k - half)
''',
    '''
def _exp_less_1_N(x):
    """p and k with exp(x) = 2**k * (1 + p), |p| < 1/2."""
    shifted = x * _PER_LN2_N + _ROUNDER_N
    k = INTEGER(_bits_N(shifted) - _ROUNDER_BITS_N)
    n = shifted - _ROUNDER_N
    # r and what its rounding lost
    left, low = x - n * _LN2_N[0], n * _LN2_N[1]
    r = left - low
    lost = (left - r) - low
    p = polynomial(_EXPM1_N, r)
    return r + (p * r * r + (lost + lost * r)), k
''',
    '''
def _expm1_N(x):
    """exp(x) - 1, also near 0."""
    # beyond these ends it is inf or -1; a NaN stays one
    c = _EXP_MOST_N if x > _EXP_MOST_N else x
    c = _EXPM1_LEAST_N if c < _EXPM1_LEAST_N else c
    p, k = _exp_less_1_N(c)
    # 2**k (p + (1 - 2**-k)); where 2**-k would be too small, so it is for this sum
    inverse = _power_N(-k if k < _BIAS_N else -_BIAS_N)
    half = k >> 1
    y = (p + (F(1.0) - inverse)) * _power_N(half) * _power_N(k - half)
    return math.copysign(y, x)
''',
    '''
def _tanh_N(x):
    """tanh(x), also near 0."""
    # beyond this end it is 1; a NaN stays one
    a = abs(x)
    a = _TANH_MOST_N if a > _TANH_MOST_N else a
    # far from 0: 1 - 2 / (exp(2 a) + 1), numerator and denominator divided by 2**k
    p, k = _exp_less_1_N(a + a)
    inverse = _power_N(-k)
    far = F(1.0) - (inverse + inverse) / (p + (F(1.0) + inverse))
    # near to 0: an odd polynomial
    z = a * a
    p = polynomial(_TANH_N, z)
    y = a + a * (z * p) if a < _TANH_NEAR_N else far
    return math.copysign(y, x)
''',
)
"""Definitions by which a later one may go."""

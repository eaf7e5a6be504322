"""sin and cos: reduction by pi/2, and two polynomials of which the quadrant chooses one.

The reduction in parts that make exact products is from W. J. Cody and W. Waite, Software Manual for
the Elementary Functions, 1980, chapter 8; that what it loses joins the polynomials is in J.-M.
Muller, Elementary Functions, 3rd edition, chapter 11.

Far from 0 the parts do not suffice. LLVM takes a call of libm out of a rare branch and makes it for
every element. So `near_sin` and `near_cos` give NaN there, and `sin` and `cos` have the call. A
loop that is to be fast and right uses the former, keeps in a variable whether `is_far` of any
argument, and is run again with the latter if so.
"""

from __future__ import annotations

__all__ = ["CIRCULAR", "NUMBERS"]

NUMBERS = {"FAR": (1e5, 1e5)}
"""In float32 and in float64."""

CIRCULAR = (
    '''
def _is_far_N(x):
    """Whether sin and cos of x need a reduction in more parts than they have."""
    return abs(x) > _FAR_N
''',
    '''
def _sin_from_64(x, quadrant):
    """sin(x + quadrant * pi / 2) for |x| <= _FAR_64."""
    # x = n pi / 2 + r + lost, |r| <= pi / 4
    shifted = x * _PER_HALF_PI_64 + _ROUNDER_64
    n = shifted - _ROUNDER_64
    left, low = x - n * _HALF_PI_64[0], n * _HALF_PI_64[1]
    middle = left - low
    lost = (left - middle) - low
    low = n * _HALF_PI_64[2]
    r = middle - low
    lost = lost + ((middle - r) - low)
    z = r * r
    p = polynomial(_SIN_64, z)
    half = 0.5 * z
    odd = r + (r * z * p + (lost - lost * half))
    p = polynomial(_COS_64, z)
    even = (1.0 - half) + (z * z * p - r * lost)
    # the quadrant's lowest bit chooses, the next one is the sign
    quadrant = quadrant + _bits_64(shifted)
    y = even if quadrant & 1 else odd
    return -y if quadrant & 2 else y
''',
    '''
def _sin_from_32(x, quadrant):
    """sin(x + quadrant * pi / 2) for |x| <= _FAR_32; in float64, which needs two parts."""
    # x = n pi / 2 + r, |r| <= pi / 4
    b = np.float64(x)
    shifted = b * _PER_HALF_PI_64 + _ROUNDER_64
    n = shifted - _ROUNDER_64
    r = (b - n * _HALF_PI_64[0]) - n * _HALF_PI_64[1]
    z = r * r
    p = polynomial(_SIN_SHORT_64, z)
    odd = r + r * (z * p)
    p = polynomial(_COS_SHORT_64, z)
    even = (1.0 - 0.5 * z) + z * z * p
    # the quadrant's lowest bit chooses, the next one is the sign
    quadrant = quadrant + _bits_64(shifted)
    y = even if quadrant & 1 else odd
    return np.float32(-y if quadrant & 2 else y)
''',
    '''
def _near_sin_N(x):
    """sin(x); NaN where _is_far_N(x)."""
    y = _NAN_N if _is_far_N(x) else _sin_from_N(x, 0)
    return x if x == F(0.0) else y
''',
    '''
def _near_cos_N(x):
    """cos(x); NaN where _is_far_N(x)."""
    return _NAN_N if _is_far_N(x) else _sin_from_N(x, 1)
''',
    '''
def _sin_N(x):
    """sin(x); a loop calls libm for every element."""
    return NUMBER(math.sin(x)) if _is_far_N(x) else _near_sin_N(x)
''',
    '''
def _cos_N(x):
    """cos(x); a loop calls libm for every element."""
    return NUMBER(math.cos(x)) if _is_far_N(x) else _near_cos_N(x)
''',
)
"""Definitions by which a later one may go."""

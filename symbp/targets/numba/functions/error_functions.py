"""erf and erfc: an odd polynomial near to 0, elsewhere an exponential.

Far from 0 erf needs erfc to no more than its own last place, and takes it as exp of a polynomial.
erfc itself is exp(-a²) times a polynomial in a fraction.

The polynomial for (1 + 2 a) exp(a²) erfc(a) in (a - k) / (a + k) is from M. M. Shepherd and J. G.
Laframboise, Chebyshev Approximation of (1 + 2x) exp(x²) erfc x in 0 <= x < inf, Math. Comp. 36,
1981; that a² is split before exp takes it is in W. J. Cody, Rational Chebyshev Approximations for
the Error Function, Math. Comp. 23, 1969. Products of halves are those of T. J. Dekker, A
Floating-Point Technique for Extending the Available Precision, Numer. Math. 18, 1971.
"""

from __future__ import annotations

__all__ = ["ERROR_FUNCTIONS", "NUMBERS"]

NUMBERS = {
    "ERF_NEAR": (0.65, 0.65),
    "ERF_MOST": (4.0, 6.0),
    "ERFC_MOST": (10.2, 27.3),
}
"""In float32 and in float64."""

ERROR_FUNCTIONS = (
    '''
def _erf_more_N(x):
    """erf(x) - x near to 0."""
    z = x * x
    p = polynomial(_ERF_N, z)
    return x * p
''',
    '''
def _erfc_far_32(a):
    """erfc(a) for a >= _ERF_NEAR_32; in float64, where nothing that rounding loses counts."""
    b = np.float64(a)
    # -b² = k log(2) + r, |r| <= log(2) / 2
    square = b * b
    shifted = _ROUNDER_64 - square * _PER_LN2_64
    k = np.int64(_bits_64(shifted) - _ROUNDER_BITS_64)
    r = -square - (shifted - _ROUNDER_64) * _LN2_64[0]
    p = polynomial(_EXP_SHORT_64, r)
    power = (p * r * r + r) + 1.0
    # with t = (b - 3) / (b + 3) and another division at once
    left, right = b + 3.0, b + (b + 1.0)
    inverse = 1.0 / (left * right)
    t = (b - 3.0) * (right * inverse)
    p = polynomial(_ERFC_SHORT_64, t)
    return np.float32((power * (1.0 + p)) * (left * inverse) * _power_64(k))
''',
    '''
def _upper_64(x):
    """A number with the upper half of its bits, so that a product of two is exact."""
    return _float_64(_bits_64(x) & -0x8000000)
''',
    '''
def _erfc_far_64(a):
    """erfc(a) for a >= _ERF_NEAR_64."""
    # a² = square + rest, where the square is exact
    root = _upper_64(a)
    square, rest = root * root, (a - root) * (a + root)
    # -a² = k log(2) + r + lost, |r| <= log(2) / 2
    shifted = _ROUNDER_64 - (a * a) * _PER_LN2_64
    k = np.int64(_bits_64(shifted) - _ROUNDER_BITS_64)
    n = shifted - _ROUNDER_64
    left, low = -square - n * _LN2_64[0], n * _LN2_64[1] + rest
    r = left - low
    lost = (left - r) - low
    p = polynomial(_EXPM1_64, r)
    power = p * r * r + (lost + lost * r)
    # exp(a²) erfc(a) = above / below = quotient + more, with what the sums lost in more
    t = (a - 3.0) / (a + 3.0)
    p = polynomial(_ERFC_64, t)
    above, below = 1.0 + p, 1.0 + (a + a)
    lost_above, lost_below = p - (above - 1.0), 1.0 - (below - (a + a))
    inverse = 1.0 / below
    quotient, head = _upper_64(above * inverse), _upper_64(below)
    left = (above - quotient * head) - quotient * (below - head)
    more = (left + (lost_above - quotient * lost_below)) * inverse
    # times 1 + r + power, of which the first sum is exact
    part = _upper_64(r)
    main = quotient + quotient * part
    lost = (quotient - main) + quotient * part
    lost = lost + more * (1.0 + (r + power))
    y = main + (quotient * ((r - part) + power) + lost)
    half = k >> 1
    return y * _power_64(half) * _power_64(k - half)
''',
    '''
def _erf_N(x):
    """erf(x), also near 0."""
    # beyond this end it is 1; a NaN stays one
    a = abs(x)
    a = _ERF_MOST_N if a > _ERF_MOST_N else a
    # far from 0: 1 - exp(log(erfc(a)))
    p = polynomial(_LOG_ERFC_N, a)
    p, k = _exp_less_1_N(p)
    power = _power_N(k)
    far = (F(1.0) - power) - power * p
    y = a + _erf_more_N(a) if a < _ERF_NEAR_N else far
    return math.copysign(y, x)
''',
    '''
def _erfc_N(x):
    """erfc(x), also where it is subnormal."""
    # beyond this end it is 0 or 2; a NaN stays one
    a = abs(x)
    a = _ERFC_MOST_N if a > _ERFC_MOST_N else a
    far = _erfc_far_N(a)
    far = far if x > F(0.0) else F(2.0) - far
    return (F(1.0) - x) - _erf_more_N(x) if a < _ERF_NEAR_N else far
''',
)
"""Definitions by which a later one may go."""

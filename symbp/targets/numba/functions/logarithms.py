"""log and log1p: the exponent apart, and a polynomial in what is left.

The mantissa between sqrt(1/2) and sqrt(2), and the polynomial in s = f / (2 + f), are in W. J. Cody
and W. Waite, Software Manual for the Elementary Functions, 1980, chapter 5; the sum that keeps f
apart from what is small beside it is that of Sun's fdlibm, 1993. That log1p(x) is
log(u) of u = 1 + x with what the sum lost put back is from W. Kahan; here it joins the mantissa.
"""

from __future__ import annotations

__all__ = ["LOGARITHMS"]

LOGARITHMS = (
    '''
def _log_parts_N(x):
    """m and i with x = 2**(i - _BIAS_N) * m, sqrt(1/2) <= m < sqrt(2), for a normal x > 0."""
    shifted = _bits_N(x) + (_ONE_BITS_N - _ROOT_HALF_BITS_N)
    i = (shifted >> _MANTISSA_N) & _EXPONENTS_N
    m = _float_N((shifted & _MANTISSAS_N) + _ROOT_HALF_BITS_N)
    return m, i
''',
    '''
def _log_sum_N(f, k):
    """k log(2) + log(1 + f)."""
    s = f / (F(2.0) + f)
    z = s * s
    p = polynomial(_LOG_N, z)
    # log(1 + f) = f - (half - s (half + z p))
    half = F(0.5) * (f * f)
    return k * _LN2_N[0] + (f - (half - (s * (half + z * p) + k * _LN2_N[1])))
''',
    '''
def _log_N(x):
    """log(x), also of subnormal numbers."""
    is_small = x < _LEAST_NORMAL_N
    m, i = _log_parts_N(x * _TO_NORMAL_N if is_small else x)
    # a whole number behind the bits of a large one: as fast as can be made a float of it
    k = _float_N(i + _WHOLE_BITS_N) - (_WHOLE_SMALL_N if is_small else _WHOLE_N)
    y = _log_sum_N(m - F(1.0), k)
    # inf and NaN stay what they are
    y = y if x < _INF_N else x
    y = -_INF_N if x == F(0.0) else y
    return _NAN_N if x < F(0.0) else y
''',
    '''
def _log1p_N(x):
    """log(1 + x), also near 0."""
    u = F(1.0) + x
    lost = x - (u - F(1.0))
    m, i = _log_parts_N(u)
    k = _float_N(i + _WHOLE_BITS_N) - _WHOLE_N
    # the loss, divided by 2**k as u has been; of a large u it is 0
    inverse = _float_N((2 * _BIAS_N - i if i < 2 * _BIAS_N else 0) << _MANTISSA_N)
    y = _log_sum_N((m - F(1.0)) + lost * inverse, k)
    y = math.copysign(y, x) if x < _INF_N else x
    y = -_INF_N if x == F(-1.0) else y
    return _NAN_N if x < F(-1.0) else y
''',
)
"""Definitions by which a later one may go."""

"""Makes the table of coefficients.

    python -m symbp.targets.numba.functions.table

writes it anew.
"""

from __future__ import annotations

import mpmath
import numpy as np
from mpmath import mp, mpf, polyval

from symbp.targets.numba.functions.fits import CONSTANTS, FITS, Constant, Fit, Function
from symbp.targets.numba.functions.minimax import error, minimax
from symbp.targets.numba.functions.source import TABLE

__all__ = ["table"]

PRECISION = 250
Rounded = np.float32 | np.float64


def table() -> str:
    """The text of the table."""
    with mp.workprec(PRECISION):
        parts = [_constant(one, width) for one in CONSTANTS for width in sorted(one.bits)]
        parts += [_fit(fit, width) for fit in FITS for width in sorted(fit.degrees)]
    return "# Made by symbp.targets.numba.functions.table\n\n" + "\n".join(parts)


def _constant(constant: Constant, width: int) -> str:
    rest, parts = constant.value(), []
    for bits in constant.bits[width]:
        with mp.workprec(bits):
            parts.append(+rest)
        rest -= parts[-1]
    numbers = [_nearest(part, width) for part in [*parts, rest]]
    return _entry(constant.name, constant.text, width, numbers)


def _fit(fit: Fit, width: int) -> str:
    numbers = _rounded(fit, width)
    size = error(list(map(_exactly, numbers)), fit.function, fit.weight, fit.ends())
    text = f"{fit.text}, within 2**{mp.nstr(mpmath.log(size, 2), 3)}"
    return _entry(fit.name, text, width, numbers)


def _rounded(fit: Fit, width: int) -> list[Rounded]:
    """Coefficients in a format: the leading ones one by one, the rest fitted to what is left.

    So that later coefficients make up for the rounding of earlier ones: a plain way towards what N.
    Brisebarre, J.-M. Muller and A. Tisserand find in Computing Machine-Efficient Polynomial
    Approximations, ACM TOMS 32, 2006.
    """
    numbers: list[Rounded] = []
    for power in range(fit.leading + 1):
        fixed = numbers[:power]
        function, weight = _remaining(fit, [_exactly(number) for number in fixed])
        exact = minimax(function, weight, fit.ends(), fit.degrees[width] - power)
        numbers = fixed + [_nearest(number, width) for number in exact]
    return numbers


def _remaining(fit: Fit, fixed: list[mpf]) -> tuple[Function, Function]:
    """What is to be fitted where some coefficients are fixed, and its weight."""
    power = len(fixed)

    def function(x: mpf) -> mpf:
        return (fit.function(x) - polyval(fixed[::-1], x)) / x**power

    def weight(x: mpf) -> mpf:
        return fit.weight(x) * abs(x) ** power

    return function, weight


def _exactly(number: Rounded) -> mpf:
    return mpf(float(number))


def _nearest(number: mpf, width: int) -> Rounded:
    if width == 64:
        return np.float64(float(number))
    with mp.workprec(24):
        return np.float32(float(+number))


def _entry(name: str, text: str, width: int, numbers: list[Rounded]) -> str:
    lines = "".join(f"    {number!s},\n" for number in numbers)
    return f'[{name}_{width}]\ntext = "{text}"\nnumbers = [\n{lines}]\n'


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")

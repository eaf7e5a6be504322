"""What operations cost on a target, for the choice among equal formulas."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MEASURED", "Costs"]


@dataclass(frozen=True)
class Costs:
    """Times an element, in units of that of an addition of two arrays; the defaults are `MEASURED`.

    Args:
        length: nominal length of a named axis, a shape being unknown when code is made.
        leading_length: that of all axes together that `...` stands for.
        negation: of a sum of nothing but negative terms, or a product with -1.
        division: beyond a multiplication.
        root: a square root, beyond the whole power that is left.
        power: any other power.
        choice: one of two values by a condition.
        absolute, sign: of a number.
        function: an exponential, a logarithm, a hyperbolic or trigonometric function.
        special_function: an error or a gamma function.
        contraction: a step of a sum of products, in a matrix product.
        length_factor: a factor that is a length, where a mean was not taken.
        division_risk: what a division by a tensor costs beside its time: an entry may be 0.
    """

    length: float = 32.0
    leading_length: float = 256.0
    negation: float = 0.5
    division: float = 1.3
    root: float = 2.0
    power: float = 20.0
    choice: float = 3.0
    absolute: float = 1.0
    sign: float = 2.0
    function: float = 6.0
    special_function: float = 30.0
    contraction: float = 0.3
    length_factor: float = 0.1
    division_risk: float = 1.7


MEASURED = Costs()
"""Of vectorised operations, as NumPy 2 does them in float32 on arrays that fit a cache, rounded.

An addition or a multiplication takes .09 ns an element, a division .11, a square root .33, an
exponential, a logarithm or a hyperbolic tangent .2 to .6 with AVX-512 and .6 to 1.0 with AVX2, an
error function about 3. The lengths and the risk of a division are choices, not measured.
"""

"""Dual numbers with infinities, as IEEE arithmetic has them but for the declared conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sympy

from symbp.check.duals import Dual
from symbp.check.exact import Multiprecision
from symbp.check.oracle import Oracle

__all__ = ["Extended"]

BEYOND = 10**6
"""The decimal exponent of what stands for the size of log(0), and of its slope."""


class Extended(Multiprecision):
    """Dual numbers for which exp(-inf) is 0, while inf - inf and 0*inf have no value.

    log(0) is a number beyond all others, but finite: 0*log(0) is 0.

    Args:
        oracle, noise, seed: as for `Multiprecision`.
    """

    def __init__(self, oracle: Oracle, noise: Any = 0.0, seed: int = 0) -> None:
        super().__init__(oracle, noise, seed)
        logarithm = self.arithmetic.functions[sympy.log]
        beyond = oracle.context.mpf(10) ** BEYOND

        def extended(argument: Dual) -> Any:
            if argument.value != 0 or not argument.tensor:
                return logarithm(argument)
            slopes: dict[int, Any] = {}
            self.accumulate(slopes, beyond, argument.slopes)
            return self.made(-beyond, slopes, (argument,))

        functions = {**self.arithmetic.functions, sympy.log: extended}
        self.arithmetic = replace(self.arithmetic, functions=functions)

    def product(self, a: Any, b: Any) -> Any:
        return a * b

    def accumulate(self, total: dict[int, Any], factor: Any, slopes: Mapping[int, Any]) -> None:
        for number, slope in slopes.items():
            known = total.get(number)
            total[number] = factor * slope if known is None else known + factor * slope

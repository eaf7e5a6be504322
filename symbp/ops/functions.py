"""What is known of each scalar function, once: a record for each.

How a target prints it is in a table of the target; the judges have tables of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy
from sympy import Basic

from symbp.ops.primitives import erfc, erfcx, log_ndtr

__all__ = ["BY_KIND", "FUNCTIONS", "ScalarFunction", "kinds"]


@dataclass(frozen=True)
class ScalarFunction:
    """A function of one or two numbers.

    Args:
        name: in the notation, in programs and in texts.
        kinds: the SymPy classes that stand for it; the last one is what symbp builds.
        inside: a number where it has a value, if there are some where it has none.
        positive: whether it has values wherever its argument is above 0.
        bounded: whether its size never exceeds a few.
        grows: whether it overflows as an exponential does.
        special: whether it takes some thirty additions, and not a few.
    """

    name: str
    kinds: tuple[type[Basic], ...]
    inside: int | None = None
    positive: bool = False
    bounded: bool = False
    grows: bool = False
    special: bool = False


FUNCTIONS = (
    ScalarFunction("exp", (sympy.exp,), grows=True),
    ScalarFunction("log", (sympy.log,), inside=1, positive=True),
    ScalarFunction("sin", (sympy.sin,), bounded=True),
    ScalarFunction("cos", (sympy.cos,), bounded=True),
    ScalarFunction("tan", (sympy.tan,)),
    ScalarFunction("arcsin", (sympy.asin,), inside=0),
    ScalarFunction("arccos", (sympy.acos,), inside=0),
    ScalarFunction("arctan", (sympy.atan,)),
    ScalarFunction("arctan2", (sympy.atan2,), bounded=True),
    ScalarFunction("sinh", (sympy.sinh,), grows=True),
    ScalarFunction("cosh", (sympy.cosh,), grows=True),
    ScalarFunction("tanh", (sympy.tanh,), bounded=True),
    ScalarFunction("arcsinh", (sympy.asinh,)),
    ScalarFunction("arccosh", (sympy.acosh,), inside=1),
    ScalarFunction("arctanh", (sympy.atanh,), inside=0),
    ScalarFunction("abs", (sympy.Abs,)),
    ScalarFunction("sign", (sympy.sign,), bounded=True),
    ScalarFunction("erf", (sympy.erf,), bounded=True, special=True),
    ScalarFunction("erfc", (sympy.erfc, erfc), bounded=True, special=True),
    ScalarFunction("erfcx", (erfcx,), special=True),
    ScalarFunction("log_ndtr", (log_ndtr,), special=True),
    ScalarFunction("lgamma", (sympy.loggamma,), inside=1, positive=True, special=True),
    ScalarFunction("digamma", (sympy.polygamma,), inside=1, positive=True, special=True),
)

BY_KIND: Mapping[type[Basic], ScalarFunction] = MappingProxyType(
    {kind: function for function in FUNCTIONS for kind in function.kinds}
)
"""The functions by SymPy class."""


def kinds(holds: Callable[[ScalarFunction], bool]) -> tuple[type[Basic], ...]:
    """The SymPy classes of the functions of which something holds."""
    return tuple(kind for kind, function in BY_KIND.items() if holds(function))

"""Scalar functions: what is known of each."""

from symbp.ops.costs import MEASURED, Costs
from symbp.ops.functions import BY_KIND, FUNCTIONS, ScalarFunction, kinds
from symbp.ops.primitives import erfc, erfcx, log_ndtr, stop_gradient

__all__ = [
    "BY_KIND",
    "Costs",
    "FUNCTIONS",
    "MEASURED",
    "ScalarFunction",
    "erfc",
    "erfcx",
    "kinds",
    "log_ndtr",
    "stop_gradient",
]

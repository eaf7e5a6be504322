"""Poles that cancel: `exp(log(w) + r)/w` is `exp(r)`, also where w is 0.

The weight of a component, of a class or of a path may be 0. Its logarithm is then -inf, its
exponential 0, and 0 is divided by 0 where the slope by that weight is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Basic, Expr, Mul, S, exp, log

from symbp.calculus.bounds import is_apart_from_zero
from symbp.calculus.indices import canonical, instantiate, transform
from symbp.notation.expression import Differs, Entry, Where
from symbp.notation.layer import Equation

__all__ = ["without_poles"]


def without_poles(expression: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """An equal expression with the definitions put in whose logarithms make up for a divisor.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
    """
    values = (definition.value for definition in definitions.values())
    if not expression.has(exp) or not any(value.has(log) for value in values):
        return expression
    return canonical(transform(expression, lambda node: _opened(node, definitions)))


def _opened(product: Basic, definitions: Mapping[str, Equation]) -> Basic:
    if not product.is_Mul:
        return product
    divisors = [f.base for f in product.args if f.is_Pow and f.exp == S.NegativeOne]
    logarithms = {log(divisor) for divisor in divisors if not is_apart_from_zero(divisor)}
    for power in product.args if logarithms else ():
        if not isinstance(power, exp):
            continue
        for entry in sorted(power.exp.atoms(Entry), key=str):
            if entry.name not in definitions or power.exp.coeff(entry) != 1:
                continue
            definition = definitions[entry.name]
            value = instantiate(definition.value, definition.axes, entry.indices)
            cancelling = [term for term in value.args if value.is_Add and term in logarithms]
            for logarithm in cancelling:
                divisor = logarithm.args[0]
                rest = Mul(*(f for f in product.args if f not in (power, 1 / divisor)))
                left = exp(power.exp - entry + value - logarithm)
                return Where(Differs(divisor, S.Zero), power / divisor, left) * rest
    return product

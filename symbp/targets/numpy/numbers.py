"""Tensor-free expressions as Python: literals, hyper-parameters, lengths, constants by name."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from functools import reduce

from symbp.program.operations import Operation, Scalar
from symbp.program.scalars import Apply, Hyper, LengthOf, Named, Number, Tree
from symbp.targets.tree import Binary, Call, Choice, Expression, Literal, Name, Unary

__all__ = ["named_numbers", "number"]

Lengths = Mapping[str, Expression]
MATH = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
"""Names of functions in Python's `math`, where they are others there."""
BUILT_IN = {"abs": "abs", "maximum": "max", "minimum": "min"}
SIGNS = {
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
    "logical_and": "and",
    "logical_or": "or",
}
NAMES = {"pi": Name("np.pi"), "e": Name("math.e", "math")}


def number(tree: Tree, lengths: Lengths) -> Expression:
    """A tensor-free expression or condition as Python.

    Args:
        tree: the expression.
        lengths: expressions for the lengths in it, by space.
    """
    match tree:
        case Number(value=value):
            text = repr(value).replace("e+", "e")
            return Literal(text if math.isfinite(value) else text.replace("inf", "np.inf"))
        case Named(name=name):
            return NAMES[name]
        case Hyper(name=name):
            return Name(f"self.{name}")
        case LengthOf(space=space):
            return lengths[space]
        case Apply(function=function, arguments=arguments):
            return _apply(function, arguments, lengths)


def named_numbers(
    operations: Iterable[Operation], reserved: Collection[str]
) -> dict[int, tuple[str, Expression]]:
    """The numbers that the module names, with name and value, by operation.

    Args:
        operations: of a program.
        reserved: names that none may have.
    """
    found: dict[int, tuple[str, Expression]] = {}
    values: dict[str, Expression] = {}
    for place, operation in enumerate(operations):
        if isinstance(operation, Scalar) and operation.title:
            name, value = operation.title, number(operation.value, {})
            chosen, count = name, 1
            while chosen in reserved or values.setdefault(chosen, value) != value:
                count += 1
                chosen = f"{name}_{count}"
            found[place] = chosen, value
    return found


def _apply(function: str, arguments: tuple[Tree, ...], lengths: Lengths) -> Expression:
    parts = [number(argument, lengths) for argument in arguments]
    if function == "add":
        return _sum(arguments, parts, lengths)
    if function == "negative":
        return Unary("-", parts[0], loose=True)
    if function == "power" and not _is_real(*arguments):
        return Call(Name("math.pow", "math"), tuple(parts))
    if function in SIGNS:
        return reduce(lambda a, b: Binary(a, SIGNS[function], b), parts)
    if function == "logical_not":
        return Unary("not", parts[0])
    if function == "where":
        return Choice(parts[1], parts[0], parts[2])
    if function == "sign":
        zero = Literal("0")
        return Binary(Binary(parts[0], ">", zero), "-", Binary(parts[0], "<", zero))
    if function in BUILT_IN:
        return Call(Name(BUILT_IN[function]), tuple(parts))
    return Call(Name(f"math.{MATH.get(function, function)}", "math"), tuple(parts))


def _is_real(base: Tree, exponent: Tree) -> bool:
    """Whether `base**exponent` is real whatever the hyper-parameters are.

    Python's `**` of a negative number and a fraction is a complex number; `math.pow` refuses them.
    """
    if isinstance(exponent, LengthOf) or isinstance(base, LengthOf | Named):
        return True
    if isinstance(exponent, Number) and float(exponent.value).is_integer():
        return True
    return isinstance(base, Number) and base.value >= 0


def _sum(terms: tuple[Tree, ...], parts: list[Expression], lengths: Lengths) -> Expression:
    total = parts[0]
    for term, part in zip(terms[1:], parts[1:], strict=True):
        if isinstance(term, Apply) and term.function == "negative":
            total = Binary(total, "-", number(term.arguments[0], lengths))
        elif isinstance(term, Number) and term.value < 0:
            total = Binary(total, "-", number(Number(-term.value), lengths))
        else:
            total = Binary(total, "+", part)
    return total

"""Tensor-free expressions as Python: literals, hyper-parameters, lengths, constants by name."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping

from symbp.program.operations import Operation, Scalar
from symbp.program.scalars import Apply, Hyper, LengthOf, Named, Number, Tree
from symbp.targets.numpy.text import ATOM, CHOICE, COMPARE, POWER, PRODUCT, SUM, Text

__all__ = ["named_numbers", "number"]

Lengths = Mapping[str, str]
CALLS = {
    "arcsin": "math.asin",
    "arccos": "math.acos",
    "arctan": "math.atan",
    "arctan2": "math.atan2",
    "arcsinh": "math.asinh",
    "arccosh": "math.acosh",
    "arctanh": "math.atanh",
    "gammaln": "math.lgamma",
    "abs": "abs",
    "maximum": "max",
    "minimum": "min",
}
"""Python's functions of a number; the others are called as they are, in `math`."""
RELATIONS = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}
JUNCTIONS = {"logical_and": " and ", "logical_or": " or "}
NAMES = {"pi": "np.pi", "e": "math.e"}


def number(tree: Tree, lengths: Lengths) -> Text:
    """A tensor-free expression or condition as Python.

    Args:
        tree: the expression.
        lengths: expressions for the lengths in it, by space.
    """
    match tree:
        case Number(value=value):
            text = repr(value) if math.isfinite(value) else repr(value).replace("inf", "np.inf")
            return Text(text, SUM if text.startswith("-") else ATOM)
        case Named(name=name):
            return Text(NAMES[name])
        case Hyper(name=name):
            return Text(f"self.{name}")
        case LengthOf(space=space):
            return Text(lengths[space])
        case Apply(function=function, arguments=arguments):
            return _apply(function, arguments, lengths)


def named_numbers(
    operations: Iterable[Operation], reserved: Collection[str]
) -> dict[int, tuple[str, str]]:
    """The numbers that the module names, with name and text, by operation.

    Args:
        operations: of a program.
        reserved: names that none may have.
    """
    found: dict[int, tuple[str, str]] = {}
    texts: dict[str, str] = {}
    for place, operation in enumerate(operations):
        if isinstance(operation, Scalar) and operation.title:
            name, text = operation.title, number(operation.value, {}).code
            chosen, count = name, 1
            while chosen in reserved or texts.setdefault(chosen, text) != text:
                count += 1
                chosen = f"{name}_{count}"
            found[place] = chosen, text
    return found


def _apply(function: str, arguments: tuple[Tree, ...], lengths: Lengths) -> Text:
    parts = [number(argument, lengths) for argument in arguments]
    if function == "add":
        return Text(_sum(arguments, parts, lengths), SUM)
    if function == "negative":
        power = isinstance(arguments[0], Apply) and arguments[0].function == "power"
        return Text(f"-{parts[0].at(ATOM if power else PRODUCT)}", SUM)
    if function == "multiply":
        return Text(" * ".join(part.at(PRODUCT) for part in parts), PRODUCT)
    if function == "divide":
        return Text(f"{parts[0].at(PRODUCT)} / {parts[1].at(POWER)}", PRODUCT)
    if function == "power":
        base, exponent = parts[0].at(ATOM), parts[1].at(POWER)
        simple = all(re.fullmatch(r"[\w.]+", text) for text in (base, exponent))
        return Text(f"{base}**{exponent}" if simple else f"{base} ** {exponent}", POWER)
    if function in RELATIONS:
        return Text(f"{parts[0].at(SUM)} {RELATIONS[function]} {parts[1].at(SUM)}", COMPARE)
    if function in JUNCTIONS:
        return Text(JUNCTIONS[function].join(f"({part.code})" for part in parts), CHOICE)
    if function == "logical_not":
        return Text(f"not ({parts[0].code})", CHOICE)
    if function == "where":
        return Text(f"{parts[1].at(SUM)} if {parts[0].code} else {parts[2].at(SUM)}", CHOICE)
    if function == "sign":
        of = parts[0].at(SUM)
        return Text(f"(({of} > 0) - ({of} < 0))")
    called = CALLS.get(function, f"math.{function}")
    return Text(f"{called}({', '.join(part.code for part in parts)})")


def _sum(terms: tuple[Tree, ...], parts: list[Text], lengths: Lengths) -> str:
    text = parts[0].at(SUM)
    for term, part in zip(terms[1:], parts[1:], strict=True):
        if isinstance(term, Apply) and term.function == "negative":
            text += f" - {number(term.arguments[0], lengths).at(PRODUCT)}"
        elif isinstance(term, Number) and term.value < 0:
            text += f" - {number(Number(-term.value), lengths).code}"
        else:
            text += f" + {part.at(SUM)}"
    return text

"""The text of the functions that a module needs."""

from __future__ import annotations

import math
import re
import textwrap
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict

import numpy as np

from symbp.targets.numba.functions import (
    circular,
    error_functions,
    exponentials,
    logarithms,
)
from symbp.targets.numba.functions.formats import FORMATS, Format, Number

__all__ = ["NAMES", "TABLE", "definitions", "source"]

TABLE = Path(__file__).with_name("coefficients.toml")
"""The coefficients of the polynomials, made by `table`."""
NAMES = (
    "exp",
    "expm1",
    "tanh",
    "log",
    "log1p",
    "erf",
    "erfc",
    "near_sin",
    "near_cos",
    "sin",
    "cos",
    "is_far",
)
WIDTH = 88
LONG = 100_000
"""From here on a whole number is written in hexadecimal."""

DECORATOR = """\
# no "reassoc": the functions rest on sums being taken as they are written
_inlined = numba.njit(error_model="numpy", fastmath={"contract"}, forceinline=True)"""
BITS = (
    '''
def _bits_N(x):
    """The bits of a number, as a whole number."""
    return NUMBER(x).view(INTEGER)
''',
    '''
def _float_N(i):
    """The number that has such bits."""
    return INTEGER(i).view(NUMBER)
''',
)
GENERIC = '''\
def _NAME(x):
    """NAME of a float32 or a float64."""
    return _NAME_32(x) if isinstance(x, np.float32) else _NAME_64(x)'''
TEMPLATES = (
    *BITS,
    *exponentials.EXPONENTIALS,
    *logarithms.LOGARITHMS,
    *error_functions.ERROR_FUNCTIONS,
    *circular.CIRCULAR,
)
NUMBERS: Mapping[str, tuple[Number, Number]] = {
    **exponentials.NUMBERS,
    **error_functions.NUMBERS,
    **circular.NUMBERS,
}


class Entry(TypedDict):
    """Coefficients in the table, and what they are."""

    text: str
    numbers: list[float]


def source(names: Collection[str], dtypes: Collection[str] = tuple(FORMATS)) -> str:
    """The text of functions, with what they call and the constants that they take before them.

    It stands in a module that imports `math`, `numba` and `numpy as np`. The function `exp` is
    `_exp_32` for float32 and `_exp_64` for float64; each takes a number of its own type. Where both
    types are needed, `_exp` is the one of its argument's type.

    Args:
        names: of the functions; those in `NAMES`.
        dtypes: the types that they are needed for.
    """
    constants, functions = definitions(names, dtypes)
    decorated = [f"@_inlined\n{text}" for text in functions.values()]
    return "\n".join(constants) + "\n\n" + "\n\n\n".join([DECORATOR, *decorated]) + "\n"


def definitions(
    names: Collection[str], dtypes: Collection[str] = tuple(FORMATS)
) -> tuple[list[str], dict[str, str]]:
    """The constants and the functions of `source`, these by name and not decorated."""
    known = _definitions()
    wanted = {f"_{name}_{FORMATS[dtype].width}" for name in names for dtype in dtypes}
    needed = [name for name in known if name in _needed(known, wanted)]
    constants = [known[name] for name in needed if not name.islower()]
    functions = {name: known[name] for name in needed if name.islower()}
    if set(dtypes) == set(FORMATS):
        functions |= {f"_{name}": GENERIC.replace("NAME", name) for name in sorted(names)}
    return constants, functions


def _needed(known: Mapping[str, str], names: set[str]) -> set[str]:
    """Names with all that their definitions mention."""
    mentioned = {word for name in names for word in re.findall(r"\w+", known[name])} & known.keys()
    return names if mentioned <= names else _needed(known, names | mentioned)


@cache
def _definitions() -> Mapping[str, str]:
    """The text of every constant and function by its name, each after what it takes."""
    table: dict[str, Entry] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    lengths = {f"_{name}": len(entry["numbers"]) for name, entry in table.items()}
    found: dict[str, str] = {}
    for format_ in FORMATS.values():
        ending = f"_{format_.width}"
        chosen = {name: pair[format_.width == 64] for name, pair in NUMBERS.items()}
        for name, number in {**format_.numbers, **chosen}.items():
            found[f"_{name}{ending}"] = _constant(f"_{name}{ending}", number, format_)
        for name, entry in table.items():
            if name.endswith(ending):
                found[f"_{name}"] = _coefficients(f"_{name}", entry, format_)
        for template in TEMPLATES:
            text = _function(template, format_, lengths)
            name = text[len("def ") : text.index("(")]
            if name.endswith(ending):
                found[name] = text
    return MappingProxyType(found)


def _constant(name: str, value: Number, format_: Format) -> str:
    if isinstance(value, float):
        return f"{name} = {_literal(value, format_)}"
    text = str(value) if abs(value) < LONG else f"{value:#x}".upper().replace("X", "x")
    return f"{name} = {text}"


def _coefficients(name: str, entry: Entry, format_: Format) -> str:
    """A constant that holds a number or a tuple of them, under a line that says what it is."""
    text = "\n".join(f"# {line}" for line in textwrap.wrap(entry["text"], WIDTH - 2))
    numbers = [_literal(number, format_) for number in entry["numbers"]]
    if len(numbers) == 1:
        return f"{text}\n{name} = {numbers[0]}"
    lines = "".join(f"    {number},\n" for number in numbers)
    return f"{text}\n{name} = (\n{lines})"


def _literal(number: float, format_: Format) -> str:
    """A number in emitted code; where Python's own have another type, with its type."""
    shortest = number if format_.width == 64 else float(str(np.float32(number)))
    text = repr(shortest).replace("e+", "e")
    text = text if math.isfinite(number) else f"np.{text}"
    return text if format_.width == 64 else f"np.float32({text})"


def _function(template: str, format_: Format, lengths: Mapping[str, int]) -> str:
    """A function for a type: `_N` becomes the width, and a polynomial a line for each product."""
    text = re.sub(r"_N\b", f"_{format_.width}", template.strip())
    text = re.sub(r"\bF\(([^()]+)\)", lambda found: _literal(float(found[1]), format_), text)
    text = text.replace("NUMBER", f"np.float{format_.width}")
    text = text.replace("INTEGER", f"np.int{format_.width}")
    return re.sub(
        r"(\w+) = polynomial\((\w+), (\w+)\)",
        lambda found: _horner(found[1], found[2], found[3], lengths[found[2]]),
        text,
    )


def _horner(name: str, coefficients: str, argument: str, count: int) -> str:
    """A polynomial by Horner's rule, from the highest power down, in the body of a function."""
    lines = [f"{name} = {coefficients}[{count - 1}]"]
    for i in reversed(range(count - 1)):
        lines.append(f"{name} = {name} * {argument} + {coefficients}[{i}]")
    return "\n    ".join(lines)

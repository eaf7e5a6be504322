"""Numbers tell where algebra does not decide: two expressions at random places, 50 digits."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from mpmath import MPContext
from sympy import Basic, Expr

from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.notation.expression import (
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Reduction,
    Size,
    SumOver,
    Where,
    free_symbols,
)
from symbp.notation.layer import Equation
from symbp.ops import erfcx, log_ndtr, stop_gradient

__all__ = ["do_agree", "do_differ", "does_grow_far_out"]

Definitions = Mapping[str, Equation]
NOTHING: Definitions = MappingProxyType({})


LENGTHS = (2, 5)
"""Of every axis; the second is tried where the first tells nothing."""
PLACES = 8
DIGITS = 50
TOLERANCE = 10.0**-30
NEAR = 10.0**-35
FAR = ((0, 300), (-300, 0), (-300, 300), (-300, 300))
LIMIT = 60

_MP = MPContext()
_MP.dps = DIGITS

_COMBINED: Mapping[type, Callable[..., Any]] = {
    sympy.Add: lambda *terms: reduce(operator.add, terms),
    sympy.Mul: lambda *factors: reduce(operator.mul, factors),
    sympy.Pow: lambda base, power: _MP.power(base, power),
    sympy.Abs: _MP.fabs,
    sympy.polygamma: _MP.psi,
    erfcx: lambda u: _MP.exp(u * u) * _MP.erfc(u),
    log_ndtr: lambda u: _MP.log(_MP.ncdf(u)),
    Maximum: max,
    Minimum: min,
    Differs: lambda a, b: _apart(a, b, operator.ne),
    sympy.Gt: lambda a, b: _apart(a, b, operator.gt),
    sympy.Ge: lambda a, b: _apart(a, b, operator.ge),
    sympy.Lt: lambda a, b: _apart(a, b, operator.lt),
    sympy.Le: lambda a, b: _apart(a, b, operator.le),
    sympy.Eq: lambda a, b: _apart(a, b, operator.eq),
    sympy.Ne: lambda a, b: _apart(a, b, operator.ne),
    sympy.sign: lambda a: _apart(a, 0, lambda a, b: _MP.sign(a - b)),
    sympy.And: lambda *parts: all(parts),
    sympy.Or: lambda *parts: any(parts),
    sympy.Not: operator.not_,
    stop_gradient: lambda value: value,
}
_REDUCED: Mapping[type, Callable[[list[Any]], Any]] = {
    SumOver: sum,
    MaxOver: max,
    MinOver: min,
    ArgMaxOver: lambda values: _place_of(max, values),
    ArgMinOver: lambda values: _place_of(min, values),
}


def _apart(a: Any, b: Any, compared: Callable[[Any, Any], Any]) -> Any:
    """A comparison; rounding may decide that of two numbers that are almost equal.

    Raises:
        ValueError: it would.
    """
    finite = _MP.isfinite(a) and _MP.isfinite(b)
    if finite and a != b and abs(a - b) < NEAR * max(abs(a), abs(b), 1):
        raise ValueError("too close")
    return compared(a, b)


def _place_of(extreme: Callable[[list[Any]], Any], values: list[Any]) -> int:
    """Where the first extreme value stands.

    Raises:
        ValueError: rounding decides it, or no value is a number.
    """
    found = extreme(values)
    for place, value in enumerate(values):
        if _apart(value, found, operator.eq):
            return place
    raise ValueError("not a number")


def do_differ(a: Expr, b: Expr, definitions: Definitions = NOTHING) -> bool:
    """Whether two expressions differ by their numbers at one of some random places.

    Args:
        a, b: the expressions.
        definitions: of tensors in them, by name; all others have random entries.
    """
    return _compared(a, b, definitions) is False


def do_agree(a: Expr, b: Expr, definitions: Definitions = NOTHING) -> bool:
    """Whether two expressions have the same numbers at some random places, and there are some.

    Args:
        a, b: the expressions.
        definitions: of tensors in them, by name; all others have random entries.
    """
    return _compared(a, b, definitions) is True


def _compared(a: Expr, b: Expr, definitions: Definitions) -> bool | None:
    """Whether two expressions agree wherever numbers tell; None if they do nowhere.

    A place where one of them has no real value tells nothing, nor does one where rounding decides
    which branch is taken. A mask over positions may leave nothing of a few.
    """
    for length in LENGTHS:
        told = False
        for seed in range(PLACES):
            place = _Place(seed, definitions, (-3 if seed % 2 else 0, 3), length)
            try:
                left, right = (place.value(side, {}) for side in (a, b))
            except (TypeError, ValueError, ZeroDivisionError, OverflowError):
                continue
            if not all(isinstance(n, int | _MP.mpf) and _MP.isfinite(n) for n in (left, right)):
                continue
            if abs(left - right) > TOLERANCE * (1 + abs(left)):
                return False
            told = True
        if told:
            return True
    return None


def does_grow_far_out(exponent: Expr, definitions: Definitions) -> bool:
    """Whether an exponent is large at one of some random places far out.

    Args:
        exponent: of an exponential.
        definitions: of tensors in it, by name.
    """
    for seed, limits in enumerate(FAR):
        place = _Place(seed, definitions, limits)
        try:
            value = place.value(exponent, {})
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return True
        if not (isinstance(value, int | _MP.mpf) and value <= LIMIT):
            return True
    return False


class _Place:
    """Random numbers for all that an expression leaves open, the same for both sides.

    Args:
        seed: of the numbers.
        definitions: of the tensors whose entries are computed.
        limits: between which they lie.
        length: of every axis.
    """

    def __init__(
        self,
        seed: int,
        definitions: Definitions,
        limits: tuple[int, int],
        length: int = LENGTHS[0],
    ) -> None:
        self._length = length
        self._seed, self._definitions, self._limits = seed, definitions, limits
        self._known: dict[tuple[Any, ...], Any] = {}

    def value(self, node: Basic, at: Mapping[Index, int]) -> Any:
        """The value with the indices in `at` as given."""
        bound = frozenset((index, at[index]) for index in free_symbols(node) & at.keys())
        key = (node, bound)
        if key not in self._known:
            self._known[key] = self._value(node, at)
        return self._known[key]

    def _value(self, node: Any, at: Mapping[Index, int]) -> Any:
        if node is sympy.S.NegativeInfinity:
            return -_MP.inf
        if node in (sympy.zoo, sympy.nan):
            raise ValueError("not a number")
        if node.is_Number or node.is_NumberSymbol:
            return (
                _MP.mpf(node.p) / node.q if node.is_Rational else _MP.mpf(str(node.evalf(DIGITS)))
            )
        if node in (sympy.true, sympy.false):
            return bool(node)
        if isinstance(node, Size):
            return _MP.mpf(self._length)
        if isinstance(node, Index):
            return at[node] if node in at else self._drawn((node.name,), integer=True)
        if isinstance(node, Entry):
            places = tuple(self._position(slot, at) for slot in node.indices)
            defined = self._definitions.get(node.name)
            if defined is not None:
                return self.value(defined.value, dict(zip(defined.axes, places, strict=True)))
            return self._drawn((node.name, *places))
        if isinstance(node, Delta):
            return _MP.mpf(self._position(node.args[0], at) == self._position(node.args[1], at))
        if isinstance(node, Where):
            condition, a, b = node.args
            return self.value(a if self.value(condition, at) else b, at)
        if isinstance(node, Reduction | ArgMaxOver | ArgMinOver):
            ranges = itertools.product(range(self._length), repeat=len(node.bound))
            inner = ({**at, **dict(zip(node.bound, place, strict=True))} for place in ranges)
            return _REDUCED[type(node)]([self.value(node.body, place) for place in inner])
        if node.is_Symbol:
            return self._drawn((node.name,))
        combine = _COMBINED.get(node.func) or getattr(_MP, node.func.__name__)
        return combine(*(self.value(argument, at) for argument in node.args))

    def _position(self, slot: Basic, at: Mapping[Index, int]) -> int:
        """A place along an axis; what an entry holds is taken around the end."""
        found = int(self.value(slot, at))
        return found % self._length if isinstance(slot, Entry) else found

    def _drawn(self, name: tuple[Any, ...], integer: bool = False) -> Any:
        draw = random.Random(f"{self._seed} {name}")
        if integer:
            return draw.randrange(self._length)
        least, most = self._limits
        return _MP.mpf(draw.randint(1000 * least or 1, 1000 * most or -1)) / 1000

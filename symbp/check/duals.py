"""Exact gradients by dual numbers: the oracle's scalar loops with a derivative beside each value.

A dual number is a value and its derivatives by the entries of the arguments, carried forward
through the equations (forward-mode differentiation; Wengert, "A simple automatic derivative
evaluation program", CACM 7 (1964) 463-464). The derivatives of the scalar functions are those of
`symbp.check.slopes`, and what holds at a tie is stated here once more, so that nothing is shared
with the derivation:

- `maximum(a, b)` at a tie is the side without tensors if there is one, else a;
- `minimum(a, b)` at a tie is the side with tensors if only one has them, else b;
- `max` and `min` over an index are the first extreme entry; `where` is the branch taken;
- the slopes of `abs` and `sign` at 0, and of u**p with 0 < p < 1 at u = 0, are 0;
- a factor that is exactly 0 wins against infinity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.check.oracle import Oracle
from symbp.check.scope import Arithmetic, Scope, larger, smaller
from symbp.check.slopes import SLOPES, power_slopes
from symbp.notation.layer import Layer

__all__ = ["ROOM", "Dual", "Duals"]

SHORT = 40
"""Bits of a number that sums and products of a few like it hold exactly in float64."""
SAME = 1e-25
NEAR = 1e-10
ROOM = 251
"""How many different errors there are."""


class Dual:
    """A value with its derivatives; compared by value.

    Args:
        home: what it is computed in.
        value: a multiprecision number.
        slopes: the derivatives that are not 0 by the number of the entry.
        sharp: whether float64 arithmetic has exactly this value, in any order of evaluation.
        tensor: whether it depends on an entry of a tensor.
    """

    __slots__ = ("home", "sharp", "slopes", "tensor", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, home: Duals, value: Any, slopes: dict[int, Any], sharp: bool, tensor: bool
    ) -> None:
        self.home, self.value, self.slopes = home, value, slopes
        self.sharp, self.tensor = sharp, tensor

    def __add__(self, other: Dual) -> Dual:
        return self.home.added(self, other)

    def __mul__(self, other: Dual) -> Dual:
        slopes: dict[int, Any] = {}
        self.home.accumulate(slopes, other.value, self.slopes)
        self.home.accumulate(slopes, self.value, other.slopes)
        value = self.home.product(self.value, other.value)
        return self.home.made(value, slopes, (self, other), float(self.value) * float(other.value))

    def __ge__(self, other: Dual) -> bool:
        return bool(self.home.compared(self, other) and self.value >= other.value)

    def __gt__(self, other: Dual) -> bool:
        return bool(self.home.compared(self, other) and self.value > other.value)

    def __le__(self, other: Dual) -> bool:
        return bool(self.home.compared(self, other) and self.value <= other.value)

    def __lt__(self, other: Dual) -> bool:
        return bool(self.home.compared(self, other) and self.value < other.value)

    def __eq__(self, other: object) -> bool:
        return not self != other

    def __ne__(self, other: object) -> bool:
        assert isinstance(other, Dual)
        if other is not self:
            self.home.compared(self, other)
        return bool(self.value != other.value)


class Duals:
    """Dual numbers as an arithmetic for the scalar loops.

    Args:
        oracle: whose multiprecision numbers are used.
        noise: the largest relative error of every step.
        seed: of the errors.
        ties_kept: whether values have none.

    `ties` and `blurred` count the decisions between equals as `Gradients` has them.
    """

    def __init__(
        self, oracle: Oracle, noise: float = 0.0, seed: int = 0, ties_kept: bool = False
    ) -> None:
        self.oracle, self.ties, self.blurred = oracle, 0, 0
        self.noisy, self._place, self._kept = noise > 0, 0, ties_kept
        drawn = np.random.default_rng(seed).uniform(-1, 1, ROOM if self.noisy else 0)
        self.errors = [1 + oracle.context.mpf(v) * noise for v in drawn]
        self.arithmetic = Arithmetic(
            number=lambda number: self.constant(oracle.number(number)),
            power=self.power,
            functions={
                kind: self._function(function, SLOPES[kind], kind.__name__ in ("Abs", "sign"))
                for kind, function in oracle.arithmetic.functions.items()
            },
            maximum=_maximum,
            minimum=_minimum,
        )

    def scope(self, layer: Layer, data: Data) -> tuple[Scope, dict[str, int]]:
        """The arguments as dual numbers, and the number of each one's first entry."""
        plain = self.oracle.scope(layer, data)
        tensors, first, count = {}, {}, 0
        wanted = subject.differentiable(layer)
        for name, array in plain.tensors.items():
            if array.dtype != object:
                tensors[name] = array
                continue
            result = np.empty(array.shape, object)
            if name in wanted:
                first[name] = count
            for flat, value in enumerate(array.flat):
                slopes = {count + flat: self.oracle.context.one} if name in wanted else {}
                result.flat[flat] = Dual(self, self.given(value), slopes, True, True)
            count += array.size
            tensors[name] = result
        numbers = {name: self.constant(value) for name, value in plain.numbers.items()}
        return Scope(tensors, plain.lengths, numbers), first

    def added(self, a: Dual, b: Dual) -> Dual:
        """The sum."""
        slopes = dict(a.slopes)
        self.accumulate(slopes, 1, b.slopes)
        value = self.oracle.arithmetic.add(a.value, b.value)
        return self.made(value, slopes, (a, b), float(a.value) + float(b.value))

    def given(self, value: Any) -> Any:
        """An argument's entry as it is taken in."""
        return value if self._kept else self.off(value)

    def product(self, a: Any, b: Any) -> Any:
        """The product of two values; nan only if a factor is."""
        if (a == 0 or b == 0) and a == a and b == b:
            return a if a == 0 else b
        return a * b

    def accumulate(self, total: dict[int, Any], factor: Any, slopes: Mapping[int, Any]) -> None:
        """Adds the slopes times a factor; a factor of 0 adds nothing, whatever they are."""
        if factor == 0:
            return
        for number, slope in slopes.items():
            if slope == 0:
                continue
            known = total.get(number)
            total[number] = factor * slope if known is None else known + factor * slope

    def constant(self, value: Any) -> Dual:
        """A number without derivatives."""
        return Dual(self, value, {}, True, False)

    def made(
        self, value: Any, slopes: dict[int, Any], of: tuple[Dual, ...], rounded: float | None = None
    ) -> Dual:
        """The result of an operation.

        Args:
            value, slopes: as computed.
            of: the operands.
            rounded: what float64 makes of the operands; None if it is the nearest float.
        """
        if not any(dual.tensor for dual in of):
            return self.constant(value)
        sharp = all(dual.sharp for dual in of) and self.oracle.context.isfinite(value)
        if sharp:
            nearest = float(value)
            near = self.oracle.context.mpf(nearest)
            sharp = (
                near.man_exp[0].bit_length() <= SHORT
                and abs(near - value) <= SAME * abs(near)
                and rounded in (None, nearest)
            )
            value = near if sharp else value
        if self.noisy:
            slopes = {number: self.off(slope) for number, slope in slopes.items()}
            value = value if self._kept else self.off(value)
        return Dual(self, value, slopes, sharp, True)

    def compared(self, a: Dual, b: Dual) -> bool:
        """Counts a decision between equals, or between numbers that are too near; True."""
        if a.tensor or b.tensor:
            self._counted(a.value == b.value, a.sharp and b.sharp, a.value - b.value, a, b)
        return True

    def _counted(self, equal: bool, sharp: bool, gap: Any, *of: Dual) -> None:
        if sharp:
            self.ties += equal
        elif abs(gap) <= NEAR * max(1, *(abs(dual.value) for dual in of)):
            self.blurred += 1

    def off(self, value: Any) -> Any:
        """A number with the next error."""
        if not self.noisy:
            return value
        self._place = (self._place + 1) % ROOM
        return value * self.errors[self._place]

    def power(self, base: Dual, exponent: Dual) -> Dual:
        value = self.oracle.arithmetic.power(base.value, exponent.value)
        if 0 < exponent.value < 1 and base.tensor:
            self._counted(base.value == 0, base.sharp, base.value, base)
        slopes: dict[int, Any] = {}
        by_base, by_exponent = self.power_slopes(base.value, exponent.value, value)
        self.accumulate(slopes, by_base, base.slopes)
        self.accumulate(slopes, by_exponent, exponent.slopes)
        return self.made(value, slopes, (base, exponent))

    def power_slopes(self, base: Any, exponent: Any, value: Any) -> tuple[Any, Any]:
        """The derivatives of a power by base and exponent."""
        return power_slopes(self.oracle, base, exponent, value)

    def _function(
        self, function: Callable[..., Any], slopes_of: Callable[..., Any], kinked: bool
    ) -> Callable[..., Dual]:
        def apply(*arguments: Dual) -> Dual:
            values = [argument.value for argument in arguments]
            value = function(*values)
            if kinked and arguments[0].tensor:
                self._counted(values[0] == 0, arguments[0].sharp, values[0], arguments[0])
            slopes: dict[int, Any] = {}
            if any(argument.slopes for argument in arguments):
                local = slopes_of(self.oracle, *values, value)
                for slope, argument in zip(local, arguments, strict=True):
                    self.accumulate(slopes, slope, argument.slopes)
            return self.made(value, slopes, arguments)

        return apply


def _maximum(a: Dual, b: Dual) -> Dual:
    """At a tie the side without tensors, else the first."""
    return larger(b, a) if a.tensor and not b.tensor else larger(a, b)


def _minimum(a: Dual, b: Dual) -> Dual:
    """At a tie the side with tensors, else the second."""
    return smaller(a, b) if a.tensor and not b.tensor else smaller(b, a)

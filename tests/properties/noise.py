"""An oracle that errs a little at every step, always in the same way.

How far its values and derivatives are from the exact ones tells how ill-conditioned a layer is at
its arguments, whoever computes it: by roundings inside, not only of the arguments.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from symbp.check import Oracle
from symbp.check.data import Data
from symbp.notation import Layer

__all__ = ["Noisy"]

TINY = 1e-60


class Noisy(Oracle):
    """Relative errors of up to `amplitude` in every sum, power and function.

    `largest` is the largest number that has come up on the way. `at_root` says whether a root of
    0 was taken: its slope is infinite, and no gradient goes through it.
    """

    def __init__(self, digits: int, amplitude: float, seed: int = 0) -> None:
        super().__init__(digits)
        rng = np.random.default_rng(seed)
        self._errors = [self.context.mpf(v) * amplitude for v in rng.uniform(-1, 1, 997).tolist()]
        self._place = 0
        self.largest = 0.0
        self.at_root = False
        plain = self.arithmetic
        self.arithmetic = dataclasses.replace(
            plain,
            add=self._erring(plain.add, but_integers=True),
            power=self._erring(self._watched(plain.power)),
            functions={kind: self._erring(f) for kind, f in plain.functions.items()},
        )

    def forward(self, layer: Layer, data: Data) -> dict[str, np.ndarray]:
        # The same errors every time: what is perturbed is still a smooth function.
        self._place = 0
        return super().forward(layer, data)

    def _watched(self, power: Callable[..., Any]) -> Callable[..., Any]:
        def watched(base: Any, exponent: Any) -> Any:
            self.at_root |= bool(abs(base) < TINY and 0 < exponent < 1)
            return power(base, exponent)

        return watched

    def _erring(
        self, function: Callable[..., Any], but_integers: bool = False
    ) -> Callable[..., Any]:
        def erring(*arguments: Any) -> Any:
            self._place = (self._place + 1) % len(self._errors)
            value = function(*arguments)
            if self.context.isfinite(value):
                self.largest = max(self.largest, float(abs(value)))
            # Sums of positions and lengths are exact in any arithmetic.
            if but_integers and self.context.isint(value):
                return value
            return value * (1 + self._errors[self._place])

        return erring

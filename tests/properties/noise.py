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


class Noisy(Oracle):
    """Relative errors of up to `amplitude` in every sum, power and function.

    `largest` is the largest number that has come up on the way.
    """

    def __init__(self, digits: int, amplitude: float, seed: int = 0) -> None:
        super().__init__(digits)
        rng = np.random.default_rng(seed)
        self._errors = [self.context.mpf(v) * amplitude for v in rng.uniform(-1, 1, 997).tolist()]
        self._place = 0
        self.largest = 0.0
        plain = self.arithmetic
        self.arithmetic = dataclasses.replace(
            plain,
            add=self._erring(plain.add, but_integers=True),
            power=self._erring(plain.power),
            functions={kind: self._erring(f) for kind, f in plain.functions.items()},
        )

    def forward(self, layer: Layer, data: Data) -> dict[str, np.ndarray]:
        # The same errors every time: what is perturbed is still a smooth function.
        self._place = 0
        return super().forward(layer, data)

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

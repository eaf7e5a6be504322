"""How much the roundings of a plain derivative do to a random layer's gradients.

Values and tangents go forward together, and every step of both errs a little: terms that cancel
in exact arithmetic, as in the slope of `x/x`, leave what they leave in any program. The partial
derivatives of a step are differences of that step alone, so that no table of them is needed.

`sizes` adds up the absolute values of what the paths from an argument to the outputs hand on: a
program that goes backward adds them in another order, and is off by a rounding of their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .reference import (
    EXACT,
    FOLDS,
    FUNCTIONS,
    REAL,
    Arguments,
    Evaluation,
    differentiated,
    wide_arrays,
)
from .terms import DOTS, RELATIONS, Access, Fold, Made, Term

__all__ = ["sizes", "slopes"]

STEP = REAL(2) ** -20
SMALL = 1 / 64
"""Of an error: what a result's rounding does to a slope is allowed for a hundred times."""
UNMOVED = (*RELATIONS, "and", "or", "not", "sign")


class _Tangents(Evaluation):
    """Evaluates terms as values and, in front, the tangents by every entry of every argument."""

    def __init__(
        self,
        made: Made,
        arguments: Arguments,
        arrays: Mapping[str, np.ndarray],
        tangents: Mapping[str, np.ndarray],
        amplitude: float,
        seed: int,
        absolute: bool = False,
    ) -> None:
        super().__init__(made, arguments, arrays, amplitude, seed)
        self.tangents = dict(tangents)
        self.absolute = absolute

    def run(self) -> dict[str, np.ndarray]:
        """The tangents of every target."""
        for rule in self.made.rules:
            value, tangent = self.both(rule.value)
            self.arrays[rule.target] = self.stored(value, rule.axes)
            self.tangents[rule.target] = self.stored(tangent, rule.axes)
        return self.tangents

    def both(self, term: Term) -> tuple[Any, Any]:
        """The value and the tangents at every place."""
        if isinstance(term, Access):
            tangents = self.tangents.get(term.name)
            moved = self._read(tangents, term) if tangents is not None else self._constant(0)
            return self.term(term), moved
        if isinstance(term, Fold):
            return self._fold(term)
        if not hasattr(term, "args"):
            return self.term(term), self._constant(0)
        values, tangents = zip(*map(self.both, term.args), strict=True)
        result = FUNCTIONS[term.word](*values)
        result = result if term.word in EXACT else self._erring(result)
        total = self._constant(0)
        if term.word in UNMOVED:
            return result, total
        for n, tangent in enumerate(tangents):
            if tangent.any() and values[n].dtype != bool:
                partial = self._partial(term.word, values, n)
                if self.absolute:
                    partial = np.where(np.isfinite(partial), np.abs(partial), 0)
                share = self._rounded(partial * tangent)
                total = self._rounded(total + share) if total.any() else share
        return result, total

    def _rounded(self, tangent: np.ndarray) -> np.ndarray:
        return tangent * (1 + self.amplitude * self.rng.uniform(-1, 1, tangent.shape))

    def _partial(self, word: str, values: tuple[Any, ...], n: int) -> np.ndarray:
        """The slope by one argument; by a smaller step where it is next to the domain's end.

        That of tanh is 1 - t*t, which has the rounding of t.
        """
        if word == "tanh" and self.amplitude:
            t = np.tanh(values[n])
            t = t * (1 + SMALL * self.amplitude * self.rng.uniform(-1, 1, t.shape))
            return 1 - t * t
        size = np.abs(values[n])
        wide, narrow = (
            self._difference(word, values, n, STEP * scale) for scale in (np.maximum(1, size), size)
        )
        return np.where(np.isfinite(wide), wide, narrow)

    def _difference(self, word: str, values: tuple[Any, ...], n: int, step: Any) -> np.ndarray:
        up, down = (
            FUNCTIONS[word](*values[:n], values[n] + way * step, *values[n + 1 :])
            for way in (1, -1)
        )
        return (up - down) / (2 * step)

    def _fold(self, term: Fold) -> tuple[Any, Any]:
        names = [n for index in term.bound for n in (self.lead if index == DOTS else (index,))]
        axes = tuple(self.axis[name] for name in names)
        value, tangent = self.both(term.body)
        shape = list(np.broadcast_shapes((1,) * self.rank, value.shape))
        for name in names:
            shape[self.axis[name]] = self.lengths[name]
        value = np.broadcast_to(value, shape)
        if not axes:
            return value, tangent
        tangent = np.broadcast_to(tangent, np.broadcast_shapes(tangent.shape, tuple(shape)))
        folded = FOLDS[term.word](value, axis=axes, keepdims=True)
        if term.word in ("sum", "mean"):
            moved = FOLDS[term.word](tangent, axis=axes, keepdims=True)
            return self._erring(folded), self._rounded(moved)
        chosen = value == folded
        moved = np.where(chosen, tangent, 0).sum(axis=axes, keepdims=True)
        return folded, moved / chosen.sum(axis=axes, keepdims=True)


def slopes(
    made: Made,
    arguments: Arguments,
    upstream: Mapping[str, np.ndarray],
    amplitude: float = 0.0,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """The gradients of all that has one; NaN where a step has no slope."""
    return _gathered(made, arguments, upstream, amplitude, seed)


def sizes(
    made: Made, arguments: Arguments, upstream: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The gradients with every partial derivative and upstream gradient taken positive.

    A step without a slope hands on nothing.
    """
    positive = {name: np.abs(values) for name, values in upstream.items()}
    return _gathered(made, arguments, positive, absolute=True)


def _gathered(
    made: Made,
    arguments: Arguments,
    upstream: Mapping[str, np.ndarray],
    amplitude: float = 0.0,
    seed: int = 0,
    absolute: bool = False,
) -> dict[str, np.ndarray]:
    arrays, names = wide_arrays(made, arguments), differentiated(made)
    count = sum(arguments.arrays[name].size for name in names)
    tangents, start = {}, 0
    for name in names:
        size = arguments.arrays[name].size
        rows = np.zeros((count, size), REAL)
        rows[start : start + size] = np.eye(size)
        tangents[name] = rows.reshape(count, *arguments.arrays[name].shape)
        start += size
    with np.errstate(all="ignore"):
        found = _Tangents(made, arguments, arrays, tangents, amplitude, seed, absolute).run()
        total: Any = np.zeros(count, REAL)
        for name, weights in upstream.items():
            moved = found[name] * weights.astype(REAL)
            total = total + moved.reshape(moved.shape[0], -1).sum(1)
    gradients, start = {}, 0
    for name in names:
        shape = arguments.arrays[name].shape
        stop = start + arguments.arrays[name].size
        gradients[name] = total[start:stop].reshape(shape)
        start = stop
    return gradients

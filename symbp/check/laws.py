"""When a number that an emitted class gives is wrong.

Three laws are asked wherever the exact value is a number of the float type:

- right: within what a rounding of the arguments, or of the outputs, explains;
- never worse than the formula as written: an error beyond that is forgiven only where the formula
  and its plain derivative, evaluated in the same type, are as far off (they cancel, or leave the
  range, in a way that no rewrite mends; exponentials that overflow are no such way);
- up to 1e4 nothing may overflow or warn, and no output of an elementwise layer may be lost: it
  may not be 0 where it is not, unless it is so small because the arguments are, as x - tanh(x)
  near 0, or the formula adds tanh(u) to 1 or takes it away: that tail costs exponentials more.

Beyond 1e4 a warning is forgiven where the formula as written leaves the range in what several
arguments make together, or has no right value either.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import sympy

from symbp.check.data import Data, outside
from symbp.check.exact import clean_numbers
from symbp.check.extreme_points import is_elementwise
from symbp.check.oracle import Oracle
from symbp.check.plain import MANY_SEEDS, SEEDS, Plain, plain_misses
from symbp.check.tolerances import base_tolerance, conditioned
from symbp.check.trial import Numbers, Trial, is_ordinary, shown
from symbp.notation.layer import Layer

__all__ = ["FORGIVEN", "Laws"]

SMALL = 1e-2
FORGIVEN = 8
"""How many times the error of the formula as written may be reached by another way of rounding."""
DIVIDES = "divide by zero"
LEAVES = (DIVIDES, "overflow")


class Laws:
    """The laws for one layer in one float type.

    Args:
        layer: the layer.
        dtype: the float type.

    `forgiven` counts the entries that are as far off as the formula as written.
    """

    def __init__(self, layer: Layer, dtype: Any) -> None:
        self.layer, self.dtype, self.forgiven = layer, np.dtype(dtype), 0
        self._elementwise = is_elementwise(layer)
        floating = [n for n in outside(layer) if not layer.tensors[n].integer]
        self._several = not self._elementwise or len(floating) + len(layer.hyper) > 1
        self._has_tail_of_tanh = _has_tail_of_tanh(layer)
        self._oracle = Oracle()

    def missed(self, trial: Trial, name: str) -> np.ndarray:
        """Where more is wrong than is allowed anywhere."""
        allowed = base_tolerance(trial.exact[name], self.dtype)
        return np.asarray(trial.asked[name] & ~(trial.miss(name) <= allowed))

    def broken(self, trial: Trial) -> str:
        """The first law that is broken at one set of arguments; "" if none is."""
        missed = {name: self.missed(trial, name) for name in trial.names}
        if not trial.warning and not any(mask.any() for mask in missed.values()):
            return ""
        ordinary = is_ordinary(trial.data)
        # One entry that overflows leaves no number in a whole matrix product.
        whole = not ordinary and not self._elementwise
        plain = self._plain(trial, whole, SEEDS)
        if whole and plain.fails:
            self.forgiven += sum(int(np.count_nonzero(mask)) for mask in missed.values())
            return ""
        room = conditioned(self.layer, trial.data, trial.upstreams, self.dtype, trial.exact)
        for name in trial.names:
            beyond = missed[name] & ~(trial.miss(name) <= room[name])
            for place in map(tuple, np.argwhere(beyond)):
                if not self._is_forgiven(trial, plain, name, place, ordinary):
                    plain = self._plain(trial, whole, MANY_SEEDS)
                    if not self._is_forgiven(trial, plain, name, place, ordinary):
                        return self.told(trial, name, place)
                self.forgiven += 1
        if not trial.warning or self._is_own(trial):
            return ""
        if not ordinary and (self._several and plain.overflows):
            return ""
        if not ordinary and self._fails(trial, plain, room):
            return ""
        return f"{trial.warning} for {shown(trial.data)}"

    def _plain(self, trial: Trial, enough: bool, seeds: int) -> Plain:
        """What becomes of the formula as written."""
        return plain_misses(
            self.layer, trial.data, trial.upstreams, self.dtype, trial.exact,
            elementwise=self._elementwise, enough=enough, seeds=seeds,
        )  # fmt: skip

    def told(self, trial: Trial, name: str, place: tuple[int, ...]) -> str:
        """What is wrong, and where."""
        where = f"{name}{[int(n) for n in place]}" if place and not self._elementwise else name
        what = where if name in self.layer.outputs else f"gradient of {where}"
        got, exact = trial.got[name][place], trial.exact[name][place]
        data = trial.data.entry(place) if self._elementwise else trial.data
        return f"{what} is {got:.6g}, not {exact:.6g}, for {shown(data)}"

    def _is_forgiven(
        self, trial: Trial, plain: Plain, name: str, place: tuple[int, ...], ordinary: bool
    ) -> bool:
        """Whether the formula as written is as far off."""
        miss, own = trial.miss(name)[place], plain.misses[name][place]
        if not ordinary:
            return bool(miss <= FORGIVEN * own or own > abs(trial.exact[name][place]) / 2)
        if not np.isfinite(trial.got[name][place]) or self._is_lost(trial, name, place):
            return False
        return bool(miss <= FORGIVEN * own)

    def _is_lost(self, trial: Trial, name: str, place: tuple[int, ...]) -> bool:
        """Whether an output is 0 that is not, and not because arguments are near 0."""
        if not self._elementwise or name not in self.layer.outputs or trial.got[name][place] != 0:
            return False
        if self._has_tail_of_tanh:
            return False
        data = trial.data.entry(place)
        if all(np.all((a == 0) | (np.abs(a) >= SMALL)) for a in data.arrays.values()):
            return True
        snapped = {n: np.where(np.abs(a) < SMALL, 0.0, a) for n, a in data.arrays.items()}
        weights = {n: np.asarray(u[place])[None] for n, u in trial.upstreams.items()}
        moved = Data(snapped, data.hyper, data.label)
        at_zero = clean_numbers(self.layer, moved, weights, self.dtype)[name][0]
        return bool(at_zero == at_zero and at_zero != 0)

    def _is_own(self, trial: Trial) -> bool:
        """Whether the equations name a value beyond the range: who writes log(0) is told so."""
        if not any(word in trial.warning for word in LEAVES):
            return False
        largest = np.inf if DIVIDES in trial.warning else float(np.finfo(self.dtype).max)
        found = self._oracle.forward(self.layer, trial.data)
        return any(abs(value) >= largest for array in found.values() for value in array.flat)

    def _fails(self, trial: Trial, plain: Plain, room: Numbers) -> bool:
        """Whether the formula as written is wrong too, or no digit of its value is known."""
        for name in dict.fromkeys((*self.layer.outputs, *trial.names)):
            wrong = plain.misses[name] > FORGIVEN * room[name]
            allowed = base_tolerance(trial.exact[name], self.dtype)
            blurred = room[name] - allowed > np.abs(trial.exact[name]) / 2
            if np.any(trial.asked[name] & (wrong | blurred)):
                return True
        return False


def _has_tail_of_tanh(layer: Layer) -> bool:
    """Whether an equation has a sum like `a + a*tanh(u)` or `a - a*tanh(u)`."""
    return any(
        isinstance(ratio, sympy.tanh) or isinstance(-ratio, sympy.tanh)
        for equation in layer.equations
        for total in equation.value.atoms(sympy.Add)
        for a, b in permutations(total.args, 2)
        for ratio in (b / a,)
    )

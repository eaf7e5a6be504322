"""What a random layer's outputs and gradients are, by plain evaluation and differences.

Numbers have 64 bits of mantissa and 15 of exponent, which overflow nowhere near where float64
does. Every index has an axis of its own in every array, and the first axis of all is a batch of
copies of the arguments, each with one entry moved: one evaluation gives all differences.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .terms import DOTS, RELATIONS, Access, Fold, Made, Number, Slot, Term, Word

__all__ = [
    "Arguments",
    "Gradients",
    "compares_nan",
    "differentiated",
    "divisors",
    "gradients",
    "has_values",
    "jumps",
    "overflows",
    "outputs",
    "wide_arrays",
]

REAL = np.longdouble
STEP = REAL(2) ** -16
PI = REAL("3.14159265358979323846264338327950288")
E = REAL("2.71828182845904523536028747135266250")
OFFSETS = (1, -1, 2, -2)
KINK, FLOOR = 1e-5, 1e-5


@dataclass(frozen=True)
class Arguments:
    """Arrays by name, lengths by kind, and the shape of the leading axes."""

    arrays: Mapping[str, np.ndarray]
    lengths: Mapping[str, int]
    lead: tuple[int, ...] = ()


@dataclass(frozen=True)
class Gradients:
    """Values by name, and where the slopes from the two sides differ."""

    values: dict[str, np.ndarray]
    kinks: dict[str, np.ndarray]


def erf(u: Any) -> Any:
    """The error function, by a series whose terms are all positive."""
    u = np.asarray(u, REAL)
    near = np.clip(u, -7, 7)
    term = total = near
    for n in range(1, 220):
        term = term * (2 * near * near) / (2 * n + 1)
        total = total + term
    return np.where(np.isnan(u), u, np.clip(2 / np.sqrt(PI) * np.exp(-near * near) * total, -1, 1))


def erfc(u: Any) -> Any:
    """The complementary error function, right of 2 by its continued fraction."""
    u = np.asarray(u, REAL)
    far = np.maximum(u, 2)
    fraction = far
    for n in range(200, 0, -1):
        fraction = far + REAL(n) / 2 / fraction
    return np.where(u > 2, np.exp(-far * far) / np.sqrt(PI) / fraction, 1 - erf(u))


def lgamma(u: Any) -> Any:
    """The logarithm of |gamma|, by Stirling's series far enough to the right."""
    u = np.asarray(u, REAL)
    product = functools.reduce(lambda a, n: a * (u + n), range(1, 20), u)
    w = u + 20
    series = (1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156)
    tail = sum(REAL(a) / b / w ** (2 * n + 1) for n, (a, b) in enumerate(series))
    value = (w - REAL(0.5)) * np.log(w) - w + np.log(2 * PI) / 2 + tail
    return value - np.log(np.abs(product))


NUMPYS = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "sqrt", "cbrt", "square",
    "reciprocal", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    "arcsinh", "arccosh", "arctanh", "abs", "sign", "maximum", "minimum", "where",
)  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in NUMPYS},
    "erf": erf,
    "erfc": erfc,
    "lgamma": lgamma,
    "neg": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}
FOLDS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min
}  # fmt: skip
EXACT = ("neg", "where", "maximum", "minimum", "abs", "sign", "and", "or", "not", *RELATIONS)


class Evaluation:
    """Evaluates one layer's terms.

    Args:
        made: the layer.
        arguments: lengths and shapes; its arrays are not looked at.
        arrays: with the batch axis in front.
        amplitude: by how much every step errs, always in the same way.
        seed: of the errors.
    """

    def __init__(
        self,
        made: Made,
        arguments: Arguments,
        arrays: Mapping[str, np.ndarray],
        amplitude: float = 0.0,
        seed: int = 0,
    ) -> None:
        leads = {f".{n}": length for n, length in enumerate(reversed(arguments.lead))}
        lengths = {index: arguments.lengths[kind] for index, kind in made.kinds.items()} | leads
        self.lengths = lengths
        self.lead = tuple(reversed(leads))
        self.axis = {index: 1 + n for n, index in enumerate(lengths)}
        self.rank = 1 + len(lengths)
        self.made, self.arrays = made, dict(arrays)
        self.amplitude, self.rng = amplitude, np.random.default_rng(seed)
        self.has_values = True
        self.compares_nan = False
        self.jumps: list[np.ndarray] = []
        self.divisors: list[np.ndarray] = []

    def run(self) -> dict[str, np.ndarray]:
        """Every target, with the batch axis in front."""
        for rule in self.made.rules:
            self.arrays[rule.target] = self.stored(self.term(rule.value), rule.axes)
        return self.arrays

    def stored(self, value: np.ndarray, indices: tuple[str, ...]) -> np.ndarray:
        """A target's array: its own axes alone, with the batch axis in front."""
        axes = [name for axis in indices for name in self._expanded(axis)]
        full = [1] * self.rank
        for name in axes:
            full[self.axis[name]] = self.lengths[name]
        value = np.broadcast_to(value, np.broadcast_shapes(value.shape, tuple(full)))
        order = [0, *(self.axis[name] for name in axes)]
        rest = [n for n in range(self.rank) if n not in order]
        value = value.transpose(*order, *rest)
        assert all(n == 1 for n in value.shape[len(order) :]), indices
        return value.reshape(value.shape[: len(order)])

    def _expanded(self, axis: str) -> tuple[str, ...]:
        return self.lead if axis == DOTS else (axis,)

    def _along(self, index: str) -> np.ndarray:
        shape = [1] * self.rank
        shape[self.axis[index]] = -1
        return np.arange(self.lengths[index]).reshape(shape)

    def _constant(self, value: Any) -> np.ndarray:
        return np.asarray(value, REAL).reshape((1,) * self.rank)

    def term(self, term: Term) -> np.ndarray:
        """The value at every place; notes whether one is none, as 0/0 is."""
        value = self._value(term)
        self.has_values &= not np.isnan(value).any()
        return value

    def _value(self, term: Term) -> np.ndarray:
        if isinstance(term, Number):
            if term.text in ("pi", "e", "inf"):
                return self._constant({"pi": PI, "e": E, "inf": np.inf}[term.text])
            ratio = Fraction(term.text)
            return self._constant(REAL(ratio.numerator) / REAL(ratio.denominator))
        if isinstance(term, Word):
            if term.kind == "hyper":
                return self._constant(REAL(self.made.hyper[term.name]))
            if term.kind == "size":
                return self._constant(self.lengths[term.name])
            return self._along(term.name).astype(REAL)
        if isinstance(term, Access):
            return self._access(term)
        if isinstance(term, Fold):
            value = self.term(term.body)
            shape = list(value.shape)
            names = [name for index in term.bound for name in self._expanded(index)]
            for name in names:
                shape[self.axis[name]] = self.lengths[name]
            value = np.broadcast_to(value, shape)
            axes = tuple(self.axis[name] for name in names)
            value = FOLDS[term.word](value, axis=axes, keepdims=True) if axes else value
            return self._erring(value) if term.word in ("sum", "mean") else value
        args = [self.term(arg) for arg in term.args]
        if term.word in RELATIONS:
            self.compares_nan |= any(bool(np.isnan(arg).any()) for arg in args)
        if term.word == "sign" or term.word in RELATIONS:
            self.jumps.append(args[0] - args[1] if len(args) == 2 else args[0])
        if term.word == "/":
            self.divisors.append(args[1])
        value = FUNCTIONS[term.word](*args)
        return value if term.word in EXACT else self._erring(value)

    def _erring(self, value: np.ndarray) -> np.ndarray:
        if not self.amplitude:
            return value
        errors = self.rng.uniform(-1, 1, (1, *value.shape[1:]))
        return value * (1 + self.amplitude * errors)

    def _access(self, term: Access) -> np.ndarray:
        return self._read(self.arrays[term.name], term)

    def _read(self, array: np.ndarray, term: Access) -> np.ndarray:
        batch = np.arange(array.shape[0]).reshape((-1, *[1] * (self.rank - 1)))
        places: list[Any] = [batch]
        for slot in term.slots:
            if slot == DOTS:
                rank = array.ndim - len(term.slots)
                held = array.shape[1 : 1 + rank]
                names = self.lead[len(self.lead) - rank :]
                places += [
                    self._along(name) if n > 1 else 0 for name, n in zip(names, held, strict=True)
                ]
            else:
                places.append(self._place(slot))
        return array[tuple(places)].reshape(
            np.broadcast_shapes((1,) * self.rank, *(np.shape(place) for place in places))
        )

    def _place(self, slot: Slot) -> Any:
        if isinstance(slot, Access):
            return self._access(slot).astype(int)
        return self._along(slot) if isinstance(slot, str) else slot


def _run(
    made: Made, arguments: Arguments, arrays: Mapping[str, np.ndarray], amplitude: float, seed: int
) -> dict[str, np.ndarray]:
    with np.errstate(all="ignore"):
        return Evaluation(made, arguments, arrays, amplitude, seed).run()


def wide_arrays(made: Made, arguments: Arguments) -> dict[str, np.ndarray]:
    """The arguments with many digits and the batch axis in front."""
    return {
        name: (array if made.things[name].points else array.astype(REAL))[None]
        for name, array in arguments.arrays.items()
    }


def outputs(
    made: Made, arguments: Arguments, amplitude: float = 0.0, seed: int = 0
) -> dict[str, np.ndarray]:
    """Every target's value."""
    arrays = _run(made, arguments, wide_arrays(made, arguments), amplitude, seed)
    return {rule.target: arrays[rule.target][0] for rule in made.rules}


def differentiated(made: Made) -> list[str]:
    """The names of all that has a gradient."""
    return [n for n, thing in made.things.items() if thing.role != "constant" and not thing.points]


def has_values(made: Made, arguments: Arguments) -> bool:
    """Whether every step of the formula has a value, also in branches that are not taken."""
    evaluation = Evaluation(made, arguments, wide_arrays(made, arguments))
    with np.errstate(all="ignore"):
        evaluation.run()
    return evaluation.has_values


def compares_nan(made: Made, arguments: Arguments) -> bool:
    """Whether a comparison of the formula as written meets 0/0: no branch is right then."""
    evaluation = Evaluation(made, arguments, wide_arrays(made, arguments))
    with np.errstate(all="ignore"):
        evaluation.run()
    return evaluation.compares_nan


def jumps(
    made: Made, arguments: Arguments, amplitude: float = 0.0, seed: int = 0
) -> list[np.ndarray]:
    """How far every sign and every comparison is from the other answer."""
    return _evaluated(made, arguments, amplitude, seed).jumps


def divisors(
    made: Made, arguments: Arguments, amplitude: float = 0.0, seed: int = 0
) -> list[np.ndarray]:
    """Everything that the formula divides by."""
    return _evaluated(made, arguments, amplitude, seed).divisors


def _evaluated(made: Made, arguments: Arguments, amplitude: float, seed: int) -> Evaluation:
    evaluation = Evaluation(made, arguments, wide_arrays(made, arguments), amplitude, seed)
    with np.errstate(all="ignore"):
        evaluation.run()
    return evaluation


def overflows(made: Made, arguments: Arguments) -> bool:
    """Whether a step leaves the reference's own range: what is made of it is no value then."""
    evaluation = Evaluation(made, arguments, wide_arrays(made, arguments))
    with np.errstate(all="ignore", over="raise"):
        try:
            evaluation.run()
        except FloatingPointError:
            return True
    return False


def gradients(
    made: Made,
    arguments: Arguments,
    upstream: Mapping[str, np.ndarray],
    amplitude: float = 0.0,
    seed: int = 0,
) -> Gradients:
    """The gradients of all that has one, for the given upstream values."""
    names = differentiated(made)
    wide = wide_arrays(made, arguments)
    places = [(name, place) for name in names for place in np.ndindex(arguments.arrays[name].shape)]
    count = 1 + len(OFFSETS) * len(places)
    for name in names:
        wide[name] = np.repeat(wide[name], count, axis=0)
    for n, ((name, place), offset) in enumerate(itertools.product(places, OFFSETS), 1):
        wide[name][(n, *place)] += STEP * offset
    found = _run(made, arguments, wide, amplitude, seed)
    changes: Any = 0
    for name, weights in upstream.items():
        # What does not change drops out before it is summed up.
        change = found[name] - found[name][:1]
        change = np.where(np.isnan(change), 0, change) if np.isinf(found[name]).any() else change
        changes = changes + (change * weights.astype(REAL)).reshape(change.shape[0], -1).sum(1)
    changes = np.broadcast_to(changes, (count,))[1:].reshape(-1, len(OFFSETS)) / STEP
    up, down, up2, down2 = changes.T
    slopes = (8 * (up - down) - (up2 - down2)) / 12
    right, left = (4 * up - up2) / 2, (down2 - 4 * down) / 2
    size = np.maximum(np.maximum(np.abs(right), np.abs(left)), FLOOR)
    apart = ~(np.abs(right - left) <= KINK * size)
    values, kinks, start = {}, {}, 0
    for name in names:
        shape = arguments.arrays[name].shape
        stop = start + int(np.prod(shape, dtype=int))
        values[name] = slopes[start:stop].reshape(shape)
        kinks[name] = apart[start:stop].reshape(shape)
        start = stop
    return Gradients(values, kinks)

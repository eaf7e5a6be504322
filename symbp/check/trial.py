"""One set of arguments, what is known of it, and what the emitted class makes of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.check import subject
from symbp.check.data import Data
from symbp.notation.layer import Layer

__all__ = ["Trial", "is_ordinary", "shown", "tried"]

ORDINARY = 1e4
SHOWN = 24

Numbers = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Trial:
    """A run of the emitted class.

    Args:
        names: what was compared: the outputs, or the arguments whose gradients are.
        data: the arguments, in float64.
        upstreams: the outputs' weights.
        exact: outputs and gradients by name.
        asked: which entries of them are asked for.
        got: what the class gave.
        warning: the first of NumPy's warnings; "" if there was none, or none matters.
    """

    names: tuple[str, ...]
    data: Data
    upstreams: Numbers
    exact: Numbers
    asked: Numbers
    got: Numbers
    warning: str

    def miss(self, name: str) -> np.ndarray:
        """The error of each entry; infinite where what was given is no number."""
        with np.errstate(all="ignore"):
            miss = np.abs(self.got[name] - self.exact[name])
        return np.where(np.isnan(miss), np.inf, miss)


def tried(
    layer: Layer, cls: type, data: Data, upstreams: Numbers, dtype: Any, *, backward: bool
) -> tuple[dict[str, np.ndarray], str]:
    """What an emitted class gives.

    Args:
        layer: the layer.
        cls: the emitted class.
        data: the arguments, in any float type.
        upstreams: the outputs' weights.
        dtype: the float type that the class is given.
        backward: whether gradients are wanted, not outputs.

    Returns:
        Arrays by name, in float64; and the first warning but for underflow, or "".
    """
    arguments = data.cast(dtype)
    weights = {name: np.asarray(array).astype(dtype) for name, array in upstreams.items()}
    step = "forward"

    def called() -> dict[str, np.ndarray]:
        nonlocal step
        step = "forward"
        instance = subject.build(layer, cls, arguments)
        given = [arguments.arrays[name] for name in layer.arguments]
        found = subject.outputs(layer, instance.forward(*given))
        if backward:
            step = "backward"
            found = subject.gradients(layer, instance, instance.backward(*weights.values()))
        return {name: np.asarray(array, np.float64) for name, array in found.items()}

    try:
        with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
            warnings.simplefilter("error")
            return called(), ""
    except (FloatingPointError, Warning) as error:
        warning = f"{step}: {error}"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return called(), warning


def is_ordinary(data: Data) -> bool:
    """Whether no entry is larger than 1e4."""
    return all(
        bool(np.all(~(np.abs(a) > ORDINARY))) for a in data.arrays.values() if a.dtype.kind == "f"
    )


def shown(data: Data) -> str:
    """The arguments in one line."""
    parts = (
        f"{n}={np.array2string(np.asarray(a), precision=6, threshold=SHOWN, separator=', ')}"
        for n, a in data.arrays.items()
    )
    return " ".join(", ".join(parts).split())

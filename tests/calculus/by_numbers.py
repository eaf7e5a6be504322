"""Evaluates expressions by scalar loops: knows no derivative, no rewrite and no array."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import mpmath
import numpy as np
import sympy
from sympy.logic.boolalg import And, Not, Or

from symbp.calculus import ArgMaxOver, ArgMinOver, Delta
from symbp.notation import (
    Differs,
    Entry,
    Equation,
    Index,
    Layer,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Size,
    SumOver,
    Where,
)

RELATIONS = {
    sympy.StrictGreaterThan: operator.gt,
    sympy.GreaterThan: operator.ge,
    sympy.StrictLessThan: operator.lt,
    sympy.LessThan: operator.le,
    sympy.Equality: operator.eq,
    sympy.Unequality: operator.ne,
    Differs: operator.ne,
}
REDUCTIONS: dict[type, Any] = {SumOver: sum, MaxOver: max, MinOver: min}
EXTREMES: dict[type, Any] = {Maximum: max, Minimum: min}


class Exact:
    """Numbers of 40 digits."""

    functions = {  # noqa: RUF012
        "exp": mpmath.exp, "log": mpmath.log, "sin": mpmath.sin, "cos": mpmath.cos,
        "tan": mpmath.tan, "tanh": mpmath.tanh, "cosh": mpmath.cosh, "sinh": mpmath.sinh,
        "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "erf": mpmath.erf,
        "erfc": mpmath.erfc, "stop_gradient": lambda value: value,
        "asinh": mpmath.asinh, "acosh": mpmath.acosh, "atanh": mpmath.atanh,
        "loggamma": mpmath.loggamma, "polygamma": mpmath.polygamma,
        "Abs": abs, "sign": mpmath.sign,
    }  # fmt: skip

    @staticmethod
    def number(value: Any) -> Any:
        if value is sympy.oo:
            return mpmath.inf
        if isinstance(value, sympy.Basic):
            return mpmath.mpf(str(sympy.Float(value, 45)))
        return mpmath.mpf(getattr(value, "item", lambda: value)())


class Floating:
    """NumPy scalars of one dtype, which overflow as arrays do."""

    def __init__(self, dtype: type) -> None:
        self.number = lambda value: dtype(float(value))
        names = ["exp", "log", "sin", "cos", "tan", "tanh", "cosh", "sinh"]
        self.functions = {name: getattr(np, name) for name in names}
        self.functions |= {"Abs": np.abs, "sign": np.sign, "atan": np.arctan}


EXACT = Exact()


class Evaluator:
    """Evaluates expressions.

    Args:
        tensors: arrays (or nested numbers) by name.
        sizes: lengths by the space of the index.
        hyper: numbers by name.
        field: the arithmetic.
    """

    def __init__(
        self,
        tensors: Mapping[str, Any],
        sizes: Mapping[str, int],
        hyper: Mapping[str, float] | None = None,
        field: Any = EXACT,
    ) -> None:
        self.tensors = {name: np.asarray(value) for name, value in tensors.items()}
        self.sizes = sizes
        self.hyper = hyper or {}
        self.field = field

    def __call__(self, node: Any, indices: Mapping[Index, int]) -> Any:
        number = self.field.number
        if isinstance(node, Index):
            return indices[node]
        if isinstance(node, Entry):
            place = tuple(int(self(slot, indices)) for slot in node.indices)
            value = self.tensors[node.name][place]
            return value if isinstance(value, mpmath.mpf) else number(value)
        if isinstance(node, Size):
            return number(self.sizes[node.space])
        if type(node) in REDUCTIONS:
            return REDUCTIONS[type(node)](self._entries(node, indices))
        if isinstance(node, ArgMaxOver | ArgMinOver):
            values = list(self._entries(node, indices))
            best = max(values) if isinstance(node, ArgMaxOver) else min(values)
            return values.index(best)
        return self._scalar(node, indices)

    def _entries(self, node: Any, indices: Mapping[Index, int]) -> Any:
        ranges = [range(self.sizes[index.space]) for index in node.bound]
        for place in itertools.product(*ranges):
            yield self(node.body, {**indices, **dict(zip(node.bound, place, strict=True))})

    def _scalar(self, node: Any, indices: Mapping[Index, int]) -> Any:
        number = self.field.number
        if node is sympy.true or node is sympy.false:
            return bool(node)
        if isinstance(node, Where):
            # Both branches are computed, as arrays compute them.
            chosen, a, b = (self(arg, indices) for arg in node.args)
            return a if chosen else b
        if node.is_Number or node.is_NumberSymbol:
            return number(node)
        if node.is_Symbol:
            return number(self.hyper[node.name])
        args = [self(arg, indices) for arg in node.args]
        if isinstance(node, Delta):
            return number(int(args[0] == args[1]))
        if node.func in RELATIONS:
            return bool(RELATIONS[node.func](*args))
        if isinstance(node, And | Or):
            return (all if isinstance(node, And) else any)(args)
        if isinstance(node, Not):
            return not args[0]
        if type(node) in EXTREMES:
            return EXTREMES[type(node)](args)
        if node.is_Add:
            return sum(args[1:], args[0])
        if node.is_Mul:
            product = args[0]
            for arg in args[1:]:
                product = product * arg
            return product
        if node.is_Pow:
            base, power = args
            return base ** int(power) if node.exp.is_Integer else base**power
        return self.field.functions[node.func.__name__](*args)

    def array(self, value: Any, axes: Sequence[Index]) -> np.ndarray:
        """The values for all places along the axes."""
        result = np.empty([self.sizes[axis.space] for axis in axes], dtype=object)
        with mpmath.workdps(40):
            for place in np.ndindex(result.shape):
                result[place] = self(value, dict(zip(axes, place, strict=True)))
        return result

    def run(self, equations: Sequence[Equation]) -> dict[str, np.ndarray]:
        """Computes equations in order; each sees those before it."""
        for equation in equations:
            self.tensors[equation.target] = self.array(equation.value, equation.axes)
        return dict(self.tensors)


def lengths(layer: Layer, start: int = 2) -> dict[str, int]:
    """A different length for every space, from `start` on; leading axes count as one axis."""
    spaces = sorted({axis.space for tensor in layer.tensors.values() for axis in tensor.axes})
    return {space: start + position for position, space in enumerate(spaces)}


def sample(layer: Layer, sizes: Mapping[str, int], seed: int = 0) -> dict[str, np.ndarray]:
    """Random moderate values for the tensors that are given from outside."""
    rng = np.random.default_rng(seed)
    found = {}
    for name in (*layer.inputs, *layer.parameters, *layer.constants):
        tensor = layer.tensors[name]
        shape = [sizes[axis.space] for axis in tensor.axes]
        low = rng.uniform(0.3, 1.7, shape)
        found[name] = rng.integers(0, 2, shape) if tensor.integer else low
    return found


def numbers(values: Any) -> np.ndarray:
    """Exact values as float64."""
    return np.vectorize(float, otypes=[float])(np.asarray(values))


def central_differences(
    function: Any, arguments: Mapping[str, np.ndarray], name: str, weights: np.ndarray
) -> np.ndarray:
    """The gradient of `sum(weights*function(...))` by one argument, entry by entry."""
    step = 1e-6
    gradient = np.empty_like(np.asarray(arguments[name], dtype=float))
    for place in np.ndindex(gradient.shape):
        ends = []
        for sign in (1, -1):
            moved = np.array(arguments[name], dtype=float)
            moved[place] += sign * step
            ends.append(np.sum(weights * function(**{**arguments, name: moved})))
        gradient[place] = (ends[0] - ends[1]) / (2 * step)
    return gradient

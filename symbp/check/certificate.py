"""The third judge: the emitted lines, run on symbols, against SymPy's derivative.

Forward and backward of the emitted module are executed on arrays of `Symbolic` numbers. What they
return is compared with the forward equations, expanded at the same shapes, and with `sympy.diff`
of the upstream-weighted sum of these. Equality is decided by exact algebra; where that stays
undecided, by evaluation at 60 digits at random points around the sample, which is evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symbp.check import subject
from symbp.check.algebra import Algebra
from symbp.check.budget import Budget, SpentError
from symbp.check.data import Data
from symbp.check.digits import CONTEXT, DIGITS, evaluate, released
from symbp.check.execution import load
from symbp.check.fallback import symbolic_evidence
from symbp.check.hypers import other_hyper
from symbp.check.oracle import Oracle
from symbp.check.polynomial import UndecidedError
from symbp.check.result import CheckResult, Verdict
from symbp.check.sampling import Recipe, drawn, suits
from symbp.check.shapes import small_cases
from symbp.check.symbolic import Symbolic, arithmetic, lift
from symbp.check.symbolic_case import (
    CannotRunError,
    SymbolicCase,
    symbolic_case,
    symbolic_scope,
    symbols_like,
)
from symbp.check.walk import forward
from symbp.errors import CheckError
from symbp.notation.layer import Layer

__all__ = ["check_certificate"]

WORK = 400_000
"""Products of terms allowed for one shape before the remaining entries count as undecided."""
POINTS = 3
ROUNDED = 4e-16
"""A constant that was written out to 17 digits leaves no larger gap, relative to the value."""
AGREES = CONTEXT.mpf(10) ** -(DIGITS - 20)


_Pair = tuple[str, Symbolic, Callable[[], Expr]]
"""What is compared: its name, what was given, and what makes the exact value."""


@dataclass
class _Tally:
    proved: int = 0
    evidence: int = 0
    rounded: int = 0
    left: bool = False


def check_certificate(
    layer: Layer,
    cls: type,
    source: str,
    recipe: Recipe,
    oracle: Oracle,
    *,
    seed: int = 0,
    made: Callable[[type], type] = lambda cls: cls,
    budget: Budget | None = None,
) -> CheckResult:
    """Proves the emitted forward and backward at two small, unequal shapes.

    Args:
        layer: the layer.
        cls: the emitted class, run on numbers where its lines cannot run on symbols.
        source: the text of the emitted module.
        recipe: how to draw a sample point.
        oracle: decides what is in the domain.
        seed: of the sample points.
        made: what makes a layer's class of the module's.
        budget: of time; what it did not suffice for is said.

    Returns:
        Passed if every entry is proved, evidence if some are not, failed with the first wrong
        entry; evidence by numbers if the emitted lines cannot run on symbols; not applicable if
        the time did not suffice for a single entry.
    """
    budget = budget or Budget()
    rng = np.random.default_rng(seed + 2)
    tally = _Tally()
    labels = []
    without: list[str] = []
    for number, data in enumerate(drawn(layer, recipe, small_cases(layer), oracle, rng, without)):
        shape = data.label
        if number and layer.hyper and suits(layer, oracle, other_hyper(data)):
            data = other_hyper(data)
        try:
            case = symbolic_case(layer, data, rng)
            budget.check()
            fault = _judge(layer, _class(layer, source, made), data, case, tally, rng, budget)
        except SpentError:
            tally.left = True
            break
        except CannotRunError as error:
            fault, count = symbolic_evidence(layer, cls, recipe, oracle, rng)
            if fault:
                return _result(layer, Verdict.FAILED, fault)
            detail = f"{error}; evidence: {count} float64 entries agree with sympy.diff at points"
            return _result(layer, Verdict.EVIDENCE, detail)
        if fault:
            return _result(layer, Verdict.FAILED, f"{fault} at {shape}")
        labels.append(shape)
    return _shown(layer, tally, labels)


def _shown(layer: Layer, tally: _Tally, labels: list[str]) -> CheckResult:
    unproved = tally.evidence + tally.rounded
    if not tally.proved + unproved:
        return _result(layer, Verdict.NOT_APPLICABLE, "nothing was proved before the time was up")
    detail = f"proved over the reals around the sample point: {tally.proved} entries"
    if tally.evidence:
        detail += f"; evidence at {DIGITS} digits: {tally.evidence} entries"
    if tally.rounded:
        detail += f"; agree to double precision only, as constants are rounded: {tally.rounded}"
    if labels:
        detail += f"; shapes {' and '.join(dict.fromkeys(labels))}"
    if tally.left:
        detail += "; the time was up before the rest was looked at"
    if layer.assumptions:
        detail += f"; under {', '.join(a.source for a in layer.assumptions)}"
    return _result(layer, Verdict.EVIDENCE if unproved or tally.left else Verdict.PASSED, detail)


def _class(layer: Layer, source: str, made: Callable[[type], type]) -> type:
    """The class of the module, on symbols."""
    with _running():
        return made(load(source, layer.name))


@contextmanager
def _running() -> Iterator[None]:
    """Whatever NumPy cannot do on objects ends here; the numerical judges still decide.

    Raises:
        CannotRunError: the emitted lines do not run on symbols.
    """
    try:
        yield
    except CheckError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CannotRunError(f"the emitted lines do not run on symbols ({reason})") from error


def _result(layer: Layer, verdict: Verdict, detail: str) -> CheckResult:
    return CheckResult(layer.name, "certificate", verdict, detail)


def _judge(
    layer: Layer,
    cls: type,
    data: Data,
    case: SymbolicCase,
    tally: _Tally,
    rng: np.random.Generator,
    budget: Budget,
) -> str:
    expected = forward(layer, symbolic_scope(layer, data, case.arrays), arithmetic())
    upstreams = {
        name: symbols_like(
            f"upstream of {name}", rng.uniform(0.5, 1.5, expected[name].shape), case.values, rng
        )
        for name in layer.outputs
    }
    outputs, gradients = _run(layer, cls, Data(case.arrays, data.hyper), upstreams)
    algebra = Algebra(case.values, CONTEXT, WORK)
    total = sum(
        (
            u.expr * y.expr
            for n in layer.outputs
            for u, y in _zip(upstreams[n], expected[n])
            if not y.expr.is_infinite
        ),
        sympy.Integer(0),
    )
    found = {name: _array(gradients[name]) for name in case.symbols}
    for name, symbols in case.symbols.items():
        if found[name].shape != symbols.shape:
            return f"the gradient of {name} has shape {found[name].shape}"
    pairs = (
        *_forward_pairs(layer, outputs, expected),
        *_gradient_pairs(case.symbols, found, total),
    )
    for what, got, exact in pairs:
        budget.check()
        wanted = exact()
        same = wanted.is_infinite and got.expr == wanted
        gap = sympy.Integer(0) if same else got.expr - wanted
        fault = _decide(gap, case.values, algebra, tally, rng)
        if fault:
            return f"{what} {fault}"
    return ""


def _gradient_pairs(
    symbols: Mapping[str, Any], gradients: Mapping[str, np.ndarray], total: Expr
) -> Iterator[_Pair]:
    for name, array in symbols.items():
        for place in np.ndindex(*array.shape):
            exact = partial(_slope, total, array[place].expr)
            yield f"gradient of {name}{list(place)}", lift(gradients[name][place]), exact


def _forward_pairs(
    layer: Layer, outputs: Mapping[str, Any], expected: Mapping[str, Any]
) -> Iterator[_Pair]:
    for name in layer.outputs:
        got = _array(outputs[name])
        for place in np.ndindex(*expected[name].shape):
            exact = partial(released, expected[name][place].expr)
            yield f"{name}{list(place)}", lift(got[place]), exact


def _slope(total: Expr, symbol: Expr) -> Expr:
    return released(sympy.diff(total, symbol))


def _zip(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[Any, Any]]:
    return zip(a.ravel(), b.ravel(), strict=True)


def _array(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), object)
    array[()] = value
    return array


def _run(
    layer: Layer, cls: type, data: Data, upstreams: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Outputs and gradients of the emitted lines on symbols."""
    with _running():
        instance = subject.build(layer, cls, data)
        for name, value in data.hyper.items():
            # Products of floating hyper-parameters would round.
            if getattr(instance, name, None) == value and isinstance(value, float):
                setattr(instance, name, lift(value))
        outputs = subject.forward(layer, instance, data)
        return outputs, subject.backward(layer, instance, upstreams)


def _decide(
    gap: Expr, values: dict[Any, Any], algebra: Algebra, tally: _Tally, rng: np.random.Generator
) -> str:
    """Counts a proof or evidence; or says that the gap is not 0."""
    if gap == 0:
        tally.proved += 1
        return ""
    size = _size(gap, values)
    at_sample = evaluate(gap, values)
    if not abs(at_sample) <= AGREES * size:
        if abs(at_sample) <= ROUNDED * size:
            tally.rounded += 1
            return ""
        return f"is off by {CONTEXT.nstr(at_sample, 5)}"
    try:
        if algebra.is_zero(gap):
            tally.proved += 1
            return ""
    except UndecidedError:
        pass
    for _ in range(POINTS):
        # Near enough to the sample for every decision to come out the same.
        near = {
            s: v * (1 + CONTEXT.mpf(int(rng.integers(-(10**9), 10**9))) / 10**14)
            for s, v in values.items()
        }
        miss = evaluate(gap, near)
        if not abs(miss) <= AGREES * size:
            return f"is off by {CONTEXT.nstr(miss, 5)}"
    tally.evidence += 1
    return ""


def _size(gap: Expr, values: Mapping[Any, Any]) -> Any:
    """The largest term of a sum: what its value is to be compared with."""
    terms = gap.args if gap.is_Add else (gap,)
    return max((abs(evaluate(term, values)) for term in terms), default=CONTEXT.mpf(1)) + 1

"""A derivation: what was derived, and the log of every change on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr

from symbp.calculus.chain import Chain, chain
from symbp.calculus.function import Function
from symbp.calculus.proofs import Proof
from symbp.calculus.sweep import Sweep
from symbp.calculus.text import equation_text
from symbp.notation.layer import Equation, Layer
from symbp.ops import Costs

__all__ = ["LEFT_OUT", "Derivation", "Derived", "Log", "Step"]

LEFT_OUT = "left out"
"""The rule of a step that changes nothing: a rewrite could not be proved, or numbers differ."""


@dataclass(frozen=True)
class Step:
    """One rewrite of one equation.

    Args:
        rule: the rewrite's name; a report tells what it does (`rule.*` in its texts).
        target: the equation's left side.
        before: its right side before.
        after: its right side after.
        proofs: why a rewrite for stability leaves the value as it was.
    """

    rule: str
    target: str
    before: Expr
    after: Expr
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, repr=False)
class Derived:
    """A function that was derived, and how it came about.

    Args:
        function: as it is computed, stable.
        joined: its equations as the one rule gives them, those of unnamed nodes put in.
        exact: the same after the rewrites, over the nodes, before any for stability.
        written: the same over tensors that the user named or that are saved.
        rewrites: the log of the rewrites that gave the exact equations.
        stability: the log of the rewrites of what is computed so that it stays finite.
    """

    function: Function
    joined: tuple[Equation, ...]
    exact: tuple[Equation, ...]
    written: tuple[Equation, ...]
    rewrites: tuple[Step, ...]
    stability: tuple[Step, ...]

    def __str__(self) -> str:
        return "; ".join(equation_text(equation) for equation in self.written)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole log."""
        return self.rewrites + self.stability


@dataclass(frozen=True, repr=False)
class Derivation:
    """A layer's backward pass, and how it came about.

    Args:
        layer: the layer.
        costs: of the target that it was derived for.
        nodes: the forward pass decomposed into elementary nodes.
        sweep: what every node hands back to its operands, by the one rule.
        vjp: the backward pass: the gradients of inputs and parameters.
    """

    layer: Layer
    costs: Costs
    nodes: tuple[Equation, ...]
    sweep: Sweep
    vjp: Derived

    def __repr__(self) -> str:
        return f"Derivation({self.summary})"

    @property
    def summary(self) -> str:
        """The layer's name and its gradients, in a line."""
        return f"{self.layer.name}: {self.vjp}"

    @cached_property
    def chain(self) -> Chain:
        """The sweep written out over what the user named, grown from the outputs back."""
        return chain(self.layer, self.nodes, self.sweep)


class Log:
    """The runner of rewrites: applies one to an equation and notes what it changed."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def apply(self, rule: str, rewrite: Callable[[Expr], Expr], equation: Equation) -> Equation:
        """The equation after the rewrite; a change is noted under the rule's name."""
        return self.note(rule, equation, rewrite(equation.value))

    def note(
        self, rule: str, equation: Equation, value: Expr, proofs: tuple[Proof, ...] = ()
    ) -> Equation:
        """The equation with another right side, a change noted under the rule's name."""
        if value == equation.value:
            return equation
        self._steps.append(Step(rule, equation.target, equation.value, value, proofs))
        return Equation(equation.target, equation.axes, value, equation.source)

    def leave_out(self, equation: Equation) -> Equation:
        """The equation as it is, and a note that what was made of it was not shown to be equal."""
        self._steps.append(Step(LEFT_OUT, equation.target, equation.value, equation.value))
        return equation

    def follow(self, equation: Equation, path: Iterable[tuple[str, Expr]]) -> Equation:
        """The equation after several rewrites, each one that changes it noted by its name."""
        for rule, value in path:
            equation = self.note(rule, equation, value)
        return equation

    def drop(self, target: str) -> None:
        """Forgets the steps of one equation."""
        self._steps = [step for step in self._steps if step.target != target]

    def extend(self, other: Log) -> None:
        """Appends the steps of another log, of a trial that succeeded."""
        self._steps.extend(other.steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was noted so far."""
        return tuple(self._steps)

"""Computational graphs with numbers: the value and the gradient of every node, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from symbp.calculus import derive
from symbp.calculus.numeric import Value, evaluate_derivation
from symbp.notation import layer
from symbp.report import Report

__all__ = ["Graph", "graph"]

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Graph:
    """A computational graph with numbers in it.

    Args:
        report: how the gradients come about, node by node; it writes itself as a page.
        values: by name, the value of every input, then of every name that the equations define,
            then of the nodes between them (u1, u2, ...): a float, or nested tuples of floats.
        gradients: by the same names, the derivative of the last equation's left side (of the sum
            of its entries, where it has several). A name for a plain number has none.

    `str` of it is a table, one line a name.
    """

    report: Report
    values: Mapping[str, Value]
    gradients: Mapping[str, Value]

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()

    def __str__(self) -> str:
        rows = [("name", "value", "gradient")]
        for name, value in self.values.items():
            gradient = self.gradients.get(name)
            rows.append((name, _text(value), "" if gradient is None else _text(gradient)))
        wide, value_wide, gradient_wide = (
            max(map(len, column)) for column in zip(*rows, strict=True)
        )
        return "\n".join(
            f"{name:{wide}}  {value:>{value_wide}}  {gradient:>{gradient_wide}}".rstrip()
            for name, value, gradient in rows
        )


def graph(equations: str | Sequence[str], /, **given: object) -> Graph:
    """Evaluate a graph forward and backward.

    Args:
        equations: one a line or one an element, in the notation of layers, each name defined
            before it is used; the last one's left side is the output.
        given: a number for every input, or nested lists (or a NumPy array) for one with indices.
            1.1 is taken as the decimal it is written as, so results are exact to the last digit.

    Returns:
        The graph with its values and gradients.

    Raises:
        NotationError: an equation is malformed.
        SymbpError: an input has no number, or a name is given that is none, or an array has a
            wrong shape.

    >>> shopping = graph("total = price * count * tax", price=100, count=2, tax=1.1)
    >>> shopping.values["total"], shopping.gradients["price"]
    (220.0, 2.2)
    >>> print(shopping)
    name   value  gradient
    price    100       2.2
    count      2       110
    tax      1.1       200
    total    220         1
    """
    written = layer("Graph", equations)
    derivation = derive(written)
    done = evaluate_derivation(derivation, given)
    defined = [equation.target for equation in written.equations]
    between = [node.target for node in derivation.nodes if node.target not in defined]
    order = [*written.inputs, *defined, *between]
    report = Report(derivation, given=given, numbers=done)
    return Graph(report, _in_order(done.values, order), _in_order(done.gradients, order))


def _in_order(table: Mapping[str, T], order: Sequence[str]) -> Mapping[str, T]:
    return MappingProxyType({name: table[name] for name in order if name in table})


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    return f"{value:.10g}"

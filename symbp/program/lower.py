"""Lowers a derivation's equations to an array program."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symbp.calculus import (
    ArgMaxOver,
    ArgMinOver,
    Delta,
    Derivation,
    equation_text,
    total_adjoint,
)
from symbp.notation.expression import Entry, Index, Reduction, SumOver, free_indices
from symbp.notation.layer import Assumption, Equation, Role
from symbp.program.builder import Builder, Ref, spaces_of, union
from symbp.program.conditions import lower_condition
from symbp.program.context import Context, Order
from symbp.program.contraction import lower_sum, natural_order, reduced
from symbp.program.elementwise import lower_elementwise
from symbp.program.indexing import lower_delta, lower_entry
from symbp.program.operations import Argument, DType, Fill
from symbp.program.program import AssumedEqual, Program, Result
from symbp.program.scatter import lower_scatter, shape_of, split_scatter

__all__ = ["lower"]


def lower(derivation: Derivation, everything: bool = False) -> Program:
    """The array program of a derivation.

    Args:
        derivation: of a layer.
        everything: whether the program has the values of all tensors that the user named.

    Raises:
        LoweringError: an equation has no NumPy form; the message says what to write instead.
    """
    return _Lowering(derivation).program(everything)


class _Lowering:
    """One lowering: the program so far and the tensors defined so far."""

    def __init__(self, derivation: Derivation) -> None:
        self._derivation = derivation
        self._layer = derivation.layer
        self._builder = Builder()
        self._values: dict[str, int] = {}
        self._axes = {name: tensor.axes for name, tensor in self._layer.tensors.items()}
        self._context = Context(self._builder, self._values, self._axes, self._lower)
        layer = derivation.layer
        self._handed_back = {
            *layer.outputs,
            *map(layer.gradient, (*layer.inputs, *layer.parameters)),
        }
        self._named = {*layer.tensors, *map(layer.gradient, layer.tensors)}
        self._lowered: dict[tuple[Expr, Order], Ref] = {}

    def program(self, everything: bool) -> Program:
        layer = self._layer
        for name, tensor in layer.tensors.items():
            if tensor.role is not Role.DEFINED:
                self._argument(name, tensor.axes, DType.INT if tensor.integer else DType.FLOAT)
        forward = [self._equation(eq, eq.target) for eq in self._derivation.forward]
        boundary = len(self._builder.operations)
        self._axes |= {node.target: node.axes for node in self._derivation.nodes}
        for name in layer.outputs:
            self._argument(layer.gradient(name), self._axes[name], DType.FLOAT)
        gradients = [layer.gradient(name) for name in (*layer.inputs, *layer.parameters)]
        owners = {layer.gradient(name): name for name in self._axes}
        owners |= {total_adjoint(name): name for name in layer.outputs}
        backward = [self._equation(eq, owners[eq.target]) for eq in self._derivation.backward]
        assumptions = tuple(self._identity(item) for item in layer.assumptions)
        values = self._all_values() if everything else ()
        operations = tuple(self._builder.operations)
        return Program(
            operations,
            boundary,
            tuple(forward),
            tuple(backward),
            layer.parameters,
            layer.outputs,
            tuple(gradients),
            not layer.broadcasts and not any(layer.tensors[n].variadic for n in layer.parameters),
            assumptions,
            values,
        )

    def _all_values(self) -> tuple[Result, ...]:
        """The values of all tensors that the user named."""
        found = [self._equation(equation, equation.target) for equation in self._derivation.values]
        return tuple(result for result in found if result.has_name)

    def _identity(self, assumption: Assumption) -> AssumedEqual:
        order = free_indices(assumption.left + assumption.right)
        order = tuple(sorted(order, key=lambda index: not index.variadic))
        left, right = (self._lower(e, order) for e in (assumption.left, assumption.right))
        axes = union([left, right], order)
        tensors = {entry.name for entry in (assumption.left + assumption.right).atoms(Entry)}
        return AssumedEqual(
            self._builder.align(left, axes),
            self._builder.align(right, axes),
            assumption.source,
            tuple(sorted(tensors)),
        )

    def _argument(self, name: str, axes: Order, dtype: DType) -> None:
        self._axes[name] = axes
        self._values[name] = self._builder.add(Argument((), spaces_of(axes), dtype, name))

    def _equation(self, equation: Equation, shape: str) -> Result:
        dense, scattered = split_scatter(equation.value, equation.axes)
        parts = self._scattered(scattered, shape, equation.axes)
        if dense != 0 or not parts:
            parts.append(self._lower(dense, equation.axes))
        total = parts[0]
        for part in parts[1:]:
            total = self._builder.elementwise("add", [total, part], equation.axes)
        number = self._in_axes(total, equation, shape)
        self._values[equation.target] = number
        self._axes[equation.target] = equation.axes
        text = equation.source or equation_text(equation)
        return Result(equation.target, number, text, equation.target in self._named)

    def _scattered(self, terms: Iterable[Expr], shape: str, axes: Order) -> list[Ref]:
        """Terms that put values at places, those at literal places into one array."""
        parts: list[Ref] = []
        for term in terms:
            joined = None
            if parts:
                joined = lower_scatter(self._context, term, shape, axes, parts[-1])
            if joined is not None:
                parts[-1] = joined
            else:
                alone = lower_scatter(self._context, term, shape, axes)
                parts += [] if alone is None else [alone]
        return parts

    def _in_axes(self, ref: Ref, equation: Equation, shape: str) -> int:
        """The value with all of the equation's axes, in their order.

        What is handed back is an array also where it is a mere number.
        """
        handed_back = equation.target in self._handed_back
        is_array = not self._builder.is_number(ref) or not handed_back
        if set(ref.axes) == set(equation.axes) and is_array:
            return self._builder.permute(ref, equation.axes).operation
        size = shape_of(self._context, shape, equation.axes)
        aligned = self._builder.align(ref, equation.axes)
        return self._builder.add(Fill((aligned, size), spaces_of(equation.axes), DType.FLOAT))

    def _lower(self, node: Expr, order: Order) -> Ref:
        key = (node, order)
        if key not in self._lowered:
            self._lowered[key] = self._lower_anew(node, order)
        return self._lowered[key]

    def _lower_anew(self, node: Expr, order: Order) -> Ref:
        builder = self._builder
        if isinstance(node, Entry):
            return builder.as_float(lower_entry(self._context, node, order))
        if isinstance(node, Index):
            return builder.as_float(builder.position(node))
        if not node.has(Entry) and not node.atoms(Index):
            return builder.scalar(node)
        if isinstance(node, SumOver):
            return lower_sum(self._context, node, order)
        if isinstance(node, Reduction | ArgMaxOver | ArgMinOver):
            inner = natural_order(node.body, (*order, *node.bound))
            return reduced(builder, node.word, self._lower(node.body, inner), node.bound)
        if isinstance(node, Delta):
            return builder.as_float(lower_delta(self._context, node, order))
        if node.is_Boolean or node.is_Relational:
            return lower_condition(self._context, node, order)
        return lower_elementwise(self._context, node, order)

"""Lowers a derivation's equations to an array program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sympy import Expr

from symbp.calculus import (
    ArgMaxOver,
    ArgMinOver,
    Delta,
    Derivation,
    Function,
    equation_text,
    named_values,
    total_adjoint,
)
from symbp.notation.expression import Entry, Index, Reduction, SumOver, free_indices
from symbp.notation.layer import Assumption, Equation, Role
from symbp.program.builder import Builder, Ref, spaces_of, union
from symbp.program.closure import closure
from symbp.program.conditions import lower_condition
from symbp.program.context import Context, Order
from symbp.program.contraction import lower_sum, natural_order, reduced
from symbp.program.elementwise import lower_elementwise
from symbp.program.indexing import lower_delta, lower_entry
from symbp.program.operations import Argument, CommonShape, DType, Fill, ShapeOf
from symbp.program.program import AssumedEqual, Phase, Program, Result
from symbp.program.scatter import lower_scatter, shape_of, split_scatter

__all__ = ["lower"]


def lower(
    derivation: Derivation,
    everything: bool = False,
    products: Mapping[str, Function] = MappingProxyType({}),
) -> Program:
    """The array program of a derivation.

    Args:
        derivation: of a layer.
        everything: whether the program has the values of all tensors that the user named.
        products: what may follow the forward pass beside the backward pass, by name.

    Raises:
        LoweringError: an equation has no NumPy form; the message says what to write instead.
    """
    layer, builder = derivation.layer, Builder()
    functions = {"backward": derivation.vjp.function, **products}
    parts = {name: _Lowering(derivation, each, builder) for name, each in functions.items()}
    backward = parts["backward"]
    forward = tuple(backward.primal())
    before = {name: tuple(parts[name].primal()) for name in products}
    boundary = len(builder.operations)
    phases = {
        name: Phase(each.directions, before.get(name, ()), tuple(parts[name].rest()), each.outputs)
        for name, each in functions.items()
    }
    assumptions = tuple(map(backward.identity, layer.assumptions))
    values = tuple(backward.values(named_values(derivation))) if everything else ()
    together = {name: names for part in parts.values() for name, names in part.together.items()}
    return Program(
        tuple(builder.operations),
        boundary,
        forward,
        phases,
        layer.parameters,
        layer.outputs,
        not layer.broadcasts and not any(layer.tensors[n].variadic for n in layer.parameters),
        together,
        assumptions,
        values,
    )


class _Lowering:
    """The lowering of one function: the tensors defined so far."""

    def __init__(self, derivation: Derivation, function: Function, builder: Builder) -> None:
        layer = derivation.layer
        self._layer, self._function, self._builder = layer, function, builder
        self._nodes = derivation.nodes
        self._values: dict[str, int] = {}
        self._axes = {name: tensor.axes for name, tensor in layer.tensors.items()}
        self._context = Context(builder, self._values, self._axes, self._lower)
        self._handed_back = {*layer.outputs, *function.outputs}
        named = (*layer.tensors, *map(layer.gradient, layer.tensors))
        self._named = {*named, *map(layer.tangent, named)}
        self._groups = layer.broadcast_groups if layer.broadcasts else {}
        self.together: dict[str, tuple[str, ...]] = {}
        self._lowered: dict[tuple[Expr, Order], Ref] = {}

    def primal(self) -> list[Result]:
        """What is computed before the directions are known."""
        for name, tensor in self._layer.tensors.items():
            if tensor.role is not Role.DEFINED:
                self._argument(name, tensor.axes, DType.INT if tensor.integer else DType.FLOAT)
        return [self._equation(eq, eq.target) for eq in self._function.primal]

    def rest(self) -> list[Result]:
        """What is computed after that."""
        self._axes |= {node.target: node.axes for node in self._nodes}
        owners = self._owners()
        for name in self._function.directions:
            self._argument(name, self._axes[owners[name]], DType.FLOAT, owners[name])
        return [self._equation(eq, owners[eq.target]) for eq in self._function.equations]

    def values(self, equations: Iterable[Equation]) -> list[Result]:
        """The values of all tensors that the user named."""
        found = [self._equation(equation, equation.target) for equation in equations]
        return [result for result in found if result.has_name]

    def _owners(self) -> dict[str, str]:
        """For every gradient and tangent the tensor that has its shape."""
        layer = self._layer
        owners = {name: name for name in self._axes}
        owners |= {layer.gradient(name): name for name in self._axes}
        owners |= {total_adjoint(name): name for name in layer.outputs}
        owners = {eq.target: eq.target for eq in self._function.equations} | owners
        return {layer.tangent(name): owner for name, owner in owners.items()} | owners

    def identity(self, assumption: Assumption) -> AssumedEqual:
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

    def _argument(self, name: str, axes: Order, dtype: DType, owner: str = "") -> None:
        """An argument, of the shape of its owner, which is itself unless given."""
        self._axes[name] = axes
        if self._layer.broadcasts:
            self.together[name] = self._groups.get(owner, (owner or name,))
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
        together = self._shape_together(ref, equation)
        if set(ref.axes) == set(equation.axes) and is_array and together is None:
            return self._builder.permute(ref, equation.axes).operation
        size = shape_of(self._context, shape, equation.axes) if together is None else together
        aligned = self._builder.align(ref, equation.axes)
        return self._builder.add(Fill((aligned, size), spaces_of(equation.axes), DType.FLOAT))

    def _shape_together(self, ref: Ref, equation: Equation) -> int | None:
        """The shape of an output that broadcasts, where rewrites left out a tensor that makes it.

        So of `y = where(exp(z) > 0, x, 0)`, which has the shape of x and z together.
        """
        group = self._groups.get(equation.target, ())
        given = tuple(self._values[name] for name in group)
        if {*closure(self._builder.operations, [ref.operation], ())}.issuperset(given):
            return None
        shapes = tuple(self._builder.add(ShapeOf((n,), (), DType.NUMBER)) for n in given)
        if len(shapes) == 1:
            return shapes[0]
        return self._builder.add(CommonShape(shapes, (), DType.NUMBER))

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

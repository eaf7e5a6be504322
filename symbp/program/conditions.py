"""Lowers conditions to boolean arrays."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr
from sympy.logic.boolalg import And, Not, Or

from symbp.errors import LoweringError
from symbp.notation.expression import Differs, Entry, Index
from symbp.program.builder import Ref
from symbp.program.context import Context, Order
from symbp.program.indexing import index_array
from symbp.program.operations import DType

__all__ = ["lower_condition"]

RELATIONS = {
    sympy.StrictGreaterThan: "greater",
    sympy.GreaterThan: "greater_equal",
    sympy.StrictLessThan: "less",
    sympy.LessThan: "less_equal",
    sympy.Equality: "equal",
    sympy.Unequality: "not_equal",
    Differs: "not_equal",
}
JUNCTIONS = {And: "logical_and", Or: "logical_or"}


def lower_condition(context: Context, condition: Expr, order: Order) -> Ref:
    """A relation, or relations joined by and / or / not, as a boolean array.

    What reads no array is one Python boolean: NumPy's `~` and `&` mean another thing there.
    """
    builder = context.builder
    if not condition.has(Entry) and not condition.atoms(Index):
        return builder.scalar(condition)
    if condition.func in RELATIONS:
        operands = [_compared(context, arg, order) for arg in condition.args]
        return builder.elementwise(RELATIONS[condition.func], operands, order, DType.BOOL)
    if isinstance(condition, Not) and isinstance(condition.args[0], Differs):
        operands = [context.lower(arg, order) for arg in condition.args[0].args]
        return builder.elementwise("equal", operands, order, DType.BOOL)
    if isinstance(condition, Not):
        operand = lower_condition(context, condition.args[0], order)
        return builder.elementwise("logical_not", [operand], order, DType.BOOL)
    if condition.func in JUNCTIONS:
        refs = [lower_condition(context, arg, order) for arg in _sorted(condition.args)]
        total = refs[0]
        for ref in refs[1:]:
            total = builder.elementwise(JUNCTIONS[condition.func], [total, ref], order, DType.BOOL)
        return total
    raise LoweringError(f"symbp cannot print the condition {condition}")


def _compared(context: Context, side: Expr, order: Order) -> Ref:
    """A side of a relation: positions and integers as they are, exact at any size."""
    if isinstance(side, Index | Entry):
        return index_array(context, side, order)
    return context.lower(side, order)


def _sorted(args: Sequence[Expr]) -> list[Expr]:
    return sorted(args, key=str)

"""Lowers sums, products, powers and functions to ufuncs, small operands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr
from sympy.logic.boolalg import And, Not, Or

from symbp.calculus import erfcx, log_ndtr
from symbp.errors import LoweringError
from symbp.notation.expression import (
    Differs,
    Entry,
    Index,
    Maximum,
    Minimum,
    Where,
    erfc,
    stop_gradient,
)
from symbp.program.builder import Builder, Ref
from symbp.program.context import Context, Order
from symbp.program.indexing import index_array
from symbp.program.numbers import lower_truth
from symbp.program.operations import DType

__all__ = ["lower_elementwise"]

FUNCTIONS = {
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.asin: "arcsin",
    sympy.acos: "arccos",
    sympy.atan: "arctan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asinh: "arcsinh",
    sympy.acosh: "arccosh",
    sympy.atanh: "arctanh",
    sympy.sign: "sign",
    sympy.Abs: "abs",
    sympy.erf: "erf",
    erfc: "erfc",
    erfcx: "erfcx",
    log_ndtr: "log_ndtr",
    sympy.loggamma: "gammaln",
}
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
MULTIPLIED_POWERS = 4


@dataclass(frozen=True)
class _Item:
    """An operand of a sum or product that may be negated or inverted."""

    ref: Ref
    opposite: bool


def lower_elementwise(context: Context, node: Expr, order: Order) -> Ref:
    """One elementwise operation on lowered operands.

    Raises:
        LoweringError: a function that symbp cannot print.
    """
    if node.is_Add:
        return _sum(context, node, order)
    if node.is_Mul:
        return _product(context, node, order)
    if node.is_Pow:
        return _power(context, node.base, node.exp, order)
    if isinstance(node, stop_gradient):
        return context.lower(node.args[0], order)
    if isinstance(node, sympy.log):
        return _logarithm(context, node.args[0], order)
    if isinstance(node, Where):
        return _where(context, node, order)
    if isinstance(node, Maximum | Minimum):
        operands = sorted(node.args, key=lambda arg: not arg.has(Entry))
        return _call(context, node.word, operands, order)
    if isinstance(node, sympy.polygamma) and node.args[0] == 0:
        return _call(context, "digamma", [node.args[1]], order)
    if isinstance(node, sympy.exp):
        return _exponential(context, node.args[0], order)
    if isinstance(node, sympy.atan2):
        return _angle(context, node.args[0], node.args[1], order)
    if node.func in FUNCTIONS:
        return _call(context, FUNCTIONS[node.func], node.args, order)
    raise LoweringError(f"symbp has no NumPy form of {node.func.__name__}: {node}")


def _call(context: Context, name: str, args: Sequence[Expr], order: Order) -> Ref:
    return context.builder.elementwise(name, [context.lower(arg, order) for arg in args], order)


def _exponential(context: Context, argument: Expr, order: Order) -> Ref:
    """`exp(n*u)` as a power of `exp(u)`: near the largest floats n*u overflows, and u does not."""
    number, unit = argument.as_coeff_Mul()
    if number.is_Integer and 1 < abs(number) <= MULTIPLIED_POWERS and unit.has(Entry):
        return _power(context, sympy.exp(sympy.sign(number) * unit), abs(number), order)
    return _call(context, "exp", [argument], order)


def _angle(context: Context, y: Expr, x: Expr, order: Order) -> Ref:
    """The angle of a point; -0.0 is 0, whose angle left of the origin is pi and not -pi."""
    builder = context.builder
    above = builder.elementwise("add", [context.lower(y, order), builder.number("0.0")], order)
    return builder.elementwise("arctan2", [above, context.lower(x, order)], order)


def _sum(context: Context, node: Expr, order: Order) -> Ref:
    terms = list(node.args)
    items = []
    difference = _exponential_less_one(terms)
    if difference is not None:
        coefficient, exponential, constant = difference
        terms = [term for term in terms if term not in (coefficient * exponential, constant)]
        value = _call(context, "expm1", [exponential.args[0]], order)
        items.append(_scaled(context, value, coefficient, order))
    for term in terms:
        negative = bool(term.as_coeff_Mul()[0].is_negative)
        items.append(_Item(context.lower(-term if negative else term, order), negative))
    return _folded(context.builder, items, order, "add", "subtract")


def _exponential_less_one(terms: list[Expr]) -> tuple[Expr, Expr, Expr] | None:
    """The coefficient c, exp(u) and the constant of `c*exp(u) - c` among the terms."""
    for constant in (term for term in terms if term.is_number):
        for term in terms:
            coefficient, rest = term.as_coeff_Mul()
            if isinstance(rest, sympy.exp) and rest.has(Entry) and coefficient == -constant:
                return coefficient, rest, constant
    return None


def _scaled(context: Context, value: Ref, coefficient: Expr, order: Order) -> _Item:
    size = abs(coefficient)
    if size != 1:
        number = context.lower(size, order)
        value = context.builder.elementwise("multiply", [number, value], order)
    return _Item(value, bool(coefficient.is_negative))


def _product(context: Context, node: Expr, order: Order) -> Ref:
    number, factors = _split_number(node)
    if number == -1:
        return _negated(context, -node, order)
    items = []
    if number != 1:
        above, below = number.as_numer_denom()
        if abs(above) == 1 and not _is_short(below):
            items.append(_Item(context.lower(below * above, order), True))
        else:
            items.append(_Item(context.lower(number, order), False))
    # What may be 0 comes before what may overflow beside it.
    for factor in sorted(factors, key=lambda factor: not isinstance(factor, sympy.exp)):
        inverse = factor.is_Pow and factor.exp.is_number and factor.exp.is_negative
        items.append(_Item(_factor(context, 1 / factor if inverse else factor, order), inverse))
    return _folded(context.builder, items, order, "multiply", "divide")


def _is_short(denominator: Expr) -> bool:
    """Whether 1/denominator is a short decimal."""
    return denominator in (1, 2, 4, 5, 8, 10)


def _split_number(node: Expr) -> tuple[Expr, list[Expr]]:
    number, factors = sympy.S.One, []
    for factor in sympy.Mul.make_args(node):
        if factor.has(Entry) or factor.atoms(Index):
            factors.append(factor)
        else:
            number *= factor
    return number, factors


def _negated(context: Context, node: Expr, order: Order) -> Ref:
    value = context.lower(node, order)
    return context.builder.elementwise("negative", [value], order)


def _factor(context: Context, factor: Expr, order: Order) -> Ref:
    """A factor of a product; a choice between 1 and 0 is a boolean mask."""
    if isinstance(factor, Where) and factor.args[1:] == (sympy.S.One, sympy.S.Zero):
        return lower_condition(context, factor.args[0], order)
    if isinstance(factor, Where) and factor.args[1:] == (sympy.S.Zero, sympy.S.One):
        return lower_condition(context, sympy.Not(factor.args[0]), order)
    return context.lower(factor, order)


def _folded(builder: Builder, items: list[_Item], order: Order, join: str, part: str) -> Ref:
    """Combines items two at a time, pairs that the program has already and small ones first."""
    items = _with_known_pairs(builder, items, order, join, part)
    items = sorted(items, key=lambda item: (_size(builder, item.ref), item.opposite))
    if join == "multiply":
        items = _with_masks_early(builder, items)
    total = items[0]
    for item in items[1:]:
        total = _Item(*_combined(builder, total, item, order, join, part))
    if not total.opposite:
        return builder.as_float(total.ref)
    if join == "add":
        return builder.elementwise("negative", [total.ref], order)
    return builder.elementwise("divide", [builder.number("1"), total.ref], order)


def _with_masks_early(builder: Builder, items: list[_Item]) -> list[_Item]:
    """The factors with masks behind the first array: 0 times what has overflowed is no number."""
    masks = [item for item in items if builder[item.ref.operation].dtype is DType.BOOL]
    others = [item for item in items if item not in masks]
    first = 1 + sum(builder.is_number(item.ref) for item in others)
    return [*others[:first], *masks, *others[first:]]


def _size(builder: Builder, ref: Ref) -> tuple[float, bool]:
    leading = any(axis.variadic for axis in ref.axes)
    return len(ref.axes) + leading, not builder.is_number(ref)


def _combined(
    builder: Builder, a: _Item, b: _Item, order: Order, join: str, part: str
) -> tuple[Ref, bool]:
    if a.opposite == b.opposite:
        return builder.elementwise(join, _typed(builder, a.ref, b.ref), order), a.opposite
    plus, minus = (b, a) if a.opposite else (a, b)
    return builder.elementwise(part, _typed(builder, plus.ref, minus.ref), order), False


def _typed(builder: Builder, a: Ref, b: Ref) -> list[Ref]:
    """Two operands of which one at least is floating point."""
    if {builder[a.operation].dtype, builder[b.operation].dtype} & {DType.FLOAT}:
        return [a, b]
    return [builder.as_float(a), builder.as_float(b)]


def _with_known_pairs(
    builder: Builder, items: list[_Item], order: Order, join: str, part: str
) -> list[_Item]:
    """Joins two items whose combination has been computed already: `x - m` of `x - m - log(s)`."""
    for i, a in enumerate(items):
        for b in items[i + 1 :]:
            if len(items) < 3 or builder.is_number(a.ref) or builder.is_number(b.ref):
                continue
            plus, minus = (b, a) if a.opposite and not b.opposite else (a, b)
            name = join if a.opposite == b.opposite else part
            pairs = [(plus, minus), (minus, plus)] if name == join else [(plus, minus)]
            for one, other in pairs:
                ref = builder.known(name, [one.ref, other.ref], order)
                if ref is not None:
                    rest = [item for item in items if item is not a and item is not b]
                    opposite = a.opposite and b.opposite
                    return _with_known_pairs(
                        builder, [*rest, _Item(ref, opposite)], order, join, part
                    )
    return items


def _power(context: Context, base: Expr, exponent: Expr, order: Order) -> Ref:
    builder = context.builder
    if exponent.is_number and exponent.is_negative:
        below = context.lower(base**-exponent, order)
        return builder.elementwise("divide", [builder.number("1"), below], order)
    if exponent == sympy.Rational(1, 2):
        return _call(context, "sqrt", [base], order)
    if exponent.is_Rational and exponent.q == 2 and exponent.p < 2 * MULTIPLIED_POWERS:
        root = context.lower(sympy.sqrt(base), order)
        whole = context.lower(base ** (exponent.p // 2), order)
        return builder.elementwise("multiply", [root, whole], order)
    if exponent.is_Integer and exponent <= MULTIPLIED_POWERS and base.has(Entry):
        value = context.lower(base, order)
        square = builder.elementwise("multiply", [value, value], order)
        if exponent == 2:
            return square
        other = value if exponent == 3 else square
        return builder.elementwise("multiply", [square, other], order)
    if base == 2:
        return _call(context, "exp2", [exponent], order)
    operands = [builder.as_float(context.lower(arg, order)) for arg in (base, exponent)]
    return builder.elementwise("power", operands, order)


def _logarithm(context: Context, argument: Expr, order: Order) -> Ref:
    if argument.is_Add and sympy.S.One in argument.args:
        return _call(context, "log1p", [argument - 1], order)
    return _call(context, "log", [argument], order)


def _where(context: Context, node: Where, order: Order) -> Ref:
    condition, a, b = node.args
    builder = context.builder
    chosen = lower_condition(context, condition, order)
    operands = [context.lower(a, order), context.lower(b, order)]
    if all(builder.is_number(operand) for operand in operands):
        return _choice_of_numbers(context, chosen, operands, node, order)
    return builder.elementwise("where", [chosen, *operands], order)


def _choice_of_numbers(
    context: Context, chosen: Ref, operands: list[Ref], node: Where, order: Order
) -> Ref:
    """`where` of two Python numbers would be float64 whatever the layer's dtype is."""
    builder = context.builder
    if node.args[1:] == (sympy.S.One, sympy.S.Zero):
        return builder.as_float(chosen)
    ref = builder.elementwise("where", [chosen, *operands], order, DType.INT)
    return builder.as_float(ref)


def lower_condition(context: Context, condition: Expr, order: Order) -> Ref:
    """A relation, or relations joined by and / or / not, as a boolean array.

    What reads no array is one Python boolean: NumPy's `~` and `&` mean another thing there.
    """
    builder = context.builder
    if not condition.has(Entry) and not condition.atoms(Index):
        return lower_truth(builder, condition)
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

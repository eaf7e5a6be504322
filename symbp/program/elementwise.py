"""Lowers sums, products, powers and functions to ufuncs, small operands first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import sympy
from sympy import Expr

from symbp.calculus import rename, shifts_in, signed
from symbp.errors import LoweringError
from symbp.notation.expression import Entry, Index, Maximum, Minimum, Where, free_indices
from symbp.ops import BY_KIND, stop_gradient
from symbp.program.builder import Ref
from symbp.program.conditions import lower_condition
from symbp.program.context import Context, Order
from symbp.program.folding import Item, folded
from symbp.program.operations import DType

__all__ = ["lower_elementwise"]

MULTIPLIED_POWERS = 4


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
    if node.func in BY_KIND and not isinstance(node, sympy.polygamma):
        return _call(context, BY_KIND[node.func].name, node.args, order)
    raise LoweringError(f"symbp has no NumPy form of {node.func.__name__}: {node}")


def _call(context: Context, name: str, args: Sequence[Expr], order: Order) -> Ref:
    return context.builder.elementwise(name, [context.lower(arg, order) for arg in args], order)


def _exponential(context: Context, argument: Expr, order: Order) -> Ref:
    """`exp(n*u)` as a power of `exp(u)`: near the largest floats n*u overflows, and u does not."""
    number, unit = argument.as_coeff_Mul()
    parts = [term.as_coeff_Mul() for term in sympy.Add.make_args(argument)]
    if argument.is_Add and all(isinstance(part, Minimum | Maximum) for _, part in parts):
        number = max(abs(count) for count, _ in parts)
        unit = sympy.Add(*(count / number * part for count, part in parts))
    if number.is_Integer and 1 < abs(number) <= MULTIPLIED_POWERS and unit.has(Entry):
        return _power(context, sympy.exp(sympy.sign(number) * unit), abs(number), order)
    return _call(context, "exp", [argument], order)


def _angle(context: Context, y: Expr, x: Expr, order: Order) -> Ref:
    """The angle of a point; -0.0 is 0, whose angle left of the origin is pi and not -pi."""
    builder = context.builder
    above = builder.elementwise(
        "add", [context.lower(y, order), builder.scalar(sympy.Float(0))], order
    )
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
    joined = _with_shifts_joined([signed(term) for term in terms])
    for term, negative in _with_mirrored_joined(joined):
        items.append(Item(context.lower(term, order), negative))
    return folded(context.builder, items, order, "add", "subtract")


def _with_shifts_joined(terms: list[tuple[Expr, bool]]) -> list[tuple[Expr, bool]]:
    """`x - z - max(x) + max(z)` as `(x - max(x)) - (z - max(z))`: the others may be far larger."""
    pairs = shifts_in(terms) if len(terms) > 2 else []
    paired = {place for pair in pairs for place in pair}
    joined = [(terms[one][0] - terms[largest][0], terms[one][1]) for one, largest in pairs]
    return [*joined, *(term for place, term in enumerate(terms) if place not in paired)]


def _with_mirrored_joined(terms: list[tuple[Expr, bool]]) -> list[tuple[Expr, bool]]:
    """`l[i] + g[i] - l[k] - g[k]` as a difference of two sums that swap their indices.

    Where i is k both are the same number, and nothing is left of them.
    """
    added = [term for term, negative in terms if not negative]
    taken = [term for term, negative in terms if negative]
    pairs: dict[Expr, Expr] = {}
    for one, other in combinations(free_indices(sympy.Add(*added, *taken)), 2):
        if one.space == other.space:
            swap = {one: other, other: one}
            renamed = {term: rename(term, swap) for term in added}
            found = {term: mirror for term, mirror in renamed.items() if mirror in taken}
            pairs = max(pairs, found, key=len)
    if len(pairs) < 2:
        return terms
    joined = [(term, True) for term in pairs.values()] + [(term, False) for term in pairs]
    rest = [term for term in terms if term not in joined]
    return [*rest, (sympy.Add(*pairs), False), (sympy.Add(*pairs.values()), True)]


def _exponential_less_one(terms: list[Expr]) -> tuple[Expr, Expr, Expr] | None:
    """The coefficient c, exp(u) and the constant of `c*exp(u) - c` among the terms."""
    for constant in (term for term in terms if term.is_number):
        for term in terms:
            coefficient, rest = term.as_coeff_Mul()
            if isinstance(rest, sympy.exp) and rest.has(Entry) and coefficient == -constant:
                return coefficient, rest, constant
    return None


def _scaled(context: Context, value: Ref, coefficient: Expr, order: Order) -> Item:
    size = abs(coefficient)
    if size != 1:
        number = context.lower(size, order)
        value = context.builder.elementwise("multiply", [number, value], order)
    return Item(value, bool(coefficient.is_negative))


def _product(context: Context, node: Expr, order: Order) -> Ref:
    number, factors = _split_number(node)
    if number == -1:
        return _negated(context, -node, order)
    items = []
    if number != 1:
        above, below = number.as_numer_denom()
        if abs(above) == 1 and not _is_short(below):
            items.append(Item(context.lower(below * above, order), True))
        else:
            items.append(Item(context.lower(number, order), False))
    # What may be 0 comes before what may overflow beside it.
    for factor in sorted(factors, key=lambda factor: not isinstance(factor, sympy.exp)):
        inverse = factor.is_Pow and factor.exp.is_number and factor.exp.is_negative
        base = 1 / factor if inverse else factor
        # Divided by twice, a square neither overflows nor vanishes.
        times = 2 if inverse and base.is_Pow and base.exp == 2 and base.base.has(Entry) else 1
        ref = _factor(context, base.base if times == 2 else base, order)
        items += [Item(ref, inverse) for _ in range(times)]
    return folded(context.builder, items, order, "multiply", "divide")


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


def _power(context: Context, base: Expr, exponent: Expr, order: Order) -> Ref:
    builder = context.builder
    if exponent == -2 and base.has(Entry):
        inverse = context.lower(1 / base, order)
        return builder.elementwise("multiply", [inverse, inverse], order)
    if exponent.is_number and exponent.is_negative:
        below = context.lower(base**-exponent, order)
        return builder.elementwise("divide", [builder.scalar(1), below], order)
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
    if not argument.is_Add or sympy.S.One not in argument.args:
        return _call(context, "log", [argument], order)
    if isinstance(1 - argument, sympy.exp):
        return _log_of_complement(context, 1 - argument, order)
    return _call(context, "log1p", [argument - 1], order)


def _log_of_complement(context: Context, exponential: Expr, order: Order) -> Ref:
    """`log(1 - exp(u))` from whichever of 1 - exp(u) and exp(u) is the smaller.

    After Maechler, Accurately computing log(1 - exp(-|a|)), 2012.
    """
    exponent, middle = exponential.args[0], -sympy.log(2)
    above, below = Maximum(exponent, middle), Minimum(exponent, middle)
    builder = context.builder
    near = _call(context, "expm1", [above], order)
    near = builder.elementwise("log", [builder.elementwise("negative", [near], order)], order)
    far = _call(context, "log1p", [-sympy.exp(below)], order)
    is_near = lower_condition(context, exponent > middle, order)
    return builder.choose(is_near, near, far, order)


def _where(context: Context, node: Where, order: Order) -> Ref:
    condition, a, b = node.args
    builder = context.builder
    chosen = lower_condition(context, condition, order)
    if a is sympy.S.Zero and not b.is_number:
        chosen = builder.elementwise("logical_not", [chosen], order, DType.BOOL)
        a, b = b, a
    yes, no = context.lower(a, order), context.lower(b, order)
    if not (builder.is_number(yes) and builder.is_number(no)):
        return builder.choose(chosen, yes, no, order)
    if node.args[1:] == (sympy.S.One, sympy.S.Zero):
        return builder.as_float(chosen)
    # A choice of two Python numbers would be float64 whatever the layer's dtype is.
    return builder.as_float(builder.choose(chosen, yes, no, order, DType.INT))

"""Log-sum-exp of nothing: where every exponent is -inf it is -inf, and its gradient is 0.

The largest exponent is then -inf, too, and cannot be subtracted: 0 is, in its place. The sum that
is left is 0, and 1 is divided by in its place; wherever something counts neither changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sympy import Abs, Add, Basic, Expr, Mul, S, count_ops, exp, log
from sympy.core.relational import Relational

from symbp.calculus.bounds import is_instance
from symbp.calculus.indices import canonical, same_up_to_indices, transform
from symbp.notation.expression import (
    Differs,
    Entry,
    Maximum,
    MaxOver,
    SumOver,
    Where,
    free_indices,
)
from symbp.notation.layer import Equation

__all__ = ["empty_sums", "returning", "with_empty_sums"]


def empty_sums(expressions: Iterable[Expr]) -> tuple[SumOver, ...]:
    """The sums whose logarithm stands by itself, their largest exponent taken out.

    Where an exponent itself is added beside, as in a log-softmax, the value for nothing is none.
    """
    found: dict[SumOver, None] = {}
    for expression in expressions:
        for whole in (node for node in expression.atoms(Add) if node.has(log)):
            for total in map(_total, whole.args):
                if total is not None and not _has_exponent_beside(whole, _largest(total)):
                    found[total] = None
    return tuple(found)


def returning(equations: Iterable[Equation]) -> tuple[Expr, ...]:
    """The largest of exponents that may all be -inf which is given back to what is left of a sum.

    `exp(m)*sum(exp(u - m))` is 0 where m is -inf, if 0 is taken away in its place. The exponents
    may be a tensor that an equation before defines.
    """
    found: dict[Expr, None] = {}
    excluding: set[str] = set()
    for equation in equations:
        exponents = [node.exp for node in equation.value.atoms(exp)]
        for part in (part for exponent in exponents for part in _parts(exponent)):
            for extreme in (part, -part):
                if isinstance(extreme, MaxOver | Maximum) and _excludes(extreme, excluding):
                    found[extreme] = None
        if _excludes(equation.value, excluding):
            excluding.add(equation.target)
    return tuple(found)


def _parts(exponent: Expr) -> tuple[Expr, ...]:
    """The terms of an exponent, of both branches where it is a choice."""
    if isinstance(exponent, Where):
        return tuple(part for branch in exponent.args[1:] for part in _parts(branch))
    return Add.make_args(exponent)


def _excludes(value: Expr, tensors: Collection[str]) -> bool:
    """Whether a value can be -inf, as a choice or one of the tensors is."""
    if isinstance(value, Entry):
        return value.name in tensors
    if isinstance(value, Maximum):
        return all(_excludes(arg, tensors) for arg in value.args)
    if isinstance(value, exp | Relational | Differs):
        return False
    return value is S.NegativeInfinity or any(_excludes(arg, tensors) for arg in value.args)


def with_empty_sums(
    expression: Expr, sums: Sequence[SumOver], extremes: Sequence[Expr] = ()
) -> Expr:
    """The expression with a value where all exponents of a sum are -inf.

    Args:
        expression: a right side.
        sums: those whose logarithm stands by itself.
        extremes: the largest exponents that are given back to sums.
    """
    # What stands inside of an exponent is filled first.
    inner = [with_empty_sums(extreme, sums) for extreme in extremes]
    largest = [canonical(extreme) for extreme in (*extremes, *inner)]
    filled: list[Expr] = []

    def fill(node: Basic) -> Basic:
        if isinstance(node, SumOver) and _is_one_of(node, filled):
            return Where(Differs(node, S.Zero), node, S.One)
        return _filled(node, largest)

    for total in sorted(map(canonical, sums), key=count_ops):
        largest += [canonical(_largest(total)), canonical(transform(_largest(total), fill))]
        filled.append(canonical(transform(total, fill)))
    return canonical(transform(expression, fill)) if largest else expression


def _total(term: Expr) -> SumOver | None:
    """The sum, shifted by its largest exponent, of which a term is the logarithm."""
    logarithms = [factor for factor in Mul.make_args(term) if isinstance(factor, log)]
    total = logarithms[0].args[0] if len(logarithms) == 1 else None
    return total if isinstance(total, SumOver) and _largest(total) is not None else None


def _largest(total: SumOver) -> Expr | None:
    """What was taken out of a sum."""
    for node in total.body.atoms(exp):
        for part in Add.make_args(node.exp):
            if isinstance(-part, MaxOver):
                return -part
    return None


def _has_exponent_beside(whole: Expr, largest: Expr) -> bool:
    return any(is_instance(sign * term, largest) for term in whole.args for sign in (1, -1))


def _filled(node: Basic, largest: Sequence[Expr]) -> Basic:
    """An exponential from which 0 is taken in place of a largest exponent that is -inf."""
    return exp(_finite(node.exp, largest)) if isinstance(node, exp) else node


def _finite(exponent: Expr, largest: Sequence[Expr]) -> Expr:
    if isinstance(exponent, Where):
        condition, *branches = exponent.args
        return Where(condition, *(_finite(branch, largest) for branch in branches))
    return Add(*(_finite_part(part, largest) for part in Add.make_args(exponent)))


def _finite_part(part: Expr, largest: Sequence[Expr]) -> Expr:
    """A term of an exponent; where it is the largest of several, so are those."""
    if _is_one_of(-part, largest):
        return -_where_finite(-part)
    count, unit = part.as_coeff_Mul()
    if isinstance(unit, MaxOver):
        return count * unit.rebuild(_finite(unit.body, largest))
    if isinstance(unit, Maximum):
        return count * unit.func(*(_finite(arg, largest) for arg in unit.args))
    return part


def _where_finite(largest: Expr) -> Expr:
    return Where(Differs(Abs(largest), S.Infinity), largest, S.Zero)


def _is_one_of(node: Expr, patterns: Sequence[Expr]) -> bool:
    """Whether a node is one of some, up to the names of indices."""
    own = canonical(node)
    return any(
        same_up_to_indices(pattern, own, free_indices(pattern)) is not None for pattern in patterns
    )

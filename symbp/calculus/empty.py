"""Log-sum-exp of nothing: where every exponent is -inf it is -inf, and its gradient is 0.

The largest exponent is then -inf, too, and cannot be subtracted: 0 is, in its place. The sum that
is left is 0, and 1 is divided by in its place; wherever something counts neither changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Add, Basic, Expr, Mul, S, exp, log

from symbp.calculus.bounds import is_instance
from symbp.calculus.indices import canonical, same_up_to_indices, transform
from symbp.calculus.nodes import Differs
from symbp.notation.expression import MaxOver, SumOver, Where, free_indices

__all__ = ["empty_sums", "with_empty_sums"]


def _where_finite(largest: Expr) -> Expr:
    """The largest exponent, or 0 where it is -inf."""
    return Where(Differs(largest, S.NegativeInfinity), largest, S.Zero)


def empty_sums(expressions: Iterable[Expr]) -> tuple[MaxOver, ...]:
    """The largest exponents of all sums whose logarithm stands by itself.

    Where an exponent itself is added beside, as in a log-softmax, the value for nothing is none.
    """
    found: dict[MaxOver, None] = {}
    for expression in expressions:
        for total in (node for node in expression.atoms(Add) if node.has(log)):
            for term in total.args:
                largest = _largest(term)
                if largest is not None and not _has_exponent_beside(total, largest):
                    found[largest] = None
    return tuple(found)


def with_empty_sums(expression: Expr, largest: Sequence[MaxOver]) -> Expr:
    """The expression with a value where all exponents of a sum are -inf."""
    return canonical(transform(expression, lambda node: _filled(node, largest)))


def _largest(term: Expr) -> MaxOver | None:
    """What was taken out of the sum whose logarithm a term is."""
    logarithms = [factor for factor in Mul.make_args(term) if isinstance(factor, log)]
    if len(logarithms) != 1 or not isinstance(logarithms[0].args[0], SumOver):
        return None
    for node in logarithms[0].args[0].body.atoms(exp):
        for part in Add.make_args(node.exp):
            if isinstance(-part, MaxOver):
                return -part
    return None


def _has_exponent_beside(total: Expr, largest: MaxOver) -> bool:
    return any(is_instance(sign * term, largest) for term in total.args for sign in (1, -1))


def _filled(node: Basic, largest: Sequence[MaxOver]) -> Basic:
    if isinstance(node, exp):
        return exp(Add(*(_finite(part, largest) for part in Add.make_args(node.exp))))
    if isinstance(node, SumOver) and any(
        _is_finite(part) for inner in node.body.atoms(exp) for part in Add.make_args(inner.exp)
    ):
        return Where(Differs(node, S.Zero), node, S.One)
    return node


def _finite(part: Expr, largest: Sequence[MaxOver]) -> Expr:
    own = canonical(-part)
    same = (same_up_to_indices(canonical(other), own, free_indices(other)) for other in largest)
    return -_where_finite(-part) if any(mapping is not None for mapping in same) else part


def _is_finite(part: Expr) -> bool:
    return isinstance(-part, Where) and -part == _where_finite((-part).args[1])

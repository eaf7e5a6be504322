"""Linearity of sums: what can leave a sum leaves it, and deltas collapse it."""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy import Add, Expr, Mul

from symbp.calculus.indices import canonical, rename, replace_entries, transform
from symbp.calculus.nodes import Delta
from symbp.calculus.roots import may_be_infinite
from symbp.notation.expression import Entry, Index, Size, SumOver
from symbp.notation.layer import Equation

__all__ = ["expand_sums", "known_sums", "pull_out", "pull_out_of"]

MAX_TERMS = 60
MAX_OPERATIONS = 400
MAX_STEPS = 16


def pull_out(expression: Expr) -> Expr:
    """Moves factors without the summed index out of sums, and lets deltas collapse sums."""
    return canonical(transform(expression, pull_out_of))


def pull_out_of(node: Expr) -> Expr:
    """The same for one sum; what is no sum is handed back."""
    if not isinstance(node, SumOver):
        return node
    body, bound = _collapse_deltas(node.body, node.bound)
    factors = _flat_factors(body)
    missing = [index for index in bound if index not in body.free_symbols]
    bound = [index for index in bound if index not in missing]
    outside = [f for f in factors if not f.free_symbols & set(bound)]
    inside = [f for f in factors if f.free_symbols & set(bound)]
    sizes = [Size(index) for index in missing]
    return Mul(*sizes, *outside, *_separate(inside, bound))


def _flat_factors(body: Expr) -> list[Expr]:
    """The factors of a product, common factors of a sum of terms taken out."""
    if body.is_Add and _monomials(body):
        # Infinite by infinite is none: what may be infinite stays below its own term.
        together = not any(may_be_infinite(power.base) for power in body.atoms(sympy.Pow))
        body = sympy.gcd_terms(body, clear=False, fraction=together)
    return list(Mul.make_args(body))


def _monomials(body: Expr) -> bool:
    return all(not any(f.is_Add for f in Mul.make_args(term)) for term in body.args)


def _collapse_deltas(body: Expr, bound: Iterable[Index]) -> tuple[Expr, list[Index]]:
    """sum(delta(i, j)*f(i), i) = f(j)."""
    bound = list(bound)
    while True:
        for delta in (f for f in Mul.make_args(body) if isinstance(f, Delta)):
            a, b = delta.args
            index, value = (a, b) if a in bound else (b, a)
            if index in bound and index not in value.free_symbols:
                rest = Mul(*(f for f in Mul.make_args(body) if f != delta))
                if isinstance(value, Index | sympy.Integer) or index not in rest.free_symbols:
                    body = rename(rest, {index: value})
                    bound.remove(index)
                    break
                if _plain_slots_only(rest, index):
                    body = rename(rest, {index: value})
                    bound.remove(index)
                    break
        else:
            return body, bound


def _plain_slots_only(expression: Expr, index: Index) -> bool:
    """Whether an index can be replaced by an entry of an integer tensor."""
    return not any(
        isinstance(node, Delta) and index in node.free_symbols
        for node in sympy.preorder_traversal(expression)
    )


def _separate(factors: list[Expr], bound: Iterable[Index]) -> list[Expr]:
    """sum(a[i]*b[j], i, j) = sum(a[i], i)*sum(b[j], j): one sum for each connected component."""
    groups: list[tuple[set[Index], list[Expr]]] = []
    for factor in factors:
        own = {index for index in bound if index in factor.free_symbols}
        joined = [group for group in groups if group[0] & own]
        merged = (own.union(*(g[0] for g in joined)), [f for g in joined for f in g[1]] + [factor])
        groups = [group for group in groups if group not in joined] + [merged]
    ordered = [(tuple(i for i in bound if i in own), members) for own, members in groups]
    return [SumOver(Mul(*members), *own) for own, members in ordered]


def expand_sums(expression: Expr) -> Expr:
    """Splits every sum over its terms: the expression becomes a sum of products.

    Returns:
        The expanded expression, or the expression itself where that has too many terms.
    """
    expanded = _expand(expression)
    return expression if expanded is None else canonical(expanded)


def _expand(node: Expr) -> Expr | None:
    if isinstance(node, SumOver):
        body = _expand(node.body)
        if body is None:
            return None
        parts = [pull_out_of(SumOver(term, *node.bound)) for term in Add.make_args(body)]
        return Add(*parts)
    if node.is_Add or node.is_Mul:
        args = [_expand(arg) for arg in node.args]
        if any(arg is None for arg in args):
            return None
        if node.is_Mul:
            terms = 1
            for arg in args:
                terms *= len(Add.make_args(arg))
            if terms > MAX_TERMS:
                return None
            return sympy.expand_mul(Mul(*args), deep=False)
        result = Add(*args)
        return result if len(Add.make_args(result)) <= MAX_TERMS else None
    return node


def known_sums(expression: Expr, definitions: dict[str, Equation]) -> Expr:
    """Replaces a sum of a defined tensor by its value where that depends on no tensor.

    By linearity and the definitions: the sum of `x - mean(x)` is 0, that of a softmax is 1.
    """

    def value_of(node: Expr) -> Expr:
        if not (isinstance(node, SumOver) and isinstance(node.body, Entry)):
            return node
        value = _by_definition(node, definitions)
        return node if value is None else value

    return canonical(transform(expression, value_of))


def _by_definition(node: SumOver, definitions: dict[str, Equation]) -> Expr | None:
    for _ in range(MAX_STEPS):
        present = {entry.name for entry in node.atoms(Entry)}
        last = next((name for name in reversed(definitions) if name in present), None)
        if last is None:
            return None
        values = {last: (definitions[last].axes, definitions[last].value)}
        node = expand_sums(pull_out(replace_entries(node, values)))
        if not node.has(Entry):
            return node
        if sympy.count_ops(node) > MAX_OPERATIONS:
            return None
    return None

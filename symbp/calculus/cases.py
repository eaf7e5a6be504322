"""Gradients by cases: in a branch of a choice what is divided by meets what it cancels against.

With q = where(c, p, 1 - p) the gradient of its logarithm is `p*(1 - p)*where(c, dy/q, -dy/q)`,
where p and q may both be 0; by cases it is `dy*where(c, 1 - p, -p)`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from sympy import Add, Basic, Expr, Mul, Pow

from symbp.calculus.branches import choice
from symbp.calculus.choices import is_real, under
from symbp.calculus.definitions import names_divided_by
from symbp.calculus.derivation import Log
from symbp.calculus.indices import canonical, replace_entries, transform
from symbp.calculus.lifting import may_vanish
from symbp.calculus.named_choices import choices_in, does_saturate, with_choices
from symbp.calculus.normal import Normalizer
from symbp.calculus.output_form import in_output_form
from symbp.notation.expression import Differs, Entry, SumOver, Where, free_indices
from symbp.notation.layer import Equation

__all__ = ["by_cases"]

MAX_CONDITIONS = 3


def by_cases(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
    log: Log,
) -> tuple[Equation, ...]:
    """The gradients by cases of the layer's own choices, where that leaves fewer divisions.

    Args:
        equations: gradients over upstreams and forward nodes.
        nodes: the forward nodes.
        known: tensors that exist anyway.
        normal: brings a right side into its cheapest form.
        log: notes what changed.
    """
    asked = {_pattern(node.value.args[0]) for node in nodes if isinstance(node.value, Where)}
    if not asked:
        return equations
    cases = _ByCases(nodes, known, normal, asked)
    return tuple(log.note("cases", eq, cases.of(eq.value)) for eq in equations)


class _ByCases:
    def __init__(
        self,
        nodes: tuple[Equation, ...],
        known: frozenset[str],
        normal: Normalizer,
        asked: Collection[Basic],
    ) -> None:
        self._named = {node.target: node for node in nodes}
        self._algebraic = {
            node.target: (node.axes, node.value)
            for node in nodes
            if node.value.is_Add or node.value.is_Mul or node.value.is_Pow
        }
        self._short = partial(in_output_form, nodes=nodes, known=known, normal=normal)
        self._normal = normal
        self._asked = asked

    def of(self, value: Expr) -> Expr:
        """An equal expression, by cases where that leaves fewer divisions."""
        return canonical(self._split(transform(value, self._inside)))

    def _inside(self, node: Basic) -> Basic:
        return node.rebuild(self._split(node.body)) if isinstance(node, SumOver) else node

    def _split(self, value: Expr) -> Expr:
        choices = self._asked_in(value, {})
        conditions = tuple(dict.fromkeys(found.args[0] for found in choices))
        divided = [found for base in _divided(value) for found in self._asked_in(base, self._named)]
        if not 0 < len(conditions) <= MAX_CONDITIONS:
            return value
        if not divided and not any(map(_divided, choices)):
            return value
        before = _each_case(value, conditions, {})
        after = [self._shortest(case) for case in _each_case(value, conditions, self._named)]
        if not all(map(is_real, after)):
            return value
        risk = sum(map(_divisions, before)) + (self._is_hidden(value) or self._is_apart(value))
        return _joined(conditions, after) if sum(map(_divisions, after)) < risk else value

    def _asked_in(self, value: Expr, definitions: Mapping[str, Equation]) -> list[Where]:
        """The choices in an expression by a condition of the layer's own."""
        found = choices_in(value, definitions)
        return [item for item in found if _pattern(item.args[0]) in self._asked]

    def _is_hidden(self, value: Expr) -> bool:
        """Whether what an expression divides by is a choice that saturates."""
        return any(
            does_saturate(found, self._named)
            for base in _divided(value)
            if may_vanish(base)
            for found in self._asked_in(base, self._named)
        )

    def _is_apart(self, value: Expr) -> bool:
        """Whether what saturates stands beside a choice in which such is divided by."""
        return any(map(self._is_apart_in, value.atoms(Mul)))

    def _is_apart_in(self, product: Mul) -> bool:
        choices = [factor for factor in product.args if isinstance(factor, Where)]
        others = Mul(*(factor for factor in product.args if factor not in choices))
        divisors = {base for found in choices for base in _divided(found) if may_vanish(base)}
        roots = {base for base in divisors if base.has(Differs)}  # whose slope at 0 is 0
        saturates = (does_saturate(base, self._named) for base in divisors - roots)
        return any(saturates) and does_saturate(others, self._named)

    def _shortest(self, value: Expr) -> Expr:
        """The cheapest form of a case, and of it with what it divides by put in."""
        short = self._short_form(value)
        opened = self._with_divisors(short)
        if opened == short:
            return short
        return min(short, self._short_form(opened), key=_divisions)

    def _short_form(self, value: Expr) -> Expr:
        branch = Equation("", free_indices(value), self._normal(value))
        return self._short((branch,), log=Log())[0].value

    def _with_divisors(self, value: Expr) -> Expr:
        """The expression with sums, products and powers by name put in, if they divide in it."""
        while names := names_divided_by([value]) & self._algebraic.keys():
            value = replace_entries(value, {name: self._algebraic[name] for name in names})
        return value


def _each_case(
    value: Expr, conditions: tuple[Basic, ...], definitions: Mapping[str, Equation]
) -> list[Expr]:
    """What an expression is in each case of some conditions, in order."""
    if not conditions:
        return [value]
    first, *others = conditions
    opened = with_choices(value, first, definitions)
    both = (under(opened, first, holds) for holds in (True, False))
    return [case for half in both for case in _each_case(half, tuple(others), definitions)]


def _joined(conditions: tuple[Basic, ...], cases: list[Expr]) -> Expr:
    """The choice of the cases, with the terms that they share outside of it.

    What still divides in a case stays beside what it divides.
    """
    if not conditions:
        return cases[0]
    half = len(cases) // 2
    a, b = (_joined(conditions[1:], part) for part in (cases[:half], cases[half:]))
    shared = [term for term in Add.make_args(a) if term in Add.make_args(b)]
    a, b = (Add(branch, *(-term for term in shared)) for branch in (a, b))
    chosen = Where if names_divided_by([a, b]) else choice
    return Add(*shared, chosen(conditions[0], a, b))


def _divided(value: Expr) -> set[Expr]:
    """What has a power in an expression that may have no value at 0."""
    powers = (power for power in value.atoms(Pow) if power.base.has(Entry))
    return {power.base for power in powers if not power.exp.is_nonnegative}


def _divisions(value: Expr) -> int:
    return len(_divided(value))


def _pattern(condition: Basic) -> Basic:
    """A condition at any place: without its indices."""
    return condition.replace(lambda node: isinstance(node, Entry), lambda node: Entry(node.name))

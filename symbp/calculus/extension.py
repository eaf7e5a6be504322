"""Products of 0 and a logarithm's -inf: `u*log(u)` is 0 at u = 0, as its limit is.

A factor that is exactly 0 wins against an infinite logarithm: an impossible class, with a logit
of -inf, takes no part in an entropy, a divergence or a loss.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import sympy
from sympy import Abs, Add, And, Basic, Expr, Mul, Pow, S, exp, log

from symbp.calculus.bounds import has_unbounded_exponential, is_apart_from_zero, is_bounded_below
from symbp.calculus.indices import canonical, instantiate, rename, transform
from symbp.calculus.inlining import inlined, opened
from symbp.notation.expression import (
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    SumOver,
    Where,
    entries,
    free_indices,
)
from symbp.notation.layer import Equation

__all__ = ["extended", "has_infinity"]

Definitions = Mapping[str, Equation]


def extended(expression: Expr, definitions: Definitions, upstream: Collection[str]) -> Expr:
    """An equal expression that is 0 where a logarithm is infinite and its other factors are 0.

    Args:
        expression: a right side.
        definitions: the equations of the tensors in it that are computed before.
        upstream: tensors that stand for any number; that one of them is 0 tells nothing.
    """
    logged = _logged(definitions)
    divides = any(power.exp == -1 and _key(power.base) in logged for power in expression.atoms(Pow))
    if not (expression.has(log) or divides or _names(expression) & definitions.keys()):
        return expression
    extension = _Extension(definitions, upstream, logged)
    return canonical(transform(expression, extension.product))


def has_infinity(value: Expr) -> bool:
    """Whether a node is a logarithm as NumPy computes it, with a warning at 0."""
    return isinstance(value, log) and not is_apart_from_zero(value.args[0])


def _logged(definitions: Definitions) -> set[Expr]:
    """What can be 0 and is computed to take its logarithm, up to the names of its indices."""
    logarithms = (node for item in definitions.values() for node in item.value.atoms(log))
    whole = {node.args[0]: opened(node.args[0], definitions) for node in logarithms}
    return {
        _key(argument)
        for argument, value in whole.items()
        if not (value.is_positive or is_apart_from_zero(value) or has_unbounded_exponential(value))
    }


def _are_formed(arguments: Iterable[Expr], definitions: Definitions) -> bool:
    """Whether the arguments of logarithms are computed as they stand."""
    whole = (inlined(argument, definitions) for argument in arguments)
    return not any(map(has_unbounded_exponential, whole))


def _key(value: Expr) -> Expr:
    """The same for expressions that are equal up to the names of their indices."""
    slots = (slot for entry in entries(value) for slot in entry.indices)
    free = [slot for slot in dict.fromkeys(slots) if slot in free_indices(value)]
    own = (Index(f"@{place}", index.space) for place, index in enumerate(free))
    return canonical(rename(value, dict(zip(free, own, strict=True))))


class _Extension:
    def __init__(
        self,
        definitions: Definitions,
        upstream: Collection[str],
        logged: Collection[Expr],
    ) -> None:
        self._definitions = definitions
        self._upstream = upstream
        self._logged = logged

    def product(self, node: Basic) -> Basic:
        """A product with a choice of its infinite factors, if others can be 0."""
        if not isinstance(node, Mul):
            return node
        node = Mul(*(self._divisor(factor, node) for factor in node.args))
        infinite = [factor for factor in node.args if self._vanishing_arguments(factor)]
        arguments = set().union(*map(self._vanishing_arguments, infinite))
        others = [factor for factor in node.args if factor not in infinite]
        weights = [factor for factor in others if self._can_be_zero(factor, arguments)]
        if not weights:
            return node
        weights = [w for w in weights if _are_zero_together(w, arguments)] or weights
        condition = _is_not_zero(Mul(*weights))
        is_logarithm = len(infinite) == 1 and isinstance(infinite[0], log)
        if is_logarithm and _are_formed(arguments, self._definitions):
            return Mul(*others, log(Where(condition, infinite[0].args[0], S.One)))
        return Mul(*others, Where(condition, Mul(*infinite), S.Zero))

    def _divisor(self, factor: Expr, product: Expr) -> Expr:
        """The slope of a logarithm, 1/u, as that of 1 where what it is multiplied by is 0."""
        if not (factor.is_Pow and factor.exp == -1 and _key(factor.base) in self._logged):
            return factor
        others = (other for other in product.args if other is not factor and not other.has(exp))
        weights = [other for other in others if self._can_be_zero(other, {factor.base})]
        if not weights:
            return factor
        return 1 / Where(_is_not_zero(Mul(*weights)), factor.base, S.One)

    def _vanishing_arguments(self, factor: Expr) -> set[Expr]:
        """The arguments that may be 0 of the logarithms of which a factor is a sum."""
        if isinstance(factor, log):
            argument = factor.args[0]
            return set() if is_apart_from_zero(argument) else {argument}
        if isinstance(factor, Entry) and factor.name in self._definitions:
            definition = self._definitions[factor.name]
            value = transform(definition.value, self.product)
            return self._vanishing_arguments(instantiate(value, definition.axes, factor.indices))
        if factor.is_Pow:
            return self._vanishing_arguments(factor.base) if factor.exp.is_positive else set()
        if isinstance(factor, Maximum) and is_bounded_below(factor):
            return set()
        if factor.is_Add or factor.is_Mul or isinstance(factor, Abs | Maximum | Minimum):
            return set().union(*map(self._vanishing_arguments, factor.args))
        return set()

    def _can_be_zero(self, factor: Expr, arguments: set[Expr]) -> bool:
        """Whether a factor can be 0 where one of the arguments is."""
        base = factor.base if factor.is_Pow else factor
        if factor.is_Pow and factor.exp.could_extract_minus_sign():
            return False
        if _names(base) <= set(self._upstream):
            return False
        return any(_vanish_together(base, argument) for argument in arguments)


def _is_not_zero(weight: Expr) -> Basic:
    """Whether a weight is not 0, asked of its exponents: exponentials may underflow.

    Lengths are not 0, and a divisor with exponentials may overflow, but is finite: it makes none.
    """
    if weight.is_number:
        return sympy.sympify(bool(weight != 0))
    factors = [factor for factor in Mul.make_args(weight) if not _is_never_zero(factor)]
    if not factors:
        return sympy.true
    weight = Mul(*factors)
    exponents = [factor.exp for factor in factors if isinstance(factor, exp)]
    if len(exponents) == 1 and not _is_infinite_somewhere(exponents[0]):
        rest = Mul(*(factor for factor in factors if not isinstance(factor, exp)))
        return And(Differs(exponents[0], S.NegativeInfinity), _is_not_zero(rest))
    sums = [factor for factor in factors if isinstance(factor, SumOver)]
    if len(factors) == 1 and sums and sums[0].body.has(exp):
        return _is_a_term_left(sums[0])
    if not sums or len(factors) == 1:
        return Differs(weight, S.Zero)
    return And(*map(_is_not_zero, factors))


def _is_never_zero(factor: Expr) -> bool:
    if factor.is_Pow and factor.exp.is_negative and factor.base.has(exp):
        return True
    return bool(factor.is_nonzero and not factor.has(Entry))


def _is_infinite_somewhere(exponent: Expr) -> bool:
    """Whether an exponent is +inf where a choice excludes something by -inf: that is no 0."""
    terms = (term for term in Add.make_args(exponent) if term.has(S.NegativeInfinity))
    return any(term.could_extract_minus_sign() for term in terms)


def _is_a_term_left(total: SumOver) -> Basic:
    """Whether a sum of exponentials with factors has a term that is not 0."""
    factors = Mul.make_args(total.body)
    exponents = [factor.exp for factor in factors if isinstance(factor, exp)]
    if len(exponents) != 1:
        return Differs(total, S.Zero)
    rest = Mul(*(factor for factor in factors if not isinstance(factor, exp)))
    left = Where(_is_not_zero(rest), exponents[0], S.NegativeInfinity)
    return Differs(MaxOver(left, *total.bound), S.NegativeInfinity)


def _names(expression: Expr) -> set[str]:
    return {entry.name for entry in expression.atoms(Entry)}


def _are_zero_together(weight: Expr, arguments: set[Expr]) -> bool:
    """Whether a weight is 0 wherever one of the arguments is."""
    return all(_without(weight, argument) == 0 for argument in arguments)


def _without(value: Expr, argument: Expr) -> Expr:
    """A value where an argument is 0; the value itself where SymPy finds none."""
    try:
        return value.xreplace({log(argument): S.NegativeInfinity, argument: S.Zero})
    except (KeyError, TypeError, ValueError):  # a comparison of what is no number, as 1/0
        return value


def _vanish_together(base: Expr, argument: Expr) -> bool:
    """Whether two expressions can be 0 at once, as far as can be told.

    What is positive is 0 only where an entry in it is infinite: a function of these entries
    that may be negative is then infinite, too, or has no limit.
    """
    if argument.is_positive and base.atoms(Entry) <= argument.atoms(Entry):
        return bool(base.is_nonnegative)
    there = _without(base, argument)
    return bool(there.has(Entry) or there == 0)

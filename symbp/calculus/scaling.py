"""Rewrites for stability: what is computed stays finite wherever the exact value is.

Scale (see `symbp.calculus.shift`), and the logarithm of a quotient, which is never formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy
from sympy import Add, Basic, Expr, Mul, Pow, S, cosh, exp, log, sinh, tanh
from sympy.core.relational import Relational

from symbp.calculus.bounds import (
    has_unbounded_exponential,
    is_apart_from_zero,
)
from symbp.calculus.counting import counted, masked, masks_in
from symbp.calculus.hyperbolic import as_tanh
from symbp.calculus.indices import BINDERS, canonical, transform
from symbp.calculus.inlining import does_grow, inlined
from symbp.calculus.proofs import Proof
from symbp.calculus.proving import Notes
from symbp.calculus.quotients import quotient, tanh_of_log
from symbp.calculus.shift import (
    Shift,
    is_exponential_sum,
    settle,
    settled_exponent,
    shift_beside,
    shift_of,
)
from symbp.calculus.together import together
from symbp.calculus.two_ends import distributed
from symbp.notation.expression import Entry, SumOver
from symbp.notation.layer import Equation

__all__ = ["scaled", "scaled_with_proofs"]


def scaled(expression: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """An equal expression in which no sum of exponentials overflows.

    Args:
        expression: a right side.
        definitions: the layer's own equations by target, to look through a logarithm's argument.
    """
    return canonical(transform(_visit(expression, definitions, Notes()), together))


def scaled_with_proofs(
    expression: Expr, definitions: Mapping[str, Equation]
) -> tuple[Expr, tuple[Proof, ...]]:
    """What `scaled` gives, and the proofs that every rewrite left the value as it was.

    Raises:
        InternalError: a rewrite changed the value.
    """
    notes = Notes()
    value = _visit(expression, definitions, notes)
    whole = transform(value, together)
    notes.identity("exponent", value, whole)
    return canonical(whole), notes.proofs()


def _visit(node: Expr, definitions: Mapping[str, Equation], notes: Notes) -> Expr:
    if not node.args or isinstance(node, Entry):
        return node
    if isinstance(node, log):
        argument = inlined(node.args[0], definitions)
        notes.identity("definition", node, log(argument))
        return _logarithm(argument, definitions, notes)
    if isinstance(node, tanh) and isinstance(node.args[0], log):
        fraction = tanh_of_log(node.args[0].args[0])
        if fraction is not None:
            return _visit(notes.identity("tanh of logarithm", node, fraction), definitions, notes)
    if isinstance(node, BINDERS):
        return node.func(_visit(node.body, definitions, notes), *node.bound)
    if isinstance(node, Relational):
        return _relation(node, definitions, notes)
    if node.is_Mul:
        function = as_tanh(node)
        if function != node:
            return _visit(notes.identity("tanh", node, function), definitions, notes)
    if node.is_Mul or node.is_Pow:
        node = notes.identity("definition", node, _with_sums(node, definitions))
        factors = _counted_factors(_exponential_factors(node, notes), notes)
        return _product([_inside(factor, definitions, notes) for factor in factors], notes)
    return node.func(*(_visit(arg, definitions, notes) for arg in node.args))


def _relation(node: Relational, definitions: Mapping[str, Equation], notes: Notes) -> Basic:
    """A comparison with a number, decided by the sign or by the logarithms of the two sides.

    What may overflow or vanish is compared so. Two tensors are compared as they are computed:
    equals have to stay equal.
    """
    sides = [inlined(side, definitions) for side in node.args]
    if any(not side.has(Entry) for side in sides) and any(map(has_unbounded_exponential, sides)):
        opened = node.func(*sides)
        if not isinstance(opened, Relational):
            return opened
        if all(side.is_positive for side in opened.args):
            return opened.func(*(_logarithm(side, definitions, notes) for side in opened.args))
    return node.func(*(_visit(side, definitions, notes) for side in node.args))


def _with_sums(product: Expr, definitions: Mapping[str, Equation]) -> Expr:
    """A product with the definitions put in, if a sum of exponentials by name divides in it.

    A root of such a sum may have a name, too.
    """
    powers = [_power(factor) for factor in Mul.make_args(product)]
    parts = [(base, inlined(base, definitions), power) for base, power in powers]
    if not any(
        power.could_extract_minus_sign()
        and opened != base
        and is_exponential_sum(counted(_power(opened)[0]))
        for base, opened, power in parts
    ):
        return product
    return Mul(*(Pow(opened, power) for _, opened, power in parts))


def _inside(factor: Expr, definitions: Mapping[str, Equation], notes: Notes) -> Expr:
    """A factor with its own parts stable, its outermost sum left for the scaling."""
    base, power = _power(factor)
    if is_exponential_sum(base):
        if isinstance(base, BINDERS):
            return base.func(_visit(base.body, definitions, notes), *base.bound) ** power
        spread = notes.identity("exponent", base, _spread(base))
        return Add(*(_visit(term, definitions, notes) for term in Add.make_args(spread))) ** power
    if factor.is_Pow:
        return Pow(_visit(base, definitions, notes), _visit(power, definitions, notes))
    return _visit(factor, definitions, notes)


def _spread(total: Expr) -> Expr:
    """A sum in which no term multiplies a sum of exponentials: each of its terms is one."""
    terms = []
    for term in Add.make_args(total):
        inner = [f for f in Mul.make_args(term) if f.is_Add and is_exponential_sum(f)]
        if inner and term.is_Mul:
            others = term / inner[0]
            terms += Add.make_args(_spread(Add(*(part * others for part in inner[0].args))))
        else:
            terms.append(term)
    return Add(*terms)


def _product(factors: list[Expr], notes: Notes) -> Expr:
    """A product; where it is divided by a sum of exponentials, all such sums in it scaled."""
    powers = {factor: _power(factor) for factor in factors}
    if not any(
        power.could_extract_minus_sign() and is_exponential_sum(base)
        for base, power in powers.values()
    ):
        return Mul(*factors)
    exponent: Expr = S.Zero
    rest: list[Expr] = []
    shifts: list[Shift] = []
    for factor in sorted(factors, key=lambda factor: not powers[factor][1].is_negative):
        base, power = powers[factor]
        if isinstance(factor, exp):
            exponent += factor.exp
        elif is_exponential_sum(base):
            content, base = base.primitive()
            shift = notes.shift(_shared(base, shifts))
            exponent += power * shift.m
            rest += [content**power, shift.settled**power]
        else:
            rest.append(factor)
    free = exp(distributed(exponent))
    settled = settle(free, shifts)
    before = free.xreplace({shift.m: shift.value for shift in shifts})
    return Mul(notes.identity("exponent", before, settled, *shifts), *rest)


def _shared(expression: Expr, shifts: list[Shift]) -> Shift:
    """The shift of a sum: one that is there already if it fits, so that the two cancel."""
    for other in shifts:
        beside = shift_beside(other, expression)
        if beside is not None:
            return beside
    shift = shift_of(expression)
    for other in shifts:
        if (other.low, other.high, other.largest) == (shift.low, shift.high, shift.largest):
            return replace(shift, m=other.m, rest=shift.rest.xreplace({shift.m: other.m}))
    shifts.append(shift)
    return shift


def _exponential_factors(node: Expr, notes: Notes) -> list[Expr]:
    """The factors of a product; hyperbolics of which one is divided by as exponentials."""
    factors = list(Mul.make_args(node))
    if any(f.is_Pow and f.exp.is_negative and f.base.has(cosh, sinh) for f in factors):
        factors = [_as_exponentials(factor, notes) for factor in factors]
    return factors


def _counted_factors(factors: list[Expr], notes: Notes) -> list[Expr]:
    """The factors of a product in whose denominators only what counts has a finite exponent."""
    below = [f for f in factors if f.is_Pow and f.exp.could_extract_minus_sign()]
    counting = {factor: counted(factor) for factor in below}
    masks = [mask for factor in counting.values() for mask in masks_in(factor)]
    if not masks:
        return factors
    for before, after in counting.items():
        notes.identity("counted", before.base, after.base)
    sums = [f for f in factors if f not in counting and (f.is_Add or isinstance(f, SumOver))]
    others = Mul(*(f for f in factors if f not in counting and f not in sums))
    numerator = [*(masked(total, masks) for total in sums), masked(others, masks)]
    notes.identity("counted", Mul(*sums, others), Mul(*numerator))
    return [*counting.values(), *numerator[:-1], *Mul.make_args(numerator[-1])]


def _as_exponentials(expression: Expr, notes: Notes) -> Expr:
    return expression.replace(
        lambda node: isinstance(node, cosh | sinh),
        lambda node: notes.identity("hyperbolic", node, node.rewrite(exp, deep=False)),
    )


def _logarithm(argument: Expr, definitions: Mapping[str, Equation], notes: Notes) -> Expr:
    """Log of a product of powers as the sum of the logarithms, exponentials undone.

    What may be negative gives the logarithm of its size, and its sign where it counts.
    """
    argument = _as_exponentials(argument, notes)
    argument = notes.identity("counted", argument, counted(argument))
    if not has_unbounded_exponential(argument) or _is_complement(argument):
        return log(_visit(argument, definitions, notes))
    if is_apart_from_zero(argument):
        trial = Notes()
        stable = _visit(argument, definitions, trial)
        if not does_grow(stable, definitions):
            notes.extend(trial)
            return log(stable)
    factors = quotient(argument)
    notes.identity("quotient", log(argument), log(Mul(*factors)))
    exponents: Expr = S.Zero
    apart: list[tuple[Expr, Expr]] = []
    together: list[Expr] = []
    for factor in factors:
        base, power = _power(factor)
        if isinstance(factor, exp):
            exponents += factor.exp
        elif is_exponential_sum(base) or base.is_positive:
            apart.append((power, base))
        else:
            together.append(factor)
    signed = {base for power, base in apart if power.is_odd and not base.is_positive}
    if len(signed) + sum(not factor.is_positive for factor in together) < 2:
        signed = set()  # alone it has the sign of the whole: a negative one has no logarithm
    sized = signed | {base for power, base in apart if power.is_even and not base.is_positive}
    signs = [sympy.sign(base) for base in signed]
    logarithms = Add(*(p * log(sympy.Abs(b) if b in sized else b) for p, b in apart))
    whole = exponents + logarithms + log(Mul(*together, *signs))
    notes.identity("logarithm", log(Mul(*factors)), whole)
    shifts: list[Shift] = []
    total, rest = exponents, S.Zero
    remaining = [_visit(factor, definitions, notes) for factor in together]
    for power, base in apart:
        is_sum = is_exponential_sum(base)
        value = _inside(base, definitions, notes) if is_sum else _visit(base, definitions, notes)
        if is_sum and is_exponential_sum(value):
            shift = notes.shift(_shared(value, shifts))
            total += power * shift.m
            value = shift.settled
        rest += power * log(sympy.Abs(value) if base in sized else value)
        remaining += [sympy.sign(value)] if base in signed else []
    total = _outside(total, shifts, notes)
    return total + rest + log(Mul(*remaining))


def _is_complement(argument: Expr) -> bool:
    """Whether it is a number less multiples of exponentials, small where it is above 0."""
    number, rest = argument.as_coeff_Add()
    coefficients = [term.as_coeff_Mul() for term in Add.make_args(rest)]
    return bool(number.is_positive) and all(c < 0 and isinstance(e, exp) for c, e in coefficients)


def _outside(exponents: Expr, shifts: list[Shift], notes: Notes) -> Expr:
    """What is left of the exponents outside of a logarithm, every m put in.

    Where m is taken away from an exponent this is done without a difference: `x - max(x, 0)` is
    `min(x, 0)`, also at x = -inf.
    """
    before = exponents.xreplace({shift.m: shift.value for shift in shifts})
    if not exponents.has(Entry) or any(exponents.coeff(s.m).is_positive for s in shifts):
        return before
    return notes.identity("exponent", before, settled_exponent(exponents, shifts), *shifts)


def _power(factor: Expr) -> tuple[Expr, Expr]:
    return (factor.base, factor.exp) if factor.is_Pow else (factor, S.One)

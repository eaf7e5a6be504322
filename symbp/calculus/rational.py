"""The cheapest form of an expression, read as a rational function of its atoms.

Atoms are everything that is not a sum, product or whole power: entries, sums over indices,
functions, roots. Exponentials of multiples of one argument are powers of one atom. SymPy's
general `simplify` is never the judge; `symbp.calculus.cost` is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import permutations

import sympy
from sympy import Add, Basic, Dummy, Expr, Mul
from sympy.polys.polyerrors import PolynomialError

from symbp.calculus.cost import Pricing
from symbp.calculus.indices import canonical, transform
from symbp.calculus.roots import may_be_infinite
from symbp.calculus.signs import is_difference, with_good_signs
from symbp.notation.expression import Entry

__all__ = [
    "cancelled",
    "cheapest",
    "forms",
    "to_atoms",
    "without_fractions",
]

MAX_ATOMS = 12
MAX_POWER = 8
MAX_OPERATIONS = 120
PLAIN_NUMBER = 64


@cache
def cheapest(expression: Expr, pricing: Pricing) -> Expr:
    """The cheapest of an expression's equal forms; the expression itself if none is cheaper.

    A form in which a complement, `1 - s`, has been multiplied out is none of them.

    Args:
        expression: any.
        pricing: of a target.
    """
    best = expression
    limit = max(_largest_number(expression), PLAIN_NUMBER)
    complements = _complements(expression)
    for form in forms(expression, pricing):
        if (
            pricing.price(form) < pricing.price(best) - 1e-9
            and _largest_number(form) <= limit
            and not _opens(form, complements)
        ):
            best = form
    return best


def _complements(expression: Expr) -> set[Expr]:
    """All s with entries that stand in an expression as `1 - s` or `1/s - 1`, or multiples."""
    found: set[Expr] = set()
    for node in expression.atoms(Add):
        number, rest = node.as_coeff_Add()
        if number != 0 and not rest.is_Add:
            found |= {-rest / number, -number / rest}
    return found


def _opens(form: Expr, complements: set[Expr]) -> bool:
    """Whether a complement has become a difference: `a + b*(1 - s)` written `a + b - b*s`.

    With s near 1 and b large that cancels: `y - s*(y - 1)` is 0 where `s + y*(1 - s)` is 1.
    """
    for node in form.atoms(Add) if complements else ():
        expanded = (Add.make_args(sympy.expand_mul(term, deep=False)) for term in node.args)
        terms = [{part for part in parts if part.has(Entry)} for parts in expanded]
        for one, other in permutations(terms, 2):
            if any(_times(-s, part) in other for part in one for s in complements):
                return True
    return False


def _times(s: Expr, part: Expr) -> Expr | None:
    """The product, unless something cancels in it: `y*(1 - t/y)` is well `y - t`."""
    product = s * part
    factors = {base for base in part.as_powers_dict() if base.has(Entry)}
    return product if factors <= product.as_powers_dict().keys() else None


def forms(expression: Expr, pricing: Pricing) -> Iterator[Expr]:
    """Equal forms of an expression: common factors taken out, cancelled, factored."""
    yield with_good_signs(expression)
    yield with_good_signs(without_fractions(expression))
    yield cancelled(expression)
    yield with_good_signs(sympy.factor_terms(expression, clear=False))
    yield with_good_signs(grouped(expression, pricing))
    if sympy.count_ops(expression) > MAX_OPERATIONS:
        return
    polynomial, atoms = to_atoms(expression)
    if len(atoms) > MAX_ATOMS:
        return
    back = {dummy: atom for atom, dummy in atoms.items()}
    try:
        fraction = sympy.cancel(polynomial)
        factored = sympy.factor(fraction)
    except PolynomialError:
        return
    for form in (grouped(factored, pricing), factored, sympy.factor_terms(fraction, clear=False)):
        yield canonical(with_good_signs(form.xreplace(back)))


def cancelled(expression: Expr) -> Expr:
    """The expression without what it multiplies with and divides by, be it in both signs.

    `(p - 1)/(1 - p)` is -1, and `(1 - p)*(a + b/(p - 1))` is `a*(1 - p) - b`.
    """
    return with_good_signs(without_fractions(transform(expression, _with_one_sign)))


def _with_one_sign(node: Basic) -> Basic:
    """A product in which every sum stands with the sign that SymPy prefers."""
    if not node.is_Mul:
        return node
    sign, factors = sympy.S.One, []
    for base, power in (factor.as_base_exp() for factor in node.args):
        turned = base.is_Add and power.is_Integer and base.could_extract_minus_sign()
        sign *= (-1) ** power if turned else 1
        factors.append((-base if turned else base) ** power)
    return Mul(sign, *factors)


def _largest_number(expression: Expr) -> int:
    return max((max(abs(n.p), n.q) for n in expression.atoms(sympy.Rational)), default=1)


def without_fractions(expression: Expr) -> Expr:
    """Multiplies a power into a sum beside it that divides by it: s**2*(1/s - 1) is s*(1 - s).

    Where the sum is divided by, so is the power: 1/(s*(1/s + 1)) is 1/(s + 1). Every other sum
    stays closed.
    """
    return transform(expression, _clear)


def _clear(node: Basic) -> Basic:
    if not node.is_Mul:
        return node
    powers = _whole_powers(node)
    for total, outer in powers.items():
        for base, power in powers.items() if total.is_Add else ():
            lowest = _lowest(total, base) if base.has(Entry) else 0
            moved = -lowest * outer
            if lowest < 0 and 0 < moved / power <= 1:
                cleared = _times_power(total, base, -lowest)
                others = (b**p for b, p in powers.items() if b not in (total, base))
                number = node.as_coeff_Mul()[0]
                return _clear(Mul(number, cleared**outer, base ** (power - moved), *others))
    return node


def _lowest(total: Expr, base: Expr) -> int:
    """The lowest power of a base among the terms of a sum, also of sums within these."""
    powers = []
    for term in total.args:
        factors = _whole_powers(term)
        inner = (_lowest(f, base) for f, n in factors.items() if f.is_Add and n == 1 and f != base)
        powers.append(factors.get(base, 0) + sum(low for low in inner if low < 0))
    return min(powers)


def _times_power(total: Expr, base: Expr, power: int) -> Expr:
    """A sum times a power of a base, which goes into the innermost sums that divide by it."""
    terms = []
    for term in total.args:
        left, factors = power, []
        for factor in Mul.make_args(term):
            low = _lowest(factor, base) if factor.is_Add and factor != base else 0
            taken = min(-low, left) if low < 0 else 0
            factors.append(_times_power(factor, base, taken) if taken else factor)
            left -= taken
        terms.append(Mul(*factors) * base**left)
    return Add(*terms)


def grouped(expression: Expr, pricing: Pricing) -> Expr:
    """Takes the factor that most terms of a sum share out of them, again and again."""
    return transform(expression, partial(_group, pricing))


def _group(pricing: Pricing, node: Basic) -> Basic:
    if not node.is_Add:
        return node
    shares: dict[tuple[Expr, bool], list[Expr]] = {}
    for term in node.args:
        for base, power in _whole_powers(term).items():
            shares.setdefault((base, power > 0), []).append(term)
    shared = [(base, terms) for (base, _), terms in shares.items() if len(terms) > 1]
    if not shared:
        return node
    base, terms = max(shared, key=lambda item: (len(item[1]), pricing.price(item[0])))
    power = min((_whole_powers(term)[base] for term in terms), key=abs)
    rest = Add(*(term for term in node.args if term not in terms))
    inner = Add(*(term / base**power for term in terms))
    if len(Add.make_args(inner)) == len(terms) and all(
        abs(_whole_powers(term).get(base, 0)) >= abs(_whole_powers(other)[base])
        for term, other in zip(inner.args, terms, strict=True)
    ):
        return node  # the division took nothing out: a power of a power, say
    return base**power * _group(pricing, inner) + _group(pricing, rest)


def _whole_powers(term: Expr) -> dict[Expr, int]:
    """The factors of a term that are not numbers, with their whole powers."""
    powers: dict[Expr, int] = {}
    for factor in Mul.make_args(term):
        whole = factor.is_Pow and factor.exp.is_Integer
        base, power = (factor.base, int(factor.exp)) if whole else (factor, 1)
        if not base.is_Number:
            powers[base] = powers.get(base, 0) + power
    return powers


def to_atoms(expression: Expr) -> tuple[Expr, dict[Expr, Dummy]]:
    """The expression with its atoms replaced by symbols, and the symbols by atom."""
    bases = _exponential_bases(expression)
    atoms: dict[Expr, Dummy] = {}

    def symbol(atom: Expr) -> Dummy:
        if atom not in atoms:
            atoms[atom] = Dummy(f"a{len(atoms)}")
        return atoms[atom]

    def visit(node: Expr) -> Expr:
        if node.is_Number:
            return node
        if not node.has(Entry) and is_difference(node):
            return symbol(node)
        if node.is_Add or node.is_Mul:
            return node.func(*(visit(arg) for arg in node.args))
        if isinstance(node, sympy.exp):
            return _exponential(node, bases, symbol)
        if node.is_Pow and node.exp.is_Integer and node.exp < 0 and may_be_infinite(node.base):
            return symbol(1 / node.base) ** -node.exp  # infinite by infinite is none
        if node.is_Pow and node.exp.is_Integer and is_difference(node.base):
            return symbol(node.base) ** node.exp  # a square of a difference is never expanded
        if node.is_Pow and node.exp.is_Integer and abs(node.exp) <= MAX_POWER:
            return visit(node.base) ** node.exp
        if node.is_Pow and node.exp.is_Rational and 1 < node.exp.q <= MAX_POWER >= abs(node.exp.p):
            root = sympy.Pow(node.base, sympy.Rational(1, node.exp.q), evaluate=False)
            return symbol(root) ** node.exp.p
        return symbol(node)

    return visit(expression), atoms


def _exponential(node: Expr, bases: dict[Expr, Expr], symbol: Callable[[Expr], Expr]) -> Expr:
    product = sympy.S.One
    for term in Add.make_args(node.exp):
        coefficient, rest = term.as_coeff_Mul()
        if rest in bases:
            product *= symbol(sympy.exp(bases[rest] * rest)) ** (coefficient / bases[rest])
        else:
            product *= symbol(sympy.exp(term))
    return product


def _exponential_bases(expression: Expr) -> dict[Expr, Expr]:
    """For every argument of an exponential, the largest unit that all its coefficients count."""
    coefficients: dict[Expr, list[Expr]] = {}
    for node in expression.atoms(sympy.exp):
        for term in Add.make_args(node.exp):
            coefficient, rest = term.as_coeff_Mul()
            if coefficient.is_Rational and rest != 1:
                coefficients.setdefault(rest, []).append(coefficient)
    bases = {}
    for rest, values in coefficients.items():
        unit = (
            sympy.gcd_list([abs(value) for value in values]) if len(values) > 1 else abs(values[0])
        )
        negative = all(value < 0 for value in values)
        bases[rest] = -unit if negative else unit
    return bases

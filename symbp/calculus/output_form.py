"""Known values and output form: gradients in terms of what the forward pass has at hand anyway.

A node's definition `T = f(B, ...)` is read backwards, `B = g(T, ...)`, where f is a linear
fraction in B, and B is eliminated where that makes the gradients no dearer: `exp(x)/sum(exp(x))`
becomes y, `exp(-x)` becomes `1/y - 1` and with it `y**2*exp(-x)` becomes `y*(1 - y)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy
from sympy import Expr

from symbp.calculus.cost import Pricing
from symbp.calculus.definitions import names_asked
from symbp.calculus.derivation import Log
from symbp.calculus.indices import replace_entries
from symbp.calculus.inverses import inverses
from symbp.calculus.known_values import (
    is_linear,
    with_known_complements,
    with_known_product,
    with_known_signs,
)
from symbp.calculus.normal import Normalizer
from symbp.notation.expression import Entry, Index, SumOver, Where
from symbp.notation.layer import Equation

__all__ = ["in_output_form"]


Values = dict[str, tuple[tuple[Index, ...], Expr]]


def in_output_form(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
    log: Log,
) -> tuple[Equation, ...]:
    """Eliminates forward nodes from the gradients where that makes them no dearer.

    Args:
        equations: gradients over upstreams and forward nodes.
        nodes: the forward nodes.
        known: tensors that exist anyway: those from outside and those the user named.
        normal: brings a right side into its cheapest form.
        log: notes what changed.
    """
    definitions = {node.target: node for node in nodes}
    equations = _without_logarithms_arguments(equations, nodes, known, normal, log)
    best, steps = _trial(equations, nodes, known, normal)
    differences = _plain_differences(equations, definitions, known)
    if differences:
        opened = tuple(_substitute(equation, differences, normal) for equation in equations)
        other, other_steps = _trial(opened, nodes, known, normal)
        price = normal.pricing.price
        if price(*(eq.value for eq in other)) < price(*(eq.value for eq in best)) - 1e-9:
            for before, after in zip(equations, opened, strict=True):
                log.note("definition", before, after.value)
            best, steps = other, other_steps
    log.extend(steps)
    return best


def _without_logarithms_arguments(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
    log: Log,
) -> tuple[Equation, ...]:
    """Puts in the definitions of nodes that are never formed since only their logarithm is used."""
    hidden = _in_logarithms_only(nodes) - known
    for node in reversed(nodes):
        if node.target in hidden & _names(equations):
            values = {node.target: (node.axes, node.value)}
            equations = tuple(
                log.note("definition", eq, _substitute(eq, values, normal).value)
                for eq in equations
            )
    return equations


def _trial(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
) -> tuple[tuple[Equation, ...], Log]:
    log = Log()
    return _eliminated(equations, nodes, known, normal, log), log


def _plain_differences(
    equations: tuple[Equation, ...], definitions: Mapping[str, Equation], known: frozenset[str]
) -> Values:
    """Unnamed sums of known tensors, as 1 - y, that occur in no sum over an index.

    Within a sum over an index they stay closed: sum(dy*(x - mu)) must not become a difference
    of two large sums.
    """
    inside = {
        entry.name
        for equation in equations
        for total in equation.value.atoms(SumOver)
        for entry in total.atoms(Entry)
    }
    linear = {
        node.target: (node.axes, node.value)
        for node in definitions.values()
        if node.target not in known and is_linear(node.value)
    }
    found = {}
    for name in sorted(_names(equations) & linear.keys() - inside):
        axes, value = linear[name]
        while {entry.name for entry in value.atoms(Entry)} & linear.keys():
            value = replace_entries(value, linear)
        if value.is_Add and {entry.name for entry in value.atoms(Entry)} <= known:
            found[name] = (axes, value)
    return found


def _eliminated(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
    log: Log,
) -> tuple[Equation, ...]:
    """Reads the definitions from the outputs backwards, so that a node may be expressed by another
    that was itself expressed by the output.
    """
    definitions = {node.target: node for node in nodes}
    never_formed = _in_logarithms_only(nodes) - known
    expressed: Values = {}
    for option in inverses(nodes):
        present = _names(equations)
        if option.result not in (known | present | expressed.keys()) - never_formed:
            continue
        values = {option.operand: (option.axes, replace_entries(option.value, expressed))}
        if option.operand not in present:
            if option.operand in definitions.keys() - known:
                expressed = {**values, **expressed}
            continue
        # Where x is 0, 1/x is infinite to the machine, and to SymPy no number at all.
        if _divides(values[option.operand][1]) and option.operand in names_asked(equations):
            continue
        changed = tuple(_substitute(equation, values, normal) for equation in equations)
        if _divisors(changed) - _divisors(equations):
            continue
        slack = 1e-9 if option.operand in definitions else -1e-9
        before_price = _price(equations, definitions, known, normal.pricing)
        if _price(changed, definitions, known, normal.pricing) > before_price + slack:
            continue
        equations = tuple(_followed(equation, values, normal, log) for equation in equations)
        expressed = _without(option.operand, {**expressed, **values}, values)
    equations = with_known_complements(equations, nodes, known, log)
    equations = _with_known_products(equations, nodes, known, normal, log)
    return with_known_signs(equations, nodes, known, log)


def _with_known_products(
    equations: tuple[Equation, ...],
    nodes: tuple[Equation, ...],
    known: frozenset[str],
    normal: Normalizer,
    log: Log,
) -> tuple[Equation, ...]:
    """Writes products that the forward pass has computed as that tensor, where no dearer."""
    definitions = {node.target: node for node in nodes}
    for node in reversed(nodes):
        if not node.value.is_Mul or node.target not in known | _names(equations):
            continue
        changed = tuple(
            Equation(eq.target, eq.axes, with_known_product(eq.value, node)) for eq in equations
        )
        if changed != equations and _price(changed, definitions, known, normal.pricing) <= (
            _price(equations, definitions, known, normal.pricing) + 1e-9
        ):
            equations = tuple(
                log.note("known value", before, after.value)
                for before, after in zip(equations, changed, strict=True)
            )
    return equations


def _in_logarithms_only(nodes: tuple[Equation, ...]) -> frozenset[str]:
    """Nodes of which only the logarithm is used: they are never formed."""
    used: dict[str, bool] = {}
    for node in nodes:
        for entry in node.value.atoms(Entry):
            logarithm = isinstance(node.value, sympy.log)
            used[entry.name] = used.get(entry.name, True) and logarithm
    return frozenset(name for name, only in used.items() if only)


def _divisors(equations: Iterable[Equation]) -> set[tuple[str, bool]]:
    """The names of the tensors that are divided by, and whether in a sum with something.

    A tensor may be 0 where `1e-5 + y` is not. Those that only choose among divisors are none.
    """
    return {
        (entry.name, factor.is_Add)
        for equation in equations
        for power in equation.value.atoms(sympy.Pow)
        if power.exp.could_extract_minus_sign()
        for factor in sympy.Mul.make_args(power.base.replace(Where, lambda _, a, b: a + b))
        for entry in factor.atoms(Entry)
    }


def _divides(value: Expr) -> bool:
    return any(power.exp.could_extract_minus_sign() for power in value.atoms(sympy.Pow))


def _substitute(equation: Equation, values: Values, normal: Normalizer) -> Equation:
    if not _names([equation]) & values.keys():
        return equation
    return Equation(equation.target, equation.axes, normal(replace_entries(equation.value, values)))


def _followed(equation: Equation, values: Values, normal: Normalizer, log: Log) -> Equation:
    """The equation after a substitution, and after the rewrites that it makes possible."""
    if not _names([equation]) & values.keys():
        return equation
    raw = replace_entries(equation.value, values)
    return log.follow(log.note("output form", equation, raw), normal.path(raw))


def _without(operand: str, expressed: Values, values: Values) -> Values:
    """What is expressed by the operand, expressed by what the operand is."""
    return {
        name: (axes, value if name == operand else replace_entries(value, values))
        for name, (axes, value) in expressed.items()
    }


def _names(equations: Iterable[Equation]) -> set[str]:
    return {entry.name for eq in equations for entry in eq.value.atoms(Entry)}


def _price(
    equations: tuple[Equation, ...],
    definitions: Mapping[str, Equation],
    known: frozenset[str],
    pricing: Pricing,
) -> float:
    """The cost of the gradients, of every unnamed node behind them, and of saving those."""
    mentioned: dict[str, Expr] = {}
    waiting = sorted(_names(equations) - known)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in mentioned:
            node = definitions[name]
            mentioned[name] = node.value
            waiting.extend(sorted(_names([node]) - known))
    saved = sum(
        pricing.extent(definitions[name].axes) for name in _names(equations) & mentioned.keys()
    )
    return pricing.price(*(eq.value for eq in equations), *mentioned.values()) + saved

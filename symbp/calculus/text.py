"""Equations as text in the notation that the user writes."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Add, Basic, Expr, Mul
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from symbp.calculus.letters import index_names, is_bare, with_letters
from symbp.calculus.nodes import ArgMaxOver, ArgMinOver, Delta
from symbp.notation.expression import (
    VARIADIC,
    Differs,
    Entry,
    Index,
    MaxOver,
    MinOver,
    Size,
    SumOver,
    Where,
)
from symbp.notation.layer import Equation
from symbp.ops import BY_KIND

__all__ = [
    "equation_text",
    "expression_text",
    "is_negative",
    "mean_in",
    "numerator_and_denominator",
    "ordered_terms",
]

NAMES = {kind.__name__: function.name for kind, function in BY_KIND.items()}


def equation_text(equation: Equation) -> str:
    """An equation as the user would write it, bound indices named by letters."""
    left = Entry(equation.target, *equation.axes)
    bare = is_bare(left) and is_bare(equation.value)
    right = with_letters(equation.value, frozenset(index.name for index in equation.axes))
    return f"{expression_text(left, bare)} = {_text(right, bare, index_names(left))}"


def expression_text(expression: Expr, bare: bool | None = None) -> str:
    """An expression as the user would write it.

    Args:
        expression: a right side.
        bare: whether tensors with leading axes alone stand without brackets; by default where
            the expression has no other index.
    """
    return _text(with_letters(expression), is_bare(expression) if bare is None else bare)


def _text(expression: Expr, bare: bool, taken: frozenset[str] = frozenset()) -> str:
    return str(_Printer(bare, taken | index_names(expression)).doprint(expression))


class _Printer(StrPrinter):
    """SymPy's printer with symbp's names, division and signs."""

    printmethod = "_symbp"

    def __init__(self, bare: bool, names: frozenset[str] = frozenset()) -> None:
        super().__init__({"order": "none"})
        self._bare = bare
        self._names = names

    def parenthesize(self, item: Basic, level: int, strict: bool = False) -> str:
        text = self._print(item)
        atomic = text.replace(".", "").isalnum() or _is_root(item)
        binds = precedence(item) > level or (strict and precedence(item) == level)
        return text if atomic or binds else f"({text})"

    def _print_Entry(self, node: Entry) -> str:
        if not node.indices or self._bare:
            return node.name
        return f"{node.name}[{', '.join(self._print(index) for index in node.indices)}]"

    def _print_Index(self, node: Index) -> str:
        return VARIADIC if node.variadic else node.name

    def _print_Size(self, node: Size) -> str:
        return f"size({node.space})"

    def _print_Delta(self, node: Delta) -> str:
        return f"delta({self.stringify(node.args, ', ')})"

    def _print_SumOver(self, node: SumOver) -> str:
        return self._reduction("sum", node)

    def _print_MaxOver(self, node: MaxOver) -> str:
        return self._reduction("max", node)

    def _print_MinOver(self, node: MinOver) -> str:
        return self._reduction("min", node)

    def _print_ArgMaxOver(self, node: ArgMaxOver) -> str:
        return self._reduction("argmax", node)

    def _print_ArgMinOver(self, node: ArgMinOver) -> str:
        return self._reduction("argmin", node)

    def _print_Maximum(self, node: Basic) -> str:
        return f"maximum({self.stringify(node.args, ', ')})"

    def _print_Minimum(self, node: Basic) -> str:
        return f"minimum({self.stringify(node.args, ', ')})"

    def _reduction(self, word: str, node: Any) -> str:
        return f"{word}({self._print(node.body)}, {self.stringify(node.bound, ', ')})"

    def _print_Function(self, node: Expr) -> str:
        name = NAMES.get(node.func.__name__, node.func.__name__)
        return f"{name}({self.stringify(node.args, ', ')})"

    def _print_Abs(self, node: Expr) -> str:
        return f"abs({self._print(node.args[0])})"

    def _print_polygamma(self, node: Expr) -> str:
        return f"digamma({self._print(node.args[1])})"

    def _print_Rational(self, node: Expr) -> str:
        denominator = int(node.q)
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        return repr(float(node)) if denominator == 1 else f"{node.p}/{node.q}"

    def _print_Exp1(self, node: Expr) -> str:
        return "exp(1)" if "e" in self._names else "e"

    def _print_Pi(self, node: Expr) -> str:
        return "arccos(-1)" if "pi" in self._names else "pi"

    def _print_Infinity(self, node: Expr) -> str:
        return "inf"

    def _print_NegativeInfinity(self, node: Expr) -> str:
        return "-inf"

    def _print_And(self, node: Basic) -> str:
        return " and ".join(self.parenthesize(arg, PRECEDENCE["And"]) for arg in node.args)

    def _print_Or(self, node: Basic) -> str:
        return " or ".join(self.parenthesize(arg, PRECEDENCE["Or"]) for arg in node.args)

    def _print_Not(self, node: Basic) -> str:
        if isinstance(node.args[0], Differs):
            return " == ".join(map(self._print, node.args[0].args))
        return f"not {self.parenthesize(node.args[0], PRECEDENCE['Not'])}"

    def _print_Differs(self, node: Basic) -> str:
        return f"{self._print(node.args[0])} != {self._print(node.args[1])}"

    def _print_Relational(self, node: Basic) -> str:
        word = {"Eq": "==", "Ne": "!=", "Equality": "==", "Unequality": "!="}
        symbol = word.get(type(node).__name__, node.rel_op)
        return f"{self._print(node.lhs)} {symbol} {self._print(node.rhs)}"

    def _print_Add(self, node: Expr, order: Any = None) -> str:
        text = ""
        for term in ordered_terms(node):
            negative = is_negative(term)
            shown = self.parenthesize(-term if negative else term, PRECEDENCE["Add"] + negative)
            text += f" {'-' if negative else '+'} {shown}"
        return f"-{text[3:]}" if text.startswith(" -") else text[3:]

    def _print_Mul(self, node: Expr) -> str:
        if is_negative(node):
            return f"-{self._print(-node)}"
        mean, node = mean_in(node)
        if mean is not None:
            word = self._reduction("mean", mean)
            return word if node == 1 else f"{self.parenthesize(node, PRECEDENCE['Mul'])}*{word}"
        above, below = numerator_and_denominator(node)
        text = "*".join(self.parenthesize(f, PRECEDENCE["Mul"]) for f in above) or "1"
        if not below:
            return text
        if len(below) == 1:
            return f"{text}/{self.parenthesize(below[0], PRECEDENCE['Mul'] + 1)}"
        return f"{text}/({'*'.join(self.parenthesize(f, PRECEDENCE['Mul']) for f in below)})"

    def _print_Pow(self, node: Expr, rational: bool = False) -> str:
        if node.exp.is_number and node.exp.is_negative:
            return f"1/{self.parenthesize(1 / node, PRECEDENCE['Pow'])}"
        if node.exp == sympy.Rational(1, 2):
            return f"sqrt({self._print(node.base)})"
        power = self.parenthesize(node.exp, PRECEDENCE["Pow"])
        return f"{self.parenthesize(node.base, PRECEDENCE['Pow'] + 1)}**{power}"

    def _print_exp(self, node: Expr) -> str:
        return f"exp({self._print(node.args[0])})"

    def _print_Where(self, node: Where) -> str:
        return f"where({self.stringify(node.args, ', ')})"


def _is_root(item: Basic) -> bool:
    return bool(item.is_Pow and item.exp == sympy.Rational(1, 2))


def mean_in(node: Expr) -> tuple[SumOver | None, Expr]:
    """A sum that the product divides by all its lengths, and the rest of the product."""
    for total in (factor for factor in node.args if isinstance(factor, SumOver)):
        lengths = [1 / Size(index) for index in total.bound]
        if all(length in node.args for length in lengths):
            return total, Mul(*(f for f in node.args if f is not total and f not in lengths))
    return None, node


def is_negative(term: Expr) -> bool:
    """Whether a term is written with a minus sign."""
    return bool(term.as_coeff_Mul()[0].is_negative)


def ordered_terms(node: Expr) -> list[Expr]:
    """Terms as one reads them: positive ones first, numbers before tensors, sums last."""

    def key(term: Expr) -> tuple[bool, bool, bool, str]:
        term = _within(term)
        negative = is_negative(term)
        shown = _Printer(False).parenthesize(
            -term if negative else term, PRECEDENCE["Add"] + negative
        )
        return negative, term.has(Entry), bool(term.atoms(SumOver)), shown

    return sorted(Add.make_args(node), key=key)


def numerator_and_denominator(node: Expr) -> tuple[list[Expr], list[Expr]]:
    """The factors above and below a product's fraction line, in reading order."""
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in Mul.make_args(node):
        if factor.is_Rational:
            plain = str(_Printer(True).doprint(factor))
            if "/" in plain:
                above += [sympy.Integer(factor.p)] if factor.p != 1 else []
                below.append(sympy.Integer(factor.q))
            elif factor == sympy.Rational(1, 2):
                below.append(sympy.Integer(2))
            elif factor != 1:
                above.append(factor)
        elif factor.is_Pow and factor.exp.is_number and factor.exp.is_negative:
            below.append(1 / factor)
        else:
            above.append(factor)
    above.sort(key=_factor_key)
    below.sort(key=_factor_key)
    return above, below


def _within(node: Expr) -> Expr:
    """What a wrapper for display holds, so that it stands where the bare expression would."""
    inner: Expr = getattr(node, "inner", node)
    return inner


def _factor_key(factor: Expr) -> tuple[bool, bool, str]:
    """Numbers first, then upstream gradients, then the rest by name; sums of terms last."""
    factor = _within(factor)
    upstream = isinstance(factor, Entry) and factor.name.startswith("d")
    return factor.has(Entry), not upstream, f"{factor.is_Add}{factor}"

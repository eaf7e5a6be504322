"""Lays a formula out in boxes, in the order in which symbp's notation reads."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Basic, Expr
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.printer import Printer

from symbp.calculus import ArgMaxOver, ArgMinOver, Delta, totalled
from symbp.calculus.letters import is_bare, with_letters
from symbp.calculus.text import (
    NAMES,
    expression_text,
    is_negative,
    mean_in,
    numerator_and_denominator,
    ordered_terms,
)
from symbp.errors import InternalError
from symbp.notation import (
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Size,
    SumOver,
    Where,
)
from symbp.report.formula.binding import is_closed, level_of, opposite, unmarked
from symbp.report.formula.box import (
    Big,
    Box,
    Cases,
    Fence,
    Fraction,
    Mark,
    Name,
    Number,
    Operator,
    Root,
    Row,
    Script,
)
from symbp.report.formula.formula import Formula
from symbp.report.formula.nodes import Marked, Partial, Shape, Transposed
from symbp.report.formula.words import entry_name, number_box

__all__ = ["lettered", "typeset"]

COMMA = Operator(",")
HALF = sympy.Rational(1, 2)
RELATIONS = {"Eq": "==", "Ne": "!=", "Equality": "==", "Unequality": "!="}


def typeset(formula: Formula) -> Box:
    """The formula's boxes."""
    bare = all(is_bare(expression) for expression in formula.expressions)
    typesetter = _Typesetter(bare)
    return Row(
        tuple(
            Operator(part) if isinstance(part, str) else typesetter.boxes(lettered(formula, part))
            for part in formula.parts
        )
    )


def lettered(formula: Formula, part: Basic) -> Basic:
    """A part of a formula, its bound indices under letters that the formula does not use freely."""
    free = (symbol.name for side in formula.expressions for symbol in side.free_symbols)
    return with_letters(part, frozenset(free))


class _Typesetter(Printer):
    """SymPy's dispatch by class, with boxes for strings."""

    printmethod = "_symbp_box"

    def __init__(self, bare: bool) -> None:
        super().__init__()
        self._bare = bare

    def boxes(self, node: Basic) -> Box:
        """The boxes of one expression."""
        box: Box = self._print(node)
        return box

    def emptyPrinter(self, expr: Basic) -> Box:
        raise InternalError(f"no way to typeset {type(expr).__name__}: {expr}")

    def _within(self, item: Basic, level: int) -> Box:
        """The item's boxes, between parentheses where it binds less than its place asks."""
        box = self.boxes(item)
        if is_closed(item) or level_of(item) > level:
            return box
        return Fence(box)

    def _print_Entry(self, node: Entry) -> Box:
        name = entry_name(node.name)
        gradient = totalled(node.name)
        if gradient is not None:
            below = self._listed(node.indices) if node.indices and not self._bare else None
            return Script(Name(gradient), below, Name("total", upright=True))
        if not node.indices or self._bare:
            return name
        return Script(name, self._listed(node.indices))

    def _print_Index(self, node: Index) -> Box:
        return Name("…" if node.variadic else node.name)

    def _print_Symbol(self, node: sympy.Symbol) -> Box:
        return Name(node.name)

    _print_Dummy = _print_Symbol

    def _print_Size(self, node: Size) -> Box:
        space = node.space
        return Name("N") if space == "..." else Script(Name("N"), Name(space))

    def _print_Delta(self, node: Delta) -> Box:
        return Script(Name("δ"), self._listed(node.args))

    def _print_SumOver(self, node: SumOver) -> Box:
        return self._reduction("sum", node)

    def _print_MaxOver(self, node: MaxOver) -> Box:
        return self._reduction("max", node)

    def _print_MinOver(self, node: MinOver) -> Box:
        return self._reduction("min", node)

    def _print_ArgMaxOver(self, node: ArgMaxOver) -> Box:
        return self._reduction("argmax", node)

    def _print_ArgMinOver(self, node: ArgMinOver) -> Box:
        return self._reduction("argmin", node)

    def _print_Maximum(self, node: Maximum) -> Box:
        return self._function("max", node.args)

    def _print_Minimum(self, node: Minimum) -> Box:
        return self._function("min", node.args)

    def _print_Where(self, node: Where) -> Box:
        condition, a, b = node.args
        rows = ((a, condition), (b, sympy.Not(condition)))
        return Cases(tuple((self.boxes(value), self.boxes(test)) for value, test in rows))

    def _print_Function(self, node: Expr) -> Box:
        name = node.func.__name__
        return self._function(NAMES.get(name, name), node.args)

    def _print_polygamma(self, node: Expr) -> Box:
        return self._function("digamma", node.args[1:])

    def _print_Abs(self, node: Expr) -> Box:
        return Fence(self.boxes(node.args[0]), "||")

    def _print_exp(self, node: Expr) -> Box:
        return Script(Name("e", upright=True), above=self.boxes(node.args[0]))

    def _print_Exp1(self, node: Expr) -> Box:
        return Name("e", upright=True)

    def _print_Pi(self, node: Expr) -> Box:
        return Name("π")

    def _print_Infinity(self, node: Expr) -> Box:
        return Number("∞")

    def _print_NegativeInfinity(self, node: Expr) -> Box:
        return Row((Operator("minus"), Number("∞")))

    def _print_Rational(self, node: Expr) -> Box:
        text = expression_text(abs(node))
        above, slash, below = text.partition("/")
        box = Fraction(Number(above), Number(below)) if slash else number_box(text)
        return Row((Operator("minus"), box)) if node.is_negative else box

    _print_Integer = _print_Rational
    _print_Zero = _print_One = _print_NegativeOne = _print_Half = _print_Rational

    def _print_Float(self, node: Expr) -> Box:
        box = number_box(f"{abs(float(node)):.6g}")
        return Row((Operator("minus"), box)) if node.is_negative else box

    def _print_And(self, node: Basic) -> Box:
        return self._joined("and", [self._within(arg, PRECEDENCE["And"]) for arg in node.args])

    def _print_Or(self, node: Basic) -> Box:
        return self._joined("or", [self._within(arg, PRECEDENCE["Or"]) for arg in node.args])

    def _print_Not(self, node: Basic) -> Box:
        if isinstance(node.args[0], Differs):
            left, right = map(self.boxes, node.args[0].args)
            return Row((left, Operator("=="), right))
        return Row((Operator("not"), self._within(node.args[0], PRECEDENCE["Not"])))

    def _print_Differs(self, node: Differs) -> Box:
        return Row((self.boxes(node.args[0]), Operator("!="), self.boxes(node.args[1])))

    def _print_Relational(self, node: Basic) -> Box:
        sign = RELATIONS.get(type(node).__name__, node.rel_op)
        return Row((self.boxes(node.lhs), Operator(sign), self.boxes(node.rhs)))

    def _print_Add(self, node: Expr) -> Box:
        parts: list[Box] = []
        for term in ordered_terms(node):
            negative = is_negative(unmarked(term))
            if negative:
                parts.append(Operator("-" if parts else "minus"))
            elif parts:
                parts.append(Operator("+"))
            shown = opposite(term) if negative else term
            parts.append(self._within(shown, PRECEDENCE["Add"] - 1 + negative))
        return Row(tuple(parts))

    def _print_Mul(self, node: Expr) -> Box:
        if is_negative(node):
            return Row((Operator("minus"), self._within(-node, PRECEDENCE["Add"])))
        mean, rest = mean_in(node)
        if mean is not None:
            box = self._reduction("mean", mean)
            factors = [] if rest == 1 else [self._within(rest, PRECEDENCE["Mul"] - 1)]
            return self._joined("times", [*factors, box])
        above, below = numerator_and_denominator(node)
        top = self._product(above)
        return Fraction(top, self._product(below)) if below else top

    def _product(self, factors: list[Expr]) -> Box:
        if len(factors) == 1:
            return self.boxes(factors[0])
        last = len(factors) - 1
        boxes = [
            Fence(self.boxes(factor))
            if number < last and isinstance(factor, SumOver)
            else self._within(factor, PRECEDENCE["Mul"] - 1)
            for number, factor in enumerate(factors)
        ]
        numbers = [isinstance(box, Number) for box in boxes]
        parts: list[Box] = boxes[:1]
        for position, box in enumerate(boxes[1:], 1):
            sign = "dot" if numbers[position] and numbers[position - 1] else "times"
            parts += [Operator(sign), box]
        return Row(tuple(parts)) if parts else Number("1")

    def _print_Pow(self, node: Expr) -> Box:
        if node.exp == HALF:
            return Root(self.boxes(node.base))
        if node.exp.is_number and node.exp.is_negative:
            return Fraction(Number("1"), self.boxes(1 / node))
        base, power = node.base, self.boxes(node.exp)
        if isinstance(base, Entry) and base.indices and not self._bare:
            return Script(Name(base.name), self._listed(base.indices), power)
        return Script(self._within(base, PRECEDENCE["Pow"]), above=power)

    def _print_Partial(self, node: Partial) -> Box:
        of, by = (self.boxes(arg) for arg in node.args)
        return Fraction(Row((Name("∂", True), of)), Row((Name("∂", True), by)))

    def _print_Shape(self, node: Shape) -> Box:
        return Fence(self._joined("by", [self.boxes(axis) for axis in node.args]))

    def _print_Transposed(self, node: Transposed) -> Box:
        return Script(self.boxes(node.args[0]), above=Name("T", upright=True))

    def _print_Marked(self, node: Marked) -> Box:
        return Mark(self.boxes(node.inner))

    def _reduction(self, word: str, node: Any) -> Box:
        body = self.boxes(node.body)
        inner = unmarked(node.body)
        if inner.is_Add or isinstance(inner, Where) or is_negative(inner):
            body = Fence(body)
        return Row((Big(word, self._listed(node.bound)), body))

    def _function(self, name: str, arguments: tuple[Basic, ...]) -> Box:
        return Row((Name(name, upright=True), Fence(self._listed(arguments))))

    def _listed(self, items: tuple[Basic, ...]) -> Box:
        return self._joined(",", [self.boxes(item) for item in items])

    def _joined(self, sign: str, boxes: list[Box]) -> Box:
        parts = boxes[:1]
        for box in boxes[1:]:
            parts += [Operator(sign), box]
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

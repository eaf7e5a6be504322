"""From the syntax tree to SymPy, one node at a time, refusing what is not a real number.

SymPy simplifies as it builds, exactly and without a bound on time: `9**9**9` or
`exp(1e9*log(2))` would never end. Every step therefore looks at its arguments first.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr, Rational
from sympy.logic.boolalg import Boolean

from symbp.errors import NotationError
from symbp.notation.expression import Entry, Index, Size, Where, scalar
from symbp.notation.functions import CONSTANTS, FUNCTIONS, REDUCTIONS
from symbp.notation.relations import LOGIC, relation
from symbp.notation.tree import (
    Access,
    Call,
    Compare,
    Constant,
    Hyper,
    IndexNumber,
    Literal,
    Logic,
    Node,
    Number,
    Plain,
    Reduce,
    SizeOf,
    Slot,
    Statement,
)

__all__ = ["build"]

MAX_EXPONENT = 100_000
MAX_BITS = 4_096
LARGEST = int(sys.float_info.max)

_IMPOSSIBLE = (sympy.I, sympy.zoo, sympy.nan)


def build(
    statement: Statement, indices: Mapping[str, Index], whole: bool = False
) -> tuple[Expr, ...]:
    """The sides of a statement as SymPy expressions.

    Args:
        statement: with names written out.
        indices: every index by name.
        whole: no tensor may cancel out, as where its shape is a part of the result's.

    Returns:
        One expression a side.

    Raises:
        NotationError: a number is not real, or too large, or a side is a number after all.
    """
    builder = _Builder(statement, indices, whole)
    try:
        return tuple(builder.side(side) for side in statement.sides)
    except RecursionError:
        raise statement.source.error(
            "the equation is nested too deeply: split it into intermediates"
        ) from None


@dataclass(frozen=True)
class _Value:
    """An expression, and its value in float64 where it is a number."""

    expression: Expr
    number: float | None = None


class _Builder:
    """Builds the sides of one statement.

    Args:
        statement: with names written out.
        indices: every index by name.
        whole: no tensor may cancel out.
    """

    def __init__(self, statement: Statement, indices: Mapping[str, Index], whole: bool) -> None:
        self.statement = statement
        self.indices = indices
        self.whole = whole
        self.atoms: dict[Expr, Node] = {}
        self.exponents = 0

    def side(self, node: Node) -> Expr:
        """One side, in which something of what is written is left."""
        self.atoms = {}
        expression = self.value(node).expression
        left = expression.atoms(Entry, sympy.Symbol)
        if self.atoms and not left and expression.is_number:
            place = next(iter(self.atoms.values()))
            raise self.error(place, f"all of it cancels out: it is always {expression}")
        for atom, place in self.atoms.items():
            if self.whole and isinstance(atom, Entry) and atom not in left:
                raise self.error(
                    place,
                    f"{atom} cancels out, and with it its shape, which the result would have: "
                    "leave it out of the equation",
                )
        if any(not _fits(number) for number in expression.atoms(Rational)):
            raise self.error(node, _TOO_LARGE)
        return expression

    def error(self, node: Node, message: str) -> NotationError:
        return self.statement.error_at(node, message)

    def value(self, node: Node) -> _Value:
        match node:
            case Number(value=value):
                return _Value(value, float(value))
            case Constant(name=name):
                return _Value(*CONSTANTS[name])
            case Hyper(name=name):
                return self.atom(node, scalar(name))
            case IndexNumber(name=name):
                return self.atom(node, self.indices[name])
            case Access():
                return self.atom(node, self.entry(node))
            case SizeOf(index=index):
                return _Value(Size(self.indices[index.name]))
            case Reduce():
                return self.reduction(node)
            case Call(function="where", arguments=(condition, yes, no)):
                return self.where(condition, yes, no)
            case Call():
                return self.call(node)
        raise AssertionError(node)

    def atom(self, node: Node, expression: Expr) -> _Value:
        self.atoms.setdefault(expression, node)
        return _Value(expression)

    def entry(self, node: Access) -> Entry:
        return Entry(node.name, *(self.slot(slot) for slot in node.slots))

    def slot(self, slot: Slot) -> Expr:
        match slot:
            case Plain(name=name):
                return self.indices[name]
            case Literal(value=value):
                return sympy.Integer(value)
        return self.entry(slot)

    def reduction(self, node: Reduce) -> _Value:
        body = self.value(node.body).expression
        bound = [self.indices[index.name] for index in node.bound]
        make = REDUCTIONS[node.word]
        if node.word in ("sum", "mean"):
            result = make(body, *bound)
            if node.word == "mean":
                result = result / sympy.Mul(*(Size(index) for index in bound))
            return _Value(result)
        for index in reversed(bound):
            body = make(body, index)
        return _Value(body)

    def where(self, condition: Node, yes: Node, no: Node) -> _Value:
        test = self.condition(condition)
        a, b = self.value(yes), self.value(no)
        if test is sympy.true or a.expression == b.expression:
            return a
        return b if test is sympy.false else _Value(Where(test, a.expression, b.expression))

    def condition(self, node: Node) -> Boolean:
        match node:
            case Compare(operator=sign, left=left, right=right):
                return relation(sign, self.value(left).expression, self.value(right).expression)
            case Logic(word=word, arguments=arguments):
                return LOGIC[word](*(self.condition(argument) for argument in arguments))
        raise AssertionError(node)

    def call(self, node: Call) -> _Value:
        function = FUNCTIONS[node.function]
        arguments = [self.value(argument) for argument in node.arguments]
        numbers = [a.number for a in arguments if a.number is not None]
        constant = len(numbers) == len(arguments)
        number = self.float(node, numbers) if constant else None
        self.guard(node, [a.expression for a in arguments])
        self.check_domain(node, [a.expression for a in arguments])
        expression = function.build(*(a.expression for a in arguments))
        if (function.partial or constant) and expression.has(*_IMPOSSIBLE):
            raise self.error(node, f"{node.shown} is not a real number here")
        if not constant and expression.is_number and expression.is_finite:
            number = float(expression)
        if isinstance(expression, Rational) and _bits(expression) > MAX_BITS:
            raise self.error(node, "the number has too many digits")
        return _Value(expression, number)

    def float(self, node: Call, numbers: list[float]) -> float:
        """The call on numbers, which must be a real number within float64."""
        try:
            result = FUNCTIONS[node.function].number(*numbers)
        except ZeroDivisionError:
            raise self.error(node, "division by zero") from None
        except OverflowError:
            raise self.error(node, _TOO_LARGE) from None
        except ValueError:
            raise self.error(node, f"{node.shown} of such a number is not real") from None
        if math.isnan(result):
            raise self.error(node, f"{node.shown} of such numbers is undefined")
        if math.isinf(result) and not any(map(math.isinf, numbers)):
            raise self.error(node, _TOO_LARGE)
        return float(result)

    def guard(self, node: Call, arguments: list[Expr]) -> None:
        """Refuse what SymPy would compute without end."""
        match node.function:
            case "/" if arguments[1].is_zero:
                raise self.error(node, "division by zero")
            case "power" | "**":
                self.guard_power(node, arguments[0], arguments[1])
            case "exp2":
                self.guard_power(node, sympy.Integer(2), arguments[0])
            case "exp" | "expm1" | "logaddexp":
                # exp(n*log(2)) is 2**n to SymPy.
                for argument in arguments:
                    if argument.has(sympy.log):
                        self.guard_power(node, sympy.Integer(2), argument)

    def check_domain(self, node: Call, arguments: list[Expr]) -> None:
        """Refuse a logarithm or a broken power of what is negative whatever the data are."""
        match node.function:
            case "log" | "log2" | "log10" | "sqrt":
                broken = True
            case "log1p":
                arguments = [1 + arguments[0]]
                broken = True
            case "power" | "**":
                broken = arguments[1].is_Rational and not arguments[1].is_integer
            case _:
                broken = False
        if broken and arguments[0].is_negative:
            raise self.error(node, f"{node.shown} of what is always negative is not real")

    def guard_power(self, node: Call, base: Expr, exponent: Expr) -> None:
        largest = max((abs(r) for r in exponent.atoms(Rational)), default=sympy.Integer(0))
        if largest <= 2:
            return
        # SymPy adds up exponents of the same base, so what counts is all of them.
        self.exponents += math.ceil(largest)
        if self.exponents > MAX_EXPONENT:
            raise self.error(node, f"the exponent is larger than {MAX_EXPONENT}")
        coefficient = base.as_coeff_Mul()[0]
        if isinstance(coefficient, Rational) and _bits(coefficient) * largest > MAX_BITS:
            raise self.error(node, "the power of the number has too many digits")


_TOO_LARGE = "the number is beyond the range of float64: infinity is written inf"


def _bits(number: Rational) -> int:
    if abs(number) == 1:
        return 0
    return operator.index(max(abs(number.p), number.q)).bit_length()


def _fits(number: Rational) -> bool:
    """Whether a number is within the range of float64."""
    return _bits(number) <= MAX_BITS and abs(number.p) <= LARGEST * number.q

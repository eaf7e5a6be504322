"""Operations on single numbers, as a kernel writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbp.errors import InternalError
from symbp.program import operations as op
from symbp.program.operations import Operation
from symbp.targets.numba.functions import NAMES
from symbp.targets.numpy.expressions import OPERATORS
from symbp.targets.tree import Binary, Call, Choice, Expression, Literal, Name, Unary

__all__ = ["FUNCTIONS", "KERNELS", "POLYNOMIALS", "SUMS", "applied", "is_dear", "starts", "weight"]

KERNELS = "numba"
"""Where functions come from that the module defines for its kernels."""
POLYNOMIALS = frozenset(NAMES) - {"sin", "cos", "near_sin", "near_cos", "is_far"}
SIMPLE = {"maximum": "_maximum", "minimum": "_minimum", "sign": "_sign"}
FUNCTIONS = frozenset({*OPERATORS, *POLYNOMIALS, *SIMPLE, "negative", "logical_not", "abs", "sqrt"})
"""The functions that a kernel can hold."""
SUMS = {"sum": "_plus", "max": "_larger", "min": "_smaller"}
"""What takes one more number into a reduction."""


def starts(word: str) -> Expression:
    """The value of a reduction over nothing."""
    limits: dict[str, Expression] = {
        "sum": Literal("0"),
        "max": Name("-np.inf"),
        "min": Name("np.inf"),
    }
    return limits[word]


def is_dear(operation: Operation) -> bool:
    """Whether it costs more to compute than to write down and read."""
    return isinstance(operation, op.Map) and operation.function in POLYNOMIALS


def weight(value: Expression) -> int:
    """How many operations stand in an expression."""
    match value:
        case Binary(left=left, right=right):
            return 1 + weight(left) + weight(right)
        case Unary(operand=operand):
            return 1 + weight(operand)
        case Choice(yes=yes, test=test, no=no):
            return 1 + weight(yes) + weight(test) + weight(no)
        case Call(function=Name(text="real")):
            return 0
        case Call(arguments=arguments):
            return 1 + sum(map(weight, arguments))
    return 0


def applied(
    operation: Operation,
    operands: Sequence[Expression],
    real: Callable[[Expression], Expression],
) -> Expression:
    """An operation on numbers.

    Args:
        operation: what to print.
        operands: its operands' expressions.
        real: makes a number of the layer's dtype.
    """
    match operation:
        case op.Choose():
            return Choice(operands[1], operands[0], operands[2])
        case op.Cast():
            return real(operands[0])
        case op.Map(function=name):
            return _mapped(name, operands)
    raise InternalError(f"no kernel holds {operation}")


def _mapped(name: str, operands: Sequence[Expression]) -> Expression:
    if name in OPERATORS:
        return Binary(operands[0], OPERATORS[name], operands[1])
    if name == "negative":
        return Unary("-", operands[0])
    if name == "logical_not":
        return Unary("not", operands[0])
    if name in SIMPLE:
        return Call(Name(SIMPLE[name], KERNELS), tuple(operands))
    if name in POLYNOMIALS:
        return Call(Name(f"_{name}", KERNELS), tuple(operands))
    return Call(Name(name if name == "abs" else f"np.{name}"), tuple(operands))

"""Python numbers in emitted code: literals, hyper-parameters, lengths, and constants by name."""

from __future__ import annotations

import re
import sys

import sympy
from sympy import Basic, Expr

from symbp.errors import LoweringError
from symbp.notation.expression import Differs, Maximum, Minimum, Size, Where, erfc, stop_gradient
from symbp.program.builder import Builder, Ref
from symbp.program.operations import DType, Kind

__all__ = ["lower_number", "lower_truth"]

DIGITS = 17
FUNCTIONS = {
    sympy.exp: "math.exp",
    sympy.log: "math.log",
    sympy.sin: "math.sin",
    sympy.cos: "math.cos",
    sympy.tan: "math.tan",
    sympy.asin: "math.asin",
    sympy.acos: "math.acos",
    sympy.atan: "math.atan",
    sympy.atan2: "math.atan2",
    sympy.sinh: "math.sinh",
    sympy.cosh: "math.cosh",
    sympy.tanh: "math.tanh",
    sympy.asinh: "math.asinh",
    sympy.acosh: "math.acosh",
    sympy.atanh: "math.atanh",
    sympy.erf: "math.erf",
    erfc: "math.erfc",
    sympy.loggamma: "math.lgamma",
    sympy.Abs: "abs",
    sympy.Max: "max",
    sympy.Min: "min",
    Maximum: "max",
    Minimum: "min",
}


LARGEST = sympy.Float(sys.float_info.max)


def lower_number(builder: Builder, value: Expr) -> Ref:
    """A tensor-free expression as a Python number.

    Raises:
        LoweringError: a function that Python's `math` does not have.
    """
    literal = _literal(value)
    if literal is not None:
        return builder.number(literal)
    if value.is_number and _overflows(value):
        return builder.number(repr(float(value.evalf())))
    if value.is_number:
        return builder.constant(_name(value), _text(value, [], 0))
    sizes: list[str] = []
    text = _text(value, sizes, 0)
    if text == "{0}":
        return Ref(_lengths(builder, sizes)[0], ())
    return builder.number(text, _lengths(builder, sizes))


def _overflows(number: Expr) -> bool:
    """Whether a step on the way to a number leaves the range of float64."""
    parts = (part for part in sympy.preorder_traversal(number) if part.is_number)
    return any(part.is_finite and abs(part.evalf()) > LARGEST for part in parts)


def lower_truth(builder: Builder, condition: Basic) -> Ref:
    """A tensor-free condition as a Python boolean.

    Raises:
        LoweringError: a function that Python's `math` does not have.
    """
    sizes: list[str] = []
    text = _condition(condition, sizes)
    return builder.number(text, _lengths(builder, sizes))


def _lengths(builder: Builder, sizes: list[str]) -> list[int]:
    return [builder.add(Kind.SIZE, (), (space,), (), DType.NUMBER) for space in sizes]


def _literal(value: Expr) -> str | None:
    """A number that a short literal writes exactly or to the last bit, else None."""
    if value is sympy.oo:
        return "np.inf"
    if value is -sympy.oo:
        return "-np.inf"
    if value is sympy.pi:
        return "np.pi"
    if value.is_Integer:
        return repr(int(value)) if abs(value) < 10**15 else repr(float(value))
    if value.is_Rational:
        denominator = int(value.q)
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        if denominator == 1:
            return repr(float(value))
    return None


CHOICE, SUM, PRODUCT, POWER, ATOM = range(5)


def _text(value: Expr, sizes: list[str], outer: int) -> str:
    text, level = _expression(value, sizes)
    return f"({text})" if level < outer else text


def _expression(value: Expr, sizes: list[str]) -> tuple[str, int]:
    literal = _literal(value)
    if literal is not None:
        return literal, SUM if literal.startswith("-") else ATOM
    if value.is_Rational:
        return f"{value.p} / {value.q}", PRODUCT
    if value is sympy.E:
        return "math.e", ATOM
    if isinstance(value, stop_gradient):
        return _expression(value.args[0], sizes)
    if isinstance(value, Size):
        if value.space not in sizes:
            sizes.append(value.space)
        return f"{{{sizes.index(value.space)}}}", ATOM
    if value.is_Symbol:
        return f"self.{value.name}", ATOM
    if value.is_Add:
        return _sum(value, sizes), SUM
    if value.is_Mul:
        return _product(value, sizes)
    if value.is_Pow:
        return _power(value, sizes)
    if isinstance(value, Where):
        return _choice(value, sizes), CHOICE
    if isinstance(value, sympy.sign):
        return _sign(value, sizes), ATOM
    return _call(value, sizes), ATOM


def _sum(value: Expr, sizes: list[str]) -> str:
    terms = sorted(value.args, key=lambda term: (term.could_extract_minus_sign(), str(term)))
    text = _text(terms[0], sizes, SUM)
    for term in terms[1:]:
        if term.could_extract_minus_sign():
            text += f" - {_text(-term, sizes, PRODUCT)}"
        else:
            text += f" + {_text(term, sizes, SUM)}"
    return text


def _product(value: Expr, sizes: list[str]) -> tuple[str, int]:
    if value.could_extract_minus_sign():
        return f"-{_text(-value, sizes, ATOM if (-value).is_Pow else PRODUCT)}", SUM
    # SymPy's own `as_numer_denom` makes exp(1000)/(1 + exp(1000)) of 1/(1 + exp(-1000)).
    coefficient, rest = value.as_coeff_Mul(rational=True)
    divisors = [factor for factor in sympy.Mul.make_args(rest) if _divides(factor)]
    above = [factor for factor in sympy.Mul.make_args(rest) if factor not in divisors]
    factors = [factor for factor in (sympy.Integer(coefficient.p), *above) if factor != 1]
    text = " * ".join(_text(factor, sizes, PRODUCT) for factor in factors) or "1"
    below = sympy.Mul(coefficient.q, *(1 / factor for factor in divisors))
    if below != 1:
        text += f" / {_text(below, sizes, POWER)}"
    return text, PRODUCT


def _divides(factor: Expr) -> bool:
    return bool(factor.is_Pow and factor.exp.is_number and factor.exp.is_negative)


def _power(value: Expr, sizes: list[str]) -> tuple[str, int]:
    if value.exp == sympy.Rational(1, 2):
        return f"math.sqrt({_text(value.base, sizes, 0)})", ATOM
    if value.exp.is_number and value.exp.is_negative:
        return f"1 / {_text(1 / value, sizes, POWER)}", PRODUCT
    base, power = _text(value.base, sizes, ATOM), _text(value.exp, sizes, POWER)
    simple = all(re.fullmatch(r"[\w.]+", text) for text in (base, power))
    return f"{base}**{power}" if simple else f"{base} ** {power}", POWER


def _choice(value: Where, sizes: list[str]) -> str:
    condition, a, b = value.args
    yes, no = _text(a, sizes, SUM), _text(b, sizes, SUM)
    return f"{yes} if {_condition(condition, sizes)} else {no}"


def _condition(condition: Basic, sizes: list[str]) -> str:
    if isinstance(condition, sympy.Not):
        return f"not ({_condition(condition.args[0], sizes)})"
    if isinstance(condition, sympy.And | sympy.Or):
        word = " and " if isinstance(condition, sympy.And) else " or "
        parts = sorted(condition.args, key=str)
        return word.join(f"({_condition(part, sizes)})" for part in parts)
    left, right = (_text(arg, sizes, SUM) for arg in condition.args)
    return f"{left} {'!=' if isinstance(condition, Differs) else condition.rel_op} {right}"


def _sign(value: Expr, sizes: list[str]) -> str:
    argument = _text(value.args[0], sizes, SUM)
    return f"(({argument} > 0) - ({argument} < 0))"


def _call(value: Expr, sizes: list[str]) -> str:
    function = FUNCTIONS.get(value.func)
    if function is None:
        raise LoweringError(f"{value} cannot be computed as a number; use it on a tensor instead")
    return f"{function}({', '.join(_text(arg, sizes, 0) for arg in value.args)})"


def _name(value: Expr) -> str:
    """A module-level constant's name, from what it is: sqrt(2/pi) is SQRT_2_PI."""
    words = re.findall(r"[A-Za-z]+|\d+", str(value))
    words = ["minus", *words] if value.is_negative else words
    name = "_".join(words).upper()[:32].rstrip("_")
    return name if name[0].isalpha() else f"C_{name}"

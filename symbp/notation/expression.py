"""The scalar expression over indexed atoms: SymPy, and the few nodes that SymPy lacks.

Everything scalar (sums, products, powers, `exp`, `Abs`, `sign`, relations, ...) is plain SymPy.
The nodes of this module carry the tensor structure: `Entry` is one entry of a tensor, `Index` a
name of an axis, `SumOver` and its kin reduce over named indices, `Size` is an index's length.
`Where`, `Maximum` and `Minimum` are SymPy-like functions with symbp's conventions at kinks.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import sympy
from sympy import Basic, Expr, Symbol
from sympy.logic.boolalg import Boolean

__all__ = [
    "VARIADIC",
    "Differs",
    "Entry",
    "Index",
    "Maximum",
    "MaxOver",
    "MinOver",
    "Minimum",
    "Reduction",
    "Size",
    "SumOver",
    "Where",
    "entries",
    "free_indices",
    "free_symbols",
    "scalar",
]

VARIADIC = "..."


@cache
def free_symbols(node: Basic) -> frozenset[Basic]:
    """What `node.free_symbols` says, looked at once in every part of an expression."""
    if not node.args or type(node).free_symbols is not Basic.free_symbols:
        return frozenset(node.free_symbols)
    return frozenset().union(*map(free_symbols, node.args))


class Index(Symbol):
    """The name of an axis: an integer 0, 1, ..., length - 1.

    Two indices of the same `space` run over the same length. The index named `...` stands for
    any number of leading axes at once.

    Args:
        name: the index as written, without a star.
        space: the name of the length it runs over; its own name unless given.
    """

    __slots__ = ("space",)
    space: str

    def __new__(cls, name: str, space: str | None = None) -> Index:
        obj = Symbol.__xnew__(cls, name, integer=True, nonnegative=True)
        obj.space = space if space is not None else name
        return obj

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.space)

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        return (self.name, self.space), {}

    @property
    def variadic(self) -> bool:
        """Whether this is `...`, a block of any number of leading axes."""
        return self.space == VARIADIC


class Entry(Expr):
    """One entry of a tensor: `Entry("x", n, i)` is `x[n, i]`, a real number.

    Args:
        name: the tensor's name.
        indices: one a slot: an `Index`, a SymPy `Integer`, or an `Entry` of an integer tensor.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, name: str | Symbol, *indices: Expr) -> Entry:
        symbol = name if isinstance(name, Symbol) else Symbol(name)
        return Expr.__new__(cls, symbol, *(sympy.sympify(index, strict=True) for index in indices))

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]

    @property
    def free_symbols(self) -> set[Symbol]:
        return set().union(*(index.free_symbols for index in self.indices))

    def _sympystr(self, printer: Any) -> str:
        if not self.indices:
            return self.name
        return f"{self.name}[{', '.join(printer._print(index) for index in self.indices)}]"


class Size(Expr):
    """The length of an index, a positive integer; for `...` the product of the leading lengths."""

    is_commutative = True
    is_integer = True
    is_positive = True

    def __new__(cls, index: Index | Symbol) -> Size:
        space = index.space if isinstance(index, Index) else index.name
        return Expr.__new__(cls, Symbol(space))

    @property
    def space(self) -> str:
        return self.args[0].name

    @property
    def free_symbols(self) -> set[Symbol]:
        return set()

    def _sympystr(self, printer: Any) -> str:
        return f"size({self.space})"


class Reduction(Expr):
    """A reduction of `body` over `bound` indices; the base of `SumOver`, `MaxOver`, `MinOver`.

    Every index of a reduction occurs in its body: one that does not leaves what `without` says.
    """

    is_commutative = True
    is_real = True
    word = "reduce"

    def __new__(cls, body: Expr, *bound: Index) -> Expr:
        body = sympy.sympify(body, strict=True)
        present = free_symbols(body)
        kept = [index for index in bound if index in present]
        whole = Expr.__new__(cls, body, *kept) if kept else body
        for index in bound:
            if index not in present:
                whole = cls.without(whole, index)
        return whole

    @staticmethod
    def without(body: Expr, index: Index) -> Expr:
        """The reduction of a body over an index that it does not depend on."""
        return body

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def bound(self) -> tuple[Index, ...]:
        return self.args[1:]

    @property
    def free_symbols(self) -> set[Symbol]:
        return set(free_symbols(self.body) - set(self.bound))

    def _sympystr(self, printer: Any) -> str:
        bound = ", ".join(index.name for index in self.bound)
        return f"{self.word}({printer._print(self.body)}, {bound})"

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def rebuild(self, body: Expr) -> Expr:
        """The same reduction over another body."""
        return type(self)(body, *self.bound)


class SumOver(Reduction):
    """`sum(body, i, j)`; over an index that the body lacks it is the body times the length."""

    word = "sum"

    @staticmethod
    def without(body: Expr, index: Index) -> Expr:
        return Size(index) * body


class MaxOver(Reduction):
    """`max(body, i, j)`; its gradient goes to the first maximal entry."""

    word = "max"


class MinOver(Reduction):
    """`min(body, i, j)`; its gradient goes to the first minimal entry."""

    word = "min"


class Differs(Boolean):
    """`a != b` as the numbers have it that are computed, whatever the signs of the exact ones say.

    To SymPy every tensor holds finite real numbers: `x != x` and `x == inf` are never true. But
    what is positive may have underflowed to 0, and an entry may be infinite, or not a number.
    """

    def _sympystr(self, printer: Any) -> str:
        return " != ".join(printer._print(arg) for arg in self.args)


class Where(Expr):
    """`where(condition, a, b)`: a where the condition holds, else b."""

    is_commutative = True
    is_real = True

    def __new__(cls, condition: Any, a: Expr, b: Expr) -> Expr:
        condition = sympy.sympify(condition, strict=True)
        a, b = sympy.sympify(a, strict=True), sympy.sympify(b, strict=True)
        if condition is sympy.true or a == b:
            return a
        if condition is sympy.false:
            return b
        return Expr.__new__(cls, condition, a, b)

    def _sympystr(self, printer: Any) -> str:
        return f"where({', '.join(printer._print(arg) for arg in self.args)})"


class _Extremum(Expr):
    """An elementwise `maximum` or `minimum` of two; the order of the arguments is kept."""

    is_commutative = True
    is_real = True
    word = ""

    def __new__(cls, a: Expr, b: Expr) -> Expr:
        a, b = sympy.sympify(a, strict=True), sympy.sympify(b, strict=True)
        if a == b:
            return a
        if sympy.nan in (a, b):
            return sympy.nan
        if a.is_number and b.is_number:
            return cls.of_numbers(a, b)
        return Expr.__new__(cls, a, b)

    @staticmethod
    def of_numbers(a: Expr, b: Expr) -> Expr:
        raise NotImplementedError

    def _sympystr(self, printer: Any) -> str:
        return f"{self.word}({', '.join(printer._print(arg) for arg in self.args)})"


class Maximum(_Extremum):
    """`maximum(a, b)`. At a tie the gradient goes to the constant if there is one, else to `a`."""

    word = "maximum"

    @staticmethod
    def of_numbers(a: Expr, b: Expr) -> Expr:
        return sympy.Max(a, b)


class Minimum(_Extremum):
    """`minimum(a, b)`. At a tie the gradient goes to what is not constant, else to `b`."""

    word = "minimum"

    @staticmethod
    def of_numbers(a: Expr, b: Expr) -> Expr:
        return sympy.Min(a, b)


def scalar(name: str) -> Symbol:
    """A real number known by name: a hyper-parameter."""
    return Symbol(name, real=True)


def entries(expression: Expr) -> list[Entry]:
    """Every distinct entry in an expression, outermost first, in a deterministic order."""
    seen: dict[Entry, None] = {}
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, Entry):
            seen.setdefault(node)
    return list(seen)


def free_indices(expression: Expr | Iterable[Expr]) -> tuple[Index, ...]:
    """The indices of an expression that no reduction binds, sorted by name."""
    symbols = free_symbols(expression) if isinstance(expression, Basic) else expression
    return tuple(sorted((s for s in symbols if isinstance(s, Index)), key=lambda s: s.name))

"""Runs an emitted module on arrays of `Symbolic` numbers.

The module's own lines are executed, with NumPy itself; only what NumPy cannot do on objects, and
what would round (float literals, `math.sqrt`, `scipy.special.erf`), are replaced while it is
imported. `_masked` works on bits, which symbols do not have, and chooses by `np.where` instead.
"""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy

from symbp.check.symbolic import Symbolic, apply, lift
from symbp.errors import CheckError

__all__ = ["load"]

EXACT = "__exact__"
OBJECT = np.dtype(object)


def load(source: str, name: str) -> type:
    """The class of an emitted module, ready to be run on `Symbolic` numbers.

    Args:
        source: the module's text.
        name: the class's name.

    Returns:
        The class, which accepts object arrays.

    Raises:
        CheckError: the module does not hold the class, or has no `FLOATS`.
    """
    scope: dict[str, Any] = {
        "__name__": f"symbp_certificate_{name}",
        "__builtins__": {**vars(builtins), "__import__": _import, EXACT: lift},
    }
    # Literals become exact before Python can round a product of two of them.
    tree = ast.fix_missing_locations(_Literals().visit(ast.parse(source)))
    exec(compile(tree, f"<{name}>", "exec"), scope)
    if not isinstance(scope.get(name), type) or "FLOATS" not in scope:
        raise CheckError(f"{name}: the module has no class {name}, or no FLOATS")
    scope["FLOATS"] = (*scope["FLOATS"], OBJECT)
    scope["_masked"] = _masked
    return scope[name]


class _Literals(ast.NodeTransformer):
    """Wraps every float literal in a call that makes it a `Symbolic`."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, float):
            return node
        return ast.Call(ast.Name(EXACT, ast.Load()), [node], [])


class _Stand:
    """A module with some of its names replaced."""

    def __init__(self, module: Any, replaced: dict[str, Any], wrap: bool = False) -> None:
        self._module, self._replaced, self._wrap = module, replaced, wrap

    def __getattr__(self, name: str) -> Any:
        if name in self._replaced:
            return self._replaced[name]
        found = getattr(self._module, name)
        return _Lifted(found) if self._wrap and isinstance(found, np.ufunc) else found


class _Lifted:
    """A ufunc that makes `Symbolic` of the plain numbers among its arguments.

    NumPy calls `.exp()` on the entries of an object array, and a plain 0 left there by a
    `maximum(x, 0)` has no such method.
    """

    def __init__(self, ufunc: np.ufunc) -> None:
        self._ufunc = ufunc

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self._ufunc.nin == 1 and arguments:
            arguments = (_lift_all(arguments[0]), *arguments[1:])
        return self._ufunc(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ufunc, name)


def _lift_all(value: Any) -> Any:
    if isinstance(value, bool | int | float | np.floating):
        return lift(value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        return _EVERY(value)
    return value


def _elementwise(function: Callable[..., Any], count: int = 1) -> Any:
    """A ufunc on objects that also takes plain numbers."""
    return np.frompyfunc(function, count, 1)


_EVERY = _elementwise(lift)


def _masked(mask: Any, value: Any) -> Any:
    zero: Any = lift(0)
    return np.where(mask, value, zero)


def _copysign(a: Any, b: Any) -> Any:
    return abs(a) if b >= 0 else -abs(a)


def _import(name: str, *arguments: Any) -> Any:
    root, _, rest = name.partition(".")
    fromlist = arguments[2] if len(arguments) > 2 else ()
    if root == "scipy":
        scipy = SimpleNamespace(special=_special())
        return scipy.special if fromlist and rest == "special" else scipy
    if name == "math":
        return _math()
    if name == "numpy":
        return _numpy()
    return builtins.__import__(name, *arguments)


def _numpy() -> _Stand:
    def shaped(value: bool) -> Callable[..., Any]:
        return lambda x, **options: np.full(np.shape(x), value)

    replaced = {
        "pi": lift(sympy.pi),
        "e": lift(sympy.E),
        "isfinite": shaped(True),
        "isnan": shaped(False),
        "isinf": shaped(False),
        "copysign": _elementwise(_copysign, 2),
        "signbit": _elementwise(lambda x: x < 0),
        "logaddexp": _elementwise(lambda a, b: (lift(a).exp() + lift(b).exp()).log(), 2),
        "finfo": lambda dtype: (
            np.finfo(np.float64) if np.dtype(dtype) == np.dtype(object) else np.finfo(dtype)
        ),
        "sign": _elementwise(lambda x: apply(sympy.sign, x)),
    }
    return _Stand(np, replaced, wrap=True)


def _math() -> _Stand:
    def unary(function: Any) -> Callable[[Any], Symbolic]:
        return lambda x: apply(function, x)

    replaced: dict[str, Any] = {
        "pi": lift(sympy.pi),
        "e": lift(sympy.E),
        "sqrt": lambda x: lift(x).sqrt(),
        "exp": unary(sympy.exp),
        "log": unary(sympy.log),
        "log2": lambda x: lift(x).log2(),
        "log10": lambda x: lift(x).log10(),
        "log1p": lambda x: lift(x).log1p(),
        "expm1": lambda x: lift(x).expm1(),
        "sin": unary(sympy.sin),
        "cos": unary(sympy.cos),
        "tan": unary(sympy.tan),
        "sinh": unary(sympy.sinh),
        "cosh": unary(sympy.cosh),
        "tanh": unary(sympy.tanh),
        "atan2": lambda a, b: apply(sympy.atan2, a, b),
        "erf": unary(sympy.erf),
        "erfc": unary(sympy.erfc),
        "lgamma": unary(sympy.loggamma),
        "pow": lambda a, b: lift(a) ** b,
        "isfinite": lambda x: True,
    }
    return _Stand(math, replaced)


def _log_ndtr(x: Any) -> Symbolic:
    """The logarithm of the normal distribution."""
    return (apply(sympy.erfc, -lift(x) / lift(sympy.sqrt(2))) / 2).log()


def _special() -> SimpleNamespace:
    def psi(x: Any) -> Symbolic:
        return apply(sympy.polygamma, 0, x)

    return SimpleNamespace(
        erf=_elementwise(lambda x: apply(sympy.erf, x)),
        erfc=_elementwise(lambda x: apply(sympy.erfc, x)),
        erfcx=_elementwise(lambda x: (lift(x) * x).exp() * apply(sympy.erfc, x)),
        log_ndtr=_elementwise(_log_ndtr),
        gammaln=_elementwise(lambda x: apply(sympy.loggamma, x)),
        loggamma=_elementwise(lambda x: apply(sympy.loggamma, x)),
        gamma=_elementwise(lambda x: apply(sympy.gamma, x)),
        digamma=_elementwise(psi),
        psi=_elementwise(psi),
        polygamma=_elementwise(lambda n, x: apply(sympy.polygamma, n, x), 2),
        expit=_elementwise(lambda x: 1 / (1 + (-lift(x)).exp())),
        log_expit=_elementwise(lambda x: -(1 + (-lift(x)).exp()).log()),
    )

"""What a module of kernels holds beside them: functions of numbers, and what compiles and runs."""

from __future__ import annotations

from collections.abc import Collection

from symbp.targets.numba.functions import definitions
from symbp.targets.numba.scalars import KERNELS, POLYNOMIALS
from symbp.targets.numpy.render import Support
from symbp.targets.templates import environment

__all__ = ["support"]

SIMPLE = {
    "_plus": '''\
def _plus(a, b):
    """a + b, one term of a sum in any order."""
    return a + b''',
    "_larger": '''\
def _larger(a, b):
    """The larger one; NaN if one is."""
    return np.maximum(a, b)''',
    "_smaller": '''\
def _smaller(a, b):
    """The smaller one; NaN if one is."""
    return np.minimum(a, b)''',
    "_maximum": '''\
def _maximum(a, b):
    """The larger one; NaN if one is."""
    return a if a >= b or a != a else b''',
    "_minimum": '''\
def _minimum(a, b):
    """The smaller one; NaN if one is."""
    return a if a <= b or a != a else b''',
    "_sign": '''\
def _sign(x):
    """1, 0 or -1, or NaN."""
    return np.sign(x)''',
}

EXTREMES = {"_larger": "llvm.maximum", "_smaller": "llvm.minimum"}
"""What LLVM makes vector code of in reductions only where it is its own."""


def support(named: Collection[tuple[str, str]], kernels: Collection[str]) -> Support:
    """What a module needs that has kernels.

    Args:
        named: the names in it, with where they come from.
        kernels: the names of its kernels.
    """
    if not kernels:
        return Support()
    wanted = {name for home, name in named if home == KERNELS}
    constants, functions = definitions({n[1:] for n in wanted} & POLYNOMIALS)
    simple = {name: text for name, text in SIMPLE.items() if name in wanted}
    template = environment().get_template("kernels.py.jinja")
    extremes = [name for name in simple if name in EXTREMES]
    inlined = [f'"{name}"' for name in (*functions, *simple) if name not in EXTREMES]
    rest = template.render(
        kernels=kernels, functions=inlined, extremes={n: EXTREMES[n] for n in extremes}
    )
    made = [*simple.values(), *functions.values()]
    texts = (*(["\n".join(constants)] if constants else []), *made, rest.rstrip("\n"))
    needs_math = any("math." in text for text in texts)
    return Support(("os", "sys", "threading", "types", *(["math"] if needs_math else [])), texts)

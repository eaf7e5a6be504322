"""Which names a user may give, and the nearest right one for a wrong one."""

from __future__ import annotations

import builtins
import difflib
import keyword
import re
from collections.abc import Iterable

from symbp.notation.functions import FUNCTIONS, REDUCTIONS

__all__ = ["fault_of_layer_name", "fault_of_name", "nearest", "no_layer", "snake_case"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_CLASS = re.compile(r"[A-Z][A-Za-z0-9_]*", re.ASCII)
_MODULES = frozenset({"numpy", "scipy", "math", "symbp"})
# What the emitted class already calls something else.
_EMITTED = frozenset(
    {"self", "cls", "np", "backward", "dtype", "forward", "grads", "params", "shape", "validate"}
)
# Names of Python's that emitted code has no use for.
_UNUSED = frozenset(
    {"bin", "chr", "filter", "format", "hash", "hex", "id", "input", "iter", "map", "next"}
    | {"object", "oct", "ord", "repr", "reversed", "set", "slice", "vars"}
)
_MAX_NAME = 60


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A hint with the nearest known name, or "" if none is near.

    >>> nearest("sofplus", ["softplus", "softsign"])
    '; did you mean `softplus`?'
    """
    found = difflib.get_close_matches(name[:_MAX_NAME], sorted(known), n=1, cutoff=cutoff)
    return f"; did you mean `{found[0]}`?" if found else ""


def no_layer(text: str, known: Iterable[str]) -> str:
    """What to say of a text that is no layer's name.

    >>> no_layer("1/(1 + exp(-x))", [])
    'no layer `1/(1 + exp(-x))`: an equation has a left side, like y = 1/(1 + exp(-x))'
    >>> no_layer("sigmod", ["Sigmoid", "Relu"])
    'no layer `sigmod`; did you mean `Sigmoid`?'
    """
    if text.strip() and not re.fullmatch(r"[\w.]+", text.strip()):
        shown = text.strip() if len(text) <= _MAX_NAME else f"{text.strip()[:_MAX_NAME]}..."
        return f"no layer `{shown}`: an equation has a left side, like y = {shown}"
    by_case = {name.lower(): name for name in known}
    found = difflib.get_close_matches(text.lower()[:_MAX_NAME], sorted(by_case), n=1, cutoff=0.6)
    return f"no layer `{text}`" + (f"; did you mean `{by_case[found[0]]}`?" if found else "")


def fault_of_name(name: str) -> str:
    """What is wrong with the name of a tensor, an index or a hyper-parameter; "" if nothing."""
    if len(name) > _MAX_NAME:
        return f"a name of {len(name)} characters is longer than {_MAX_NAME}"
    if not _IDENTIFIER.fullmatch(name):
        return (
            f"`{name}` is no name here: a name is an ASCII letter followed by letters, digits and _"
        )
    if name in FUNCTIONS or name in REDUCTIONS or name in ("size", "where"):
        return f"`{name}` is a function of the notation: write {name}(...) or choose another name"
    if keyword.iskeyword(name) or (hasattr(builtins, name) and name not in _UNUSED):
        return f"`{name}` is a name of Python's own: choose another"
    if name in _EMITTED or name in _MODULES:
        return f"`{name}` is reserved for the emitted code: choose another name"
    return ""


def fault_of_layer_name(name: str) -> str:
    """What is wrong with the name of a layer; "" if nothing."""
    if len(name) > _MAX_NAME:
        return f"a name of {len(name)} characters is longer than {_MAX_NAME}"
    if not _CLASS.fullmatch(name):
        return (
            f"`{name}` does not name a layer: a class's name is a capital letter followed by "
            "letters, digits and _, like SoftmaxWithLoss"
        )
    module = snake_case(name)
    if any(keyword.iskeyword(word) for word in (name, module)) or module in _MODULES:
        return f"`{name}` cannot be a layer: its module would be called {module}.py"
    if hasattr(builtins, name):
        return f"`{name}` is a name of Python's own: choose another"
    return ""


def snake_case(name: str) -> str:
    """The module's name of a layer.

    >>> snake_case("SoftmaxWithLoss"), snake_case("RMSNorm"), snake_case("L1Loss")
    ('softmax_with_loss', 'rms_norm', 'l1_loss')
    """
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return parts.lower()

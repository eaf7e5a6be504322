"""Modules of kernels: before they are compiled, each has run once as Python does."""

from __future__ import annotations

from symbp.targets.numba.statements import NestPrinter
from symbp.targets.numba.support import support
from symbp.targets.numpy.module import Modules

__all__ = ["numba_module", "uncompiled"]


def uncompiled(names: dict[str, object]) -> None:
    """Lets a module run its kernels as Python does."""
    kernels, compiled = names.get("KERNELS"), names.get("_COMPILED")
    if isinstance(kernels, tuple) and isinstance(compiled, dict):
        compiled |= {(kernel, parallel): kernel for kernel in kernels for parallel in (False, True)}


numba_module = Modules(NestPrinter, support, uncompiled, "numba")

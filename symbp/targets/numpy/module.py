"""From a schedule to a module that has run once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.notation.part import part
from symbp.schedule import Schedule
from symbp.targets.code import Equations, NetworkCode, SourceFile
from symbp.targets.numpy.printing import layer_code, slice_code
from symbp.targets.numpy.render import Supporting, nothing_else, render, render_network
from symbp.targets.numpy.statements import PassPrinter
from symbp.targets.trial import as_it_is, try_out

__all__ = ["Modules"]


@dataclass(frozen=True)
class Modules:
    """Makes the modules of a target whose statements are NumPy's, or calls of its own functions.

    Args:
        kind: prints a pass.
        support: tells what a module needs beside NumPy.
        prepare: makes the names of a module ready for its first run.
        target: the target's name.
    """

    kind: type[PassPrinter] = PassPrinter
    support: Supporting = nothing_else
    prepare: Callable[[dict[str, object]], None] = as_it_is
    target: str = "numpy"

    def __call__(
        self, layer: Layer | Network, schedule: Schedule, equations: Equations
    ) -> SourceFile:
        """The module of a layer or a network.

        Args:
            layer: what the user wrote.
            schedule: its program in the target's calls, and what becomes of its values.
            equations: the mathematics in symbp's notation, for the docstring.

        Raises:
            InternalError: the module does not run on small arguments.
            NotationError: a name is one that the class needs for itself.
        """
        if not isinstance(layer, Network):
            code = layer_code(layer, schedule, self.kind)
            source = render(layer, code, equations, self.support, self.target)
            try_out(source, layer, code, self.prepare)
            return source
        parts = {name: part(layer.layer, outputs) for name, outputs in layer.parts.items()}
        slices = (
            (some, slice_code(some, schedule, name, self.kind)) for name, some in parts.items()
        )
        whole = NetworkCode(layer_code(layer.layer, schedule, self.kind), *slices)
        source = render_network(layer, whole, equations, self.support, self.target)
        try_out(source, layer, whole, self.prepare)
        return source
